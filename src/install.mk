# SPDX-License-Identifier: GPL-3.0-or-later
# Man pages, the reference of the library, and installation; included by the Makefile.

.PHONY: man reference-docs
man: $(manuals) ##: writes the man pages to build/man
$(BUILD)/man/%.1: $(bin)/%
	@mkdir -p $(@D)
	@OPENBLAS_NUM_THREADS=1 $< --man >$@

# What doxygen is told beside its defaults; a warning, as for a function without a comment, is an error.
define doxyfile
PROJECT_NAME = egbench
PROJECT_NUMBER = $(VERSION)
INPUT = $(public_headers)
OUTPUT_DIRECTORY = $(BUILD)/reference
GENERATE_LATEX = NO
OPTIMIZE_OUTPUT_FOR_C = YES
JAVADOC_AUTOBRIEF = YES
MACRO_EXPANSION = YES
EXPAND_ONLY_PREDEF = YES
PREDEFINED = EGBENCH_API= __attribute__(x)=
EXCLUDE_SYMBOLS = egbench_wanted_precision egbench_of_precision
SORT_MEMBER_DOCS = NO
HAVE_DOT = NO
STRIP_FROM_PATH = src
SHOW_INCLUDE_FILES = NO
QUIET = YES
WARN_AS_ERROR = FAIL_ON_WARNINGS
endef
reference-docs: ##: writes the library's reference from its headers to build/reference (with doxygen, else skipped)
	$(file >$(BUILD)/doxyfile,$(doxyfile))
	@if ! command -v doxygen >/dev/null; then echo 'SKIPPED the reference: there is no doxygen'; \
	else mkdir -p $(BUILD)/reference && doxygen $(BUILD)/doxyfile && echo $(BUILD)/reference/html/index.html; fi

# ---- install ----
# What programs read or name: below share/egbench under the same names as here.
own_files := LICENSE datasets/fetch.sh datasets/manifest $(shell find results/published results/reference bench/examples contrib -type f)
root := $(DESTDIR)$(PREFIX)
libraries_installed := $(notdir $(libraries_made))
# NAME.so and NAME.so.SOVERSION name NAME.so.VERSION.
links := $(foreach l,libegbench libegbench-single,$l.so $l.so.$(SOVERSION))
packages := egbench.pc egbench-single.pc
installed := $(patsubst $(bin)/%,bin/%,$(filter-out %-kernels %-peer-step,$(programs))) $(manuals:$(BUILD)/man/%=share/man/man1/%) \
    $(addprefix lib/,$(libraries_installed) $(links)) $(packages:%=lib/pkgconfig/%) \
    $(addprefix include/egbench/,$(notdir $(public_headers))) $(own_files:%=share/egbench/%)
blank := $(subst x,,x x)
define pc_file
prefix=$(subst $(blank),\$(blank),$(PREFIX))
libdir=$${prefix}/lib
includedir=$${prefix}/include/egbench

Name: $1
Description: attribution methods and priors, their metrics and experiments ($2 precision)
Version: $(VERSION)
Cflags: -I$${includedir} $(precision_$2)
Libs: -L$${libdir} -l$1
Libs.private: -fopenmp $(libraries)
endef
# MODE FILE PLACE; a path may have blanks before what is ours.
put = install -D -m $1 $2 "$(root)/$3" || exit
.PHONY: install uninstall
install: all $(manuals) ##: installs programs, man pages, libraries, public headers, pkg-config files, reference and claims (PREFIX, DESTDIR)
	$(file >$(build)/egbench.pc,$(call pc_file,egbench,double))
	$(file >$(build)/egbench-single.pc,$(call pc_file,egbench-single,single))
	@for file in $(notdir $(filter bin/%,$(installed))); do $(call put,755,$(bin)/$$file,bin/$$file); done
	@for file in $(notdir $(manuals)); do $(call put,644,$(BUILD)/man/$$file,share/man/man1/$$file); done
	@for file in $(libraries_installed); do $(call put,644,$(build)/$$file,lib/$$file); done
	@for link in $(links); do ln -sf $${link%.so*}.so.$(VERSION) "$(root)/lib/$$link" || exit; done
	@for file in $(packages); do $(call put,644,$(build)/$$file,lib/pkgconfig/$$file); done
	@for file in $(public_headers); do $(call put,644,$$file,include/egbench/$${file##*/}); done
	@for file in $(own_files); do \
	    mode=644; [ ! -x $$file ] || mode=755; $(call put,$$mode,$$file,share/egbench/$$file); done
	@echo "installed $(words $(installed)) files under $(root)"
uninstall: ##: removes what install put there
	@for file in $(installed); do rm -f "$(root)/$$file"; done
	@find "$(root)/include/egbench" "$(root)/share/egbench" -type d -empty -delete 2>/dev/null || true

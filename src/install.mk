# SPDX-License-Identifier: GPL-3.0-or-later
# Man pages, the reference of the library, and installation; included by the Makefile.

.PHONY: man reference-docs
man: $(manuals) $(library_manual) $(completions) ##: writes the man pages and shell completions to build/man and build/completion
say = @mkdir -p $(@D); OPENBLAS_NUM_THREADS=1 $< $1 >$@
$(BUILD)/man/%.1: $(bin)/%
	$(call say,--man)
$(BUILD)/completion/%.bash: $(bin)/%
	$(call say,--completion bash)
$(BUILD)/completion/_%: $(bin)/%
	$(call say,--completion zsh)

# In the order in which egbench.h tells of them.
manual_order := network explainer explanation own_method prior training dataset metrics graph base error stream
manual_date = $(shell sed -n 's/^.define EG_MANUAL_DATE "\(.*\)"/\1/p' bench/frame/start.h)
$(library_manual): src/public/manual.awk $(public_headers) bench/frame/start.h
	@mkdir -p $(@D)
	@awk -v version=$(VERSION) -v date='$(manual_date)' -f $< $(manual_order:%=src/public/egbench_%.h) src/plugin/egbench_plugin.h >$@

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
# What programs read or name: below share/egbench under the same names as here. What is for the tree alone stays here.
own_files := LICENSE datasets/fetch.sh datasets/manifest \
    $(shell find results/published results/reference bench/examples contrib -path bench/examples/tree -prune -o -type f -print)
documents := README.md REPRODUCE.md CONTRIBUTING.md CHANGELOG.md CITATION.cff $(wildcard docs/*)
root := $(DESTDIR)$(PREFIX)
# Where a completion goes: FILE as bash and zsh look for it.
completion_place = $(if $(filter %.bash,$1),share/bash-completion/completions/$(notdir $(1:.bash=)),share/zsh/site-functions/$(notdir $1))
libraries_installed := $(notdir $(libraries_made))
# NAME.so and NAME.so.SOVERSION name NAME.so.VERSION.
links := $(foreach l,libegbench libegbench-single,$l.so $l.so.$(SOVERSION))
packages := egbench.pc egbench-single.pc
installed := $(installed_programs:$(bin)/%=bin/%) $(manuals:$(BUILD)/man/%=share/man/man1/%) share/man/man3/egbench.3 $(foreach f,$(completions),$(call completion_place,$f)) \
    $(addprefix lib/,$(libraries_installed) $(links)) $(packages:%=lib/pkgconfig/%) \
    $(addprefix include/egbench/,$(notdir $(public_headers))) $(own_files:%=share/egbench/%) $(documents:%=share/doc/egbench/%)
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
install: all $(manuals) $(library_manual) $(completions) ##: installs programs, man pages, completions, libraries, public headers, pkg-config files, documents, reference and claims (PREFIX, DESTDIR)
	$(file >$(build)/egbench.pc,$(call pc_file,egbench,double))
	$(file >$(build)/egbench-single.pc,$(call pc_file,egbench-single,single))
	@for file in $(notdir $(filter bin/%,$(installed))); do $(call put,755,$(bin)/$$file,bin/$$file); done
	@for file in $(notdir $(manuals)); do $(call put,644,$(BUILD)/man/$$file,share/man/man1/$$file); done
	@$(call put,644,$(library_manual),share/man/man3/egbench.3)
	@$(foreach f,$(completions),$(call put,644,$f,$(call completion_place,$f));)
	@for file in $(libraries_installed); do $(call put,644,$(build)/$$file,lib/$$file); done
	@for link in $(links); do ln -sf $${link%.so*}.so.$(VERSION) "$(root)/lib/$$link" || exit; done
	@for file in $(packages); do $(call put,644,$(build)/$$file,lib/pkgconfig/$$file); done
	@for file in $(public_headers); do $(call put,644,$$file,include/egbench/$${file##*/}); done
	@for file in $(own_files); do \
	    mode=644; [ ! -x $$file ] || mode=755; $(call put,$$mode,$$file,share/egbench/$$file); done
	@for file in $(documents); do $(call put,644,$$file,share/doc/egbench/$$file); done
	@echo "installed $(words $(installed)) files under $(root)"
uninstall: ##: removes what install put there
	@for file in $(installed); do rm -f "$(root)/$$file"; done
	@find "$(root)/include/egbench" "$(root)/share/egbench" "$(root)/share/doc/egbench" -type d -empty -delete 2>/dev/null || true

# ---- release ----
# The same bytes from the same commit wherever and whenever it is made: git takes times and order from the commit.
dist_name := egbench-$(VERSION)
.PHONY: dist
dist: ##: packs the commit's files into build/egbench-VERSION.tar.gz, which builds and tests without git and network
	@$(git) diff --quiet HEAD || echo 'dist: changes that no commit has are left out' >&2
	@mkdir -p $(BUILD)
	@$(git) -c core.abbrev=12 -c tar.umask=0022 archive --format=tar --prefix=$(dist_name)/ HEAD | gzip -9n >$(BUILD)/$(dist_name).tar.gz.part
	@mv $(BUILD)/$(dist_name).tar.gz.part $(BUILD)/$(dist_name).tar.gz
	@echo $(BUILD)/$(dist_name).tar.gz

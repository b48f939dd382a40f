# SPDX-License-Identifier: GPL-3.0-or-later
# Man pages and installation; included by the Makefile.

.PHONY: man
man: $(manuals) $(completions) ##: writes the man pages and shell completions to build/man and build/completion
say = @mkdir -p $(@D); OPENBLAS_NUM_THREADS=1 $< $1 >$@
$(BUILD)/man/%.1: $(bin)/%
	$(call say,--man)
$(BUILD)/completion/%.bash: $(bin)/%
	$(call say,--completion bash)
$(BUILD)/completion/_%: $(bin)/%
	$(call say,--completion zsh)

# ---- install ----
# A template is no header of its own: what it is made of is defined before each inclusion.
public_headers := $(filter-out %/egbench.h plugin/% %_template.h,$(library_headers:src/%=%))
# What programs read or name: below share/egbench under the same names as here.
own_files := LICENSE datasets/fetch.sh datasets/manifest $(shell find results/published results/reference bench/examples contrib -type f)
root := $(DESTDIR)$(PREFIX)
# Where a completion goes: FILE as bash and zsh look for it.
completion_place = $(if $(filter %.bash,$1),share/bash-completion/completions/$(notdir $(1:.bash=)),share/zsh/site-functions/$(notdir $1))
installed := $(installed_programs:$(bin)/%=bin/%) $(manuals:$(BUILD)/man/%=share/man/man1/%) $(foreach f,$(completions),$(call completion_place,$f)) \
    lib/libegbench.a lib/libegbench-single.a lib/pkgconfig/egbench.pc lib/pkgconfig/egbench-single.pc \
    $(addprefix include/egbench/,egbench.h egbench_plugin.h $(public_headers)) $(own_files:%=share/egbench/%)
blank := $(subst x,,x x)
define pc_file
prefix=$(subst $(blank),\$(blank),$(PREFIX))
libdir=$${prefix}/lib
includedir=$${prefix}/include/egbench

Name: $1
Description: attribution methods and priors, their metrics and experiments ($2 precision)
Version: $(VERSION)
Cflags: -I$${includedir} $(precision_$2)
Libs: -L$${libdir} -l$1 -fopenmp $(libraries)
endef
# MODE FILE PLACE; a path may have blanks before what is ours.
put = install -D -m $1 $2 "$(root)/$3" || exit
.PHONY: install uninstall
install: all $(manuals) $(completions) ##: installs programs, man pages, completions, libraries, headers, pkg-config files, reference and claims (PREFIX, DESTDIR)
	@for file in $(public_headers); do echo "#include \"$$file\""; done >$(build)/umbrella
	@(printf '/* SPDX-License-Identifier: GPL-3.0-or-later */\n#ifndef EG_EGBENCH_H\n#define EG_EGBENCH_H\n'; \
	    cat $(build)/umbrella; echo '#endif') >$(build)/egbench.h
	$(file >$(build)/egbench.pc,$(call pc_file,egbench,double))
	$(file >$(build)/egbench-single.pc,$(call pc_file,egbench-single,single))
	@for file in $(notdir $(filter bin/%,$(installed))); do $(call put,755,$(bin)/$$file,bin/$$file); done
	@for file in $(notdir $(manuals)); do $(call put,644,$(BUILD)/man/$$file,share/man/man1/$$file); done
	@$(foreach f,$(completions),$(call put,644,$f,$(call completion_place,$f));)
	@for file in libegbench.a libegbench-single.a; do $(call put,644,$(build)/$$file,lib/$$file); done
	@for file in egbench.pc egbench-single.pc; do $(call put,644,$(build)/$$file,lib/pkgconfig/$$file); done
	@for file in $(public_headers); do \
	    source=src/$$file; [ -e $$source ] || source=$$file; $(call put,644,$$source,include/egbench/$$file); done
	@$(call put,644,$(build)/egbench.h,include/egbench/egbench.h)
	@$(call put,644,src/plugin/egbench_plugin.h,include/egbench/egbench_plugin.h)
	@for file in $(own_files); do \
	    mode=644; [ ! -x $$file ] || mode=755; $(call put,$$mode,$$file,share/egbench/$$file); done
	@echo "installed $(words $(installed)) files under $(root)"
uninstall: ##: removes what install put there
	@for file in $(installed); do rm -f "$(root)/$$file"; done
	@find "$(root)/include/egbench" "$(root)/share/egbench" -type d -empty -delete 2>/dev/null || true

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

# SPDX-License-Identifier: GPL-3.0-or-later
# How objects, archives and programs are made, once for each precision; included by the Makefile.

# ---- what make itself writes, when it changed: flags, lists of sources, build facts ----
define newline


endef
same_text = $(and $(findstring x$1x,x$2x),$(findstring x$2x,x$1x))
write_if_changed = $(if $(call same_text,$(file <$1),$2),,$(file >$1,$2))
# The tree may be somebody else's: who runs its Makefile may have git look at it too.
git := git -c safe.directory='*'
# An archive of git's says its commit itself, and may be unpacked in somebody else's repository.
archived_commit := $(filter-out $$Format%,$(file <.commit))
build_commit := $(or $(archived_commit),$(shell $(git) rev-parse --short=12 HEAD 2>/dev/null),unknown)
build_dirty := $(if $(filter-out unknown $(archived_commit),$(build_commit)),$(shell $(git) diff --quiet HEAD -- Makefile src metrics datasets bench || echo -dirty))
# As the text of a string in C.
c_text = $(subst ",\",$(subst \,\\,$1))
build_compiler := $(shell $(CC) -dumpfullversion 2>/dev/null || $(CC) -dumpversion)
define build_facts
#define EG_BUILD_VERSION "$(VERSION)"
#define EG_BUILD_COMMIT "$(build_commit)$(build_dirty)"
#define EG_BUILD_COMPILER "$(call c_text,$(CC) $(build_compiler))"
#define EG_BUILD_FLAGS "$(call c_text,$(filter-out -W% -ffile-prefix-map% -fdebug-prefix-map%,$(flags)))"
endef
ifneq ($(builds),)
$(shell mkdir -p $(build))
$(call write_if_changed,$(build)/flags,$(CC) $(build_compiler) $(flags) $(library_flags) $(LDFLAGS))
$(call write_if_changed,$(build)/build_facts.h,$(build_facts))
$(call write_if_changed,$(build)/exports,{ global: egbench_*; local: *; };)
$(call write_if_changed,$(build)/templates,$(templates))
$(call write_if_changed,$(build)/tests_wanted,$(tests_double) $(tests_single))
$(call write_if_changed,$(build)/sources,$(library_sources) $(library_headers) $(bench_files) bench/code_hash)
endif

# ---- dependencies for linting and sanitizing; those for building are seen to at the top ----
dep_groups := lint sanitize memcheck cluster browser docs peer
$(dep_groups:%=$(BUILD)/deps-%): $(BUILD)/deps-%: tests/install_deps.sh $(if $(DEPS),always)
	@DEPS=$(DEPS) tests/install_deps.sh $*
	@touch $@
.PHONY: always
always:

# ---- the code hash of an experiment: of all the sources that its program links, comments and layout left out ----
$(build)/code_hash/stamp: $(library_sources) $(library_headers) $(bench_files) bench/code_hash $(build)/sources
	@mkdir -p $(@D)
	@bench/code_hash $(@D) $(experiments) compare
	@touch $@
$(build)/code_hash/%.h: $(build)/code_hash/stamp ;

# ---- templates as arrays of C, so that a program needs no files beside it ----
$(build)/templates.h: $(templates) $(build)/templates
	@for file in $(templates); do \
	    echo "static const signed char $$(basename $$file | tr .- __)[] = {"; \
	    od -An -v -td1 $$file | sed 's/[0-9][0-9]*/&,/g'; echo '0};'; \
	done >$@
	@echo '#define EG_TEMPLATES$(foreach t,$(notdir $(templates)), {"$t", $(subst .,_,$(subst -,_,$t))},)' >>$@

# ---- messages of ONNX files, from their schema ----
onnx_messages := $(BUILD)/onnx/onnx.pb-c
$(onnx_messages).c: $(onnx_schema)
	@mkdir -p $(@D)
	@protoc-c -I$(<D) --c_out=$(@D) $<
$(onnx_messages).h: $(onnx_messages).c ;
library_objects = $(call objects_of,$1,$(library_sources)) $(build)/$1/onnx/onnx.pb-c.o

# With LENIENT=1 a source that does not compile is left out, for work beside someone else's half-written file.
or_skip = $(if $(LENIENT), || { rm -f $@; echo 'LEFT OUT $<' >&2; })

# ---- objects, archives, programs: once for each precision ----
quiet = $(if $(V),,@echo '$1';)
compile = $(call quiet,cc $@)$(CC) $(flags) $(own_flags) $(precision_$1) $(includes) -MMD -MP -c -o $@ $<
objects_of = $(patsubst %.c,$(build)/$1/%.o,$2)

define precision_rules
$(build)/$1/%.o: %.c $(build)/flags
	@mkdir -p $$(@D)
	$$(call compile,$1) $$(object_flags)$$(or_skip)

$(call objects_of,$1,$(addprefix bench/,$(addsuffix .c,$(experiments) compare))): $(build)/$1/bench/%.o: $(build)/code_hash/%.h
$(foreach e,$(experiments) compare,$(build)/$1/bench/$e.o): object_flags = -include $(build)/code_hash/$$(basename $$(@F)).h
$(call objects_of,$1,bench/page/template_files.c): $(build)/templates.h
$(call objects_of,$1,bench/page/template_files.c): object_flags = -include $(build)/templates.h
$(call objects_of,$1,$(filter src/onnx/%,$(library_sources)) $(wildcard tests/*onnx*.c tests/fuzz/*onnx*.c)): | $(onnx_messages).h
$(build)/$1/onnx/onnx.pb-c.o: $(onnx_messages).c $(build)/flags
	@mkdir -p $$(@D)
	$$(call compile,$1)
$(foreach f,$(facts_users),$(call objects_of,$1,$f): $(build)/build_facts.h$(newline)$(call objects_of,$1,$f): object_flags = -include $(build)/build_facts.h$(newline))

$(build)/$1/main/%.o: bench/main.c $(build)/flags
	@mkdir -p $$(@D)
	$$(call compile,$1) -DEG_PROGRAM=$$*_experiment

$(call library_objects,$1): own_flags := $(library_flags)

$(build)/$1/libegbench.a: $(call library_objects,$1) $(build)/sources
	@mkdir -p $$(@D); rm -f $$@
	@$$(AR) rcs $$@ $$(if $$(LENIENT),$$$$(find $$(filter %.o,$$^) /dev/null -name '*.o' 2>/dev/null),$$(filter %.o,$$^))
$(build)/$1/libbench.a: $(call objects_of,$1,$(bench_sources_$1)) $(build)/sources
	@mkdir -p $$(@D); rm -f $$@
	@$$(AR) rcs $$@ $$(if $$(LENIENT),$$$$(find $$(filter %.o,$$^) /dev/null -name '*.o' 2>/dev/null),$$(filter %.o,$$^))
endef
# Who names the commit, the compiler and the flags; only these are compiled anew at each commit.
facts_users := $(shell grep -l EG_BUILD_ $(library_sources) $(filter %.c,$(bench_files)) /dev/null)
$(eval $(call precision_rules,double))
$(eval $(call precision_rules,single))
-include $(shell find $(build) -name '*.d' 2>/dev/null)

# The static libraries that are installed: one object, in which all but the public functions is local, so that a program
# may have names of its own that are used inside, as those of ONNX's messages.
OBJCOPY ?= objcopy
define local_names
@rm -f $@; $(LD) -r -d --whole-archive -o $@.o $< && $(OBJCOPY) --wildcard --keep-global-symbol='egbench_*' $@.o
@$(AR) rcs $@ $@.o && rm $@.o
endef
$(build)/libegbench.a: $(build)/double/libegbench.a
	$(local_names)
$(build)/libegbench-single.a: $(build)/single/libegbench.a
	$(local_names)

# All that a shared library needs is named with it, but for the sanitizers' functions, which are the program's.
complete_release := -Wl,-z,defs
shared_flags = -Wl,-soname,$1.so.$(SOVERSION) -Wl,-Bsymbolic-functions,--version-script=$(build)/exports $(complete_$(MODE))
define shared_rule
$(build)/$1.so.$(VERSION): $(call library_objects,$2) $(build)/sources $(build)/exports
	$$(call quiet,link $$@)$(CC) $(flags) $(LDFLAGS) -shared $(call shared_flags,$1) -o $$@ $$(filter %.o,$$^) $(libraries)
endef
$(eval $(call shared_rule,libegbench,double))
$(eval $(call shared_rule,libegbench-single,single))

link = $(call quiet,link $@)mkdir -p $(@D); $(CC) $(flags) $(LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(libraries)
define program_rule
$(bin)/$(call program_name,$1): $(build)/$2/$3/$1.o $(build)/$2/libbench.a $(build)/$2/libegbench.a
	$$(link)
endef
$(foreach e,$(experiments_double) compare,$(eval $(call program_rule,$e,double,main)))
$(foreach e,$(experiments_single),$(eval $(call program_rule,$e,single,main)))
own_single := kernels peer_step
$(bin)/egbench: $(build)/double/bench/egbench.o $(build)/double/libbench.a $(build)/double/libegbench.a
	$(link)
$(foreach p,$(filter-out $(own_single),$(own_mains)),$(eval $(call program_rule,$p,double,bench)))
$(foreach p,$(own_single),$(eval $(call program_rule,$p,single,bench)))

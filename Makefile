# SPDX-License-Identifier: GPL-3.0-or-later
# egbench: `make help` lists the targets.

VERSION := 0.1.0
MODE ?= release
SCALE ?= quick
PREFIX ?= /usr/local
FUZZ_SECONDS ?= 30
CC := gcc
# Where everything that is made goes; `make BUILD=/tmp/mine` keeps two builds apart.
BUILD ?= build

.SUFFIXES:
.DELETE_ON_ERROR:
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(shell nproc) --no-print-directory
endif

# ---- flags ----
warnings := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Werror
sanitize := -fno-omit-frame-pointer -fno-sanitize-recover=all
# No -ffast-math, and no contraction to fused multiply-adds: the bits must not depend on the compiler's mood.
optimise_release := -O3 -g -fno-math-errno
optimise_debug := -O0 -g3
optimise_coverage := -O0 -g --coverage
optimise_asan := -O1 -g -fsanitize=address,undefined $(sanitize)
optimise_fuzz := -O1 -g -fsanitize=fuzzer-no-link,address,undefined $(sanitize)
optimise_race := -O1 -g -fsanitize=thread $(sanitize)
ifeq ($(optimise_$(MODE)),)
$(error MODE=$(MODE): use release, debug, asan, coverage, fuzz or race)
endif
ifneq ($(filter fuzz race,$(MODE)),)
CC := clang
endif

flags := -std=gnu11 $(warnings) $(optimise_$(MODE)) -ffp-contract=off -fopenmp $(CFLAGS)
includes := -Isrc -I.
# OpenBLAS comes before GSL, so that GSL takes its cblas from there; gslcblas is never needed.
libraries := -lopenblas -lgsl -ljansson -lxxhash -lcsv -lz -lm
precision_double :=
precision_single := -DEG_SINGLE

# ---- what there is ----
build := $(BUILD)/$(MODE)
bin := $(if $(filter release,$(MODE)),$(BUILD)/bin,$(build)/bin)
library_sources := $(wildcard src/*/*.c metrics/*.c datasets/*.c)
library_headers := $(wildcard src/*/*.h metrics/*.h datasets/*.h)
experiments_double := $(filter $(basename $(notdir $(wildcard bench/*.c))),keep_remove convergence)
experiments_single := $(filter $(basename $(notdir $(wildcard bench/*.c))),sparsity)
experiments := $(experiments_double) $(experiments_single)
main_sources := bench/main.c bench/report.c bench/kernels.c
bench_sources := $(filter-out $(main_sources),$(wildcard bench/*.c))
program_name = egbench-$(subst _,-,$1)

programs :=
ifneq ($(wildcard bench/main.c),)
programs += $(foreach e,$(experiments),$(bin)/$(call program_name,$e))
endif
programs += $(foreach e,$(basename $(notdir $(wildcard bench/report.c bench/kernels.c))),$(bin)/$(call program_name,$e))
manuals := $(patsubst $(bin)/%,$(BUILD)/man/%.1,$(filter-out %-kernels,$(programs)))

# ONLY="stream matrix" builds and runs these unit tests alone.
tests_double := $(if $(ONLY),$(wildcard $(ONLY:%=tests/test_%.c)),$(wildcard tests/test_*.c))
tests_single := $(if $(ONLY),$(wildcard $(ONLY:%=tests/single/test_%.c)),$(wildcard tests/single/test_*.c))
test_programs := $(if $(tests_double),$(build)/tests/unit-double) $(if $(tests_single),$(build)/tests/unit-single)
cli_tests := $(sort $(wildcard tests/cli_*.sh))
fuzz_targets := $(basename $(notdir $(wildcard tests/fuzz/fuzz_*.c)))

.PHONY: all
all: $(programs) $(build)/libegbench.a $(build)/libegbench-single.a ##: builds the programs and the libraries (MODE=release|debug|asan|coverage)

# ---- what make itself writes, when it changed: flags, lists of sources, build facts ----
define newline


endef
same_text = $(and $(findstring x$1x,x$2x),$(findstring x$2x,x$1x))
write_if_changed = $(if $(call same_text,$(file <$1),$2),,$(file >$1,$2))
build_commit := $(or $(shell git rev-parse --short=12 HEAD 2>/dev/null),unknown)
build_dirty := $(shell git diff --quiet HEAD -- Makefile src metrics datasets bench 2>/dev/null || echo -dirty)
build_compiler := $(shell $(CC) -dumpfullversion 2>/dev/null || $(CC) -dumpversion)
define build_facts
#define EG_BUILD_VERSION "$(VERSION)"
#define EG_BUILD_COMMIT "$(build_commit)$(build_dirty)"
#define EG_BUILD_COMPILER "$(CC) $(build_compiler)"
#define EG_BUILD_FLAGS "$(filter-out -W%,$(flags))"
endef
ifeq ($(filter clean help,$(MAKECMDGOALS)),)
$(shell mkdir -p $(build))
$(call write_if_changed,$(build)/flags,$(CC) $(build_compiler) $(flags))
$(call write_if_changed,$(build)/build_facts.h,$(build_facts))
$(call write_if_changed,$(build)/tests_wanted,$(tests_double) $(tests_single))
$(call write_if_changed,$(build)/sources,$(library_sources) $(library_headers) $(wildcard bench/*))
endif

# ---- dependencies ----
$(BUILD)/deps-build $(BUILD)/deps-lint $(BUILD)/deps-sanitize: $(BUILD)/deps-%: tests/install_deps.sh
	@mkdir -p $(@D)
	@tests/install_deps.sh $*
	@touch $@

# ---- the code version of an experiment: a hash of all the sources its outcome depends on ----
.SECONDEXPANSION:
$(build)/code_version/%.stamp: $(library_sources) $(library_headers) $(build)/sources $$(wildcard bench/$$**.c bench/$$**.h)
	@mkdir -p $(@D)
	@hash=$$(LC_ALL=C sha256sum $(sort $(filter %.c %.h,$^)) | sha256sum | cut -c1-16); \
	    line="#define EG_CODE_VERSION \"$$hash\""; \
	    echo "$$line" | cmp -s - $(@:.stamp=.h) || echo "$$line" >$(@:.stamp=.h)
	@touch $@
$(build)/code_version/%.h: $(build)/code_version/%.stamp ;

# With LENIENT=1 a source that does not compile is left out, for work beside someone else's half-written file.
or_skip = $(if $(LENIENT), || { rm -f $@; echo 'LEFT OUT $<' >&2; })

# ---- objects, archives, programs: once for each precision ----
quiet = $(if $(V),,@echo '$1';)
compile = $(call quiet,cc $@)$(CC) $(flags) $(precision_$1) $(includes) -MMD -MP -c -o $@ $<
objects_of = $(patsubst %.c,$(build)/$1/%.o,$2)

define precision_rules
$(build)/$1/%.o: %.c $(build)/flags | $(BUILD)/deps-build
	@mkdir -p $$(@D)
	$$(call compile,$1) $$(object_flags)$$(or_skip)

$(call objects_of,$1,$(addprefix bench/,$(addsuffix .c,$(experiments)))): $(build)/$1/bench/%.o: $(build)/code_version/%.h
$(foreach e,$(experiments),$(build)/$1/bench/$e.o): object_flags = -include $(build)/code_version/$$(basename $$(@F)).h
$(foreach f,$(facts_users),$(call objects_of,$1,$f): $(build)/build_facts.h$(newline)$(call objects_of,$1,$f): object_flags = -include $(build)/build_facts.h$(newline))

$(build)/$1/main/%.o: bench/main.c $(build)/flags $(build)/build_facts.h | $(BUILD)/deps-build
	@mkdir -p $$(@D)
	$$(call compile,$1) -include $(build)/build_facts.h -DEG_PROGRAM=$$*_experiment

$(build)/$1/libegbench.a: $(call objects_of,$1,$(library_sources)) $(build)/sources
	@mkdir -p $$(@D); rm -f $$@
	@ar rcs $$@ $$(if $$(LENIENT),$$$$(find $$(filter %.o,$$^) /dev/null -name '*.o' 2>/dev/null),$$(filter %.o,$$^))
$(build)/$1/libbench.a: $(call objects_of,$1,$(bench_sources)) $(build)/sources
	@mkdir -p $$(@D); rm -f $$@
	@ar rcs $$@ $$(if $$(LENIENT),$$$$(find $$(filter %.o,$$^) /dev/null -name '*.o' 2>/dev/null),$$(filter %.o,$$^))
endef
# Who names the commit, the compiler and the flags; only these are compiled anew at each commit.
facts_users := $(shell grep -l EG_BUILD_ $(library_sources) $(bench_sources) /dev/null)
$(eval $(call precision_rules,double))
$(eval $(call precision_rules,single))
-include $(shell find $(build) -name '*.d' 2>/dev/null)

$(build)/libegbench.a: $(build)/double/libegbench.a
	@cp $< $@
$(build)/libegbench-single.a: $(build)/single/libegbench.a
	@cp $< $@

link = $(call quiet,link $@)mkdir -p $(@D); $(CC) $(flags) -o $@ $(filter %.o %.a,$^) $(libraries)
define program_rule
$(bin)/$(call program_name,$1): $(build)/$2/$3/$1.o $(build)/$2/libbench.a $(build)/$2/libegbench.a
	$$(link)
endef
$(foreach e,$(experiments_double),$(eval $(call program_rule,$e,double,main)))
$(foreach e,$(experiments_single),$(eval $(call program_rule,$e,single,main)))
$(eval $(call program_rule,report,double,bench))
$(eval $(call program_rule,kernels,single,bench))

# ---- tests ----
test_helpers := $(filter-out tests/race_driver.c,$(filter-out tests/test_%,$(wildcard tests/*.c)))
$(build)/tests/unit-double: $(call objects_of,double,$(tests_double) $(test_helpers)) $(build)/double/libbench.a $(build)/double/libegbench.a $(build)/tests_wanted
	$(link) -lcriterion
$(build)/tests/unit-single: $(call objects_of,single,$(tests_single) $(test_helpers)) $(build)/single/libbench.a $(build)/single/libegbench.a $(build)/tests_wanted
	$(link) -lcriterion

.PHONY: test unit check
test: $(programs) $(test_programs) ##: runs all tests: units, command line, fuzz corpora; ends with "N passed, N failed"
	@EGBENCH_BIN=$(abspath $(bin)) tests/run_all.sh $(test_programs) $(cli_tests)
unit check: $(test_programs) ##: runs the unit tests only (under a minute)
	@tests/run_all.sh $(test_programs)

.PHONY: clean help
clean: ##: removes build/ (results are kept)
	rm -rf $(BUILD)
help: ##: prints this
	@sed -n 's/^\([a-z][a-z0-9 -]*\):.*##: \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r t h; do printf '%-24s %s\n' "$$t" "$$h"; done

# SPDX-License-Identifier: GPL-3.0-or-later
# egbench: `make help` lists the targets. Settings and what there is stand here; what is done with it, in the parts that
# are included below.

VERSION := $(shell sed -n 's/^.define EGBENCH_VERSION "\(.*\)"/\1/p' src/public/egbench_base.h)
# Of the shared libraries: raised with each version that programs linked with the last one would not run with.
SOVERSION := 0
MODE ?= release
SCALE ?= quick
PREFIX ?= /usr/local
FUZZ_SECONDS ?= 30
ifeq ($(origin CC),default)
CC := gcc
endif
# Where everything that is made goes; `make BUILD=/tmp/mine` keeps two builds apart.
BUILD ?= build
ifneq ($(words $(BUILD)),1)
$(error BUILD='$(BUILD)': make takes no blanks in there; name a folder without)
endif

.SUFFIXES:
.DELETE_ON_ERROR:
.SECONDARY:
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(shell nproc) --no-print-directory
endif

# ---- what is needed is there, or installed, before anything else; DEPS=check only names it ----
builds := $(filter-out clean dist help uninstall,$(or $(MAKECMDGOALS),all))
ifneq ($(builds),)
ifneq ($(DEPS)$(wildcard $(BUILD)/deps-build),$(BUILD)/deps-build)
ifneq ($(shell DEPS=$(DEPS) tests/install_deps.sh build >&2 && mkdir -p $(BUILD) && touch $(BUILD)/deps-build && echo fine),fine)
$(error cannot build without these packages)
endif
endif
endif

# ---- flags ----
# Warnings stop a build only with WERROR=1, as CI has it: another compiler's must not stop a user.
warnings := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla $(if $(filter 1,$(WERROR)),-Werror)
sanitize := -fno-omit-frame-pointer -fno-sanitize-recover=all
# No -ffast-math, and no contraction to fused multiply-adds, which are written out where they are wanted: the bits must
# not depend on the compiler's mood.
optimise_release := -O3 -g -fno-math-errno
optimise_debug := -O0 -g3
optimise_coverage := -O1 -g --coverage
# GCC guesses worse about ranges and initialisation where sanitizers are in between.
optimise_asan := -O1 -g -fsanitize=address,undefined $(sanitize) -Wno-format-truncation -Wno-maybe-uninitialized
optimise_fuzz := -O1 -g -fsanitize=fuzzer-no-link,address,undefined $(sanitize)
optimise_race := -O1 -g -fsanitize=thread $(sanitize)
ifeq ($(optimise_$(MODE)),)
$(error MODE=$(MODE): use release, debug, asan, coverage, fuzz or race)
endif
ifneq ($(filter fuzz race,$(MODE)),)
CC := $(if $(findstring clang,$(CC)),$(CC),clang)
endif

flags := -std=gnu11 $(warnings) $(optimise_$(MODE)) -ffp-contract=off -fopenmp $(CPPFLAGS) $(CFLAGS)
# The library's objects are those of the static and of the shared one; what EGBENCH_API does not export is hidden.
library_flags := -fPIC -fvisibility=hidden
includes := -Isrc -I. -I$(BUILD)/onnx
# ONNX's own schema, of which src/rules.mk has protoc-c make C.
onnx_schema := /usr/include/onnx/onnx.proto
# OpenBLAS comes before GSL, so that GSL takes its cblas from there; gslcblas is never needed.
libraries := -lopenblas -lgsl -ljansson -lxxhash -lcsv -lnettle -ljpeg -lpng -lprotobuf-c -lz -llzma -lm
precision_double :=
precision_single := -DEG_SINGLE

# ---- what there is ----
build := $(BUILD)/$(MODE)
bin := $(if $(filter release,$(MODE)),$(BUILD)/bin,$(build)/bin)
bin_folder := $(if $(filter /%,$(bin)),,$(CURDIR)/)$(bin)
library_sources := $(wildcard src/*/*.c metrics/*.c datasets/*.c)
library_headers := $(wildcard src/*/*.h metrics/*.h datasets/*.h)
# NAME of each NAME_experiment in the list, and those that say that they are in single precision.
experiments := $(shell sed -n 's/^ *EXPERIMENT(\([a-z0-9_]*\)_experiment).*/\1/p' bench/experiments.c)
experiments_single := $(patsubst bench/%.c,%,$(shell grep -ls '^ *\.precision = "single"' $(experiments:%=bench/%.c)))
experiments_double := $(filter-out $(experiments_single),$(experiments))
# Those whose results are no times, and come out the same each time.
steady := $(subst _,-,$(filter-out training_cost,$(experiments)))
# Programs with a main of their own; the others, experiments and compare, share bench/main.c.
own_mains := reproduce report drift nightly preprocess kernels peer_step plugin_host
main_sources := bench/main.c bench/egbench.c $(own_mains:%=bench/%.c)
bench_files := $(filter-out bench/examples/%,$(wildcard bench/*.[ch] bench/*/*.[ch]))
bench_sources := $(filter-out $(main_sources),$(filter %.c,$(bench_files)))
# egbench-compare and plug-ins count in doubles.
bench_sources_double := $(bench_sources)
bench_sources_single := $(filter-out bench/compare.c bench/compare/%,$(bench_sources))
templates := $(sort $(foreach suffix,css csv gp html md svg tex txt,$(wildcard bench/page/*.$(suffix))))
program_name = egbench-$(subst _,-,$1)
# What others may build on: src/public holds the surface and the thin layer below it.
public_headers := $(wildcard src/public/egbench*.h) src/plugin/egbench_plugin.h
libraries_made := $(foreach l,libegbench libegbench-single,$(build)/$l.a $(build)/$l.so.$(VERSION))

programs :=
ifneq ($(wildcard bench/main.c),)
programs += $(foreach e,$(experiments) compare,$(bin)/$(call program_name,$e))
endif
programs += $(foreach p,$(own_mains),$(bin)/$(call program_name,$p))
programs += $(bin)/egbench
installed_programs := $(filter-out %-peer-step,$(programs))
manuals := $(patsubst $(bin)/%,$(BUILD)/man/%.1,$(installed_programs))
library_manual := $(BUILD)/man/egbench.3
completions := $(patsubst $(bin)/%,$(BUILD)/completion/%.bash,$(installed_programs)) $(patsubst $(bin)/%,$(BUILD)/completion/_%,$(installed_programs))

# ONLY="stream matrix" builds and runs these unit tests alone.
tests_double := $(if $(ONLY),$(wildcard $(ONLY:%=tests/test_%.c)),$(wildcard tests/test_*.c))
tests_single := $(if $(ONLY),$(wildcard $(ONLY:%=tests/single/test_%.c)),$(wildcard tests/single/test_*.c))
test_programs := $(if $(tests_double),$(build)/tests/unit-double) $(if $(tests_single),$(build)/tests/unit-single)
cli_tests := $(sort $(wildcard tests/cli_*.sh))
fuzz_targets := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))

.PHONY: all
all: $(programs) $(libraries_made) ##: builds the programs and the libraries (MODE=release|debug|asan|coverage)

parts := src/rules.mk tests/tests.mk bench/results.mk src/install.mk
include $(parts)

.PHONY: clean help
clean: ##: removes build/ (results are kept)
	rm -rf $(BUILD)
help: ##: prints this
	@sed -n 's/^\([a-z][a-z0-9 -]*\):.*##: \(.*\)/\1|\2/p' Makefile $(parts) | while IFS='|' read -r t h; do printf '%-30s %s\n' "$$t" "$$h"; done

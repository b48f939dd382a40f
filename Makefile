# SPDX-License-Identifier: GPL-3.0-or-later
# egbench: `make help` lists the targets.

VERSION := 0.1.0
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
builds := $(filter-out clean help uninstall,$(or $(MAKECMDGOALS),all))
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
includes := -Isrc -I.
# OpenBLAS comes before GSL, so that GSL takes its cblas from there; gslcblas is never needed.
libraries := -lopenblas -lgsl -ljansson -lxxhash -lcsv -lnettle -lz -llzma -lm
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
own_mains := report drift nightly preprocess kernels peer_step plugin_host
main_sources := bench/main.c $(own_mains:%=bench/%.c)
bench_files := $(filter-out bench/examples/%,$(wildcard bench/*.[ch] bench/*/*.[ch]))
bench_sources := $(filter-out $(main_sources),$(filter %.c,$(bench_files)))
templates := $(sort $(foreach suffix,css csv gp html md svg tex txt,$(wildcard bench/page/*.$(suffix))))
program_name = egbench-$(subst _,-,$1)

programs :=
ifneq ($(wildcard bench/main.c),)
programs += $(foreach e,$(experiments) compare,$(bin)/$(call program_name,$e))
endif
programs += $(foreach p,$(own_mains),$(bin)/$(call program_name,$p))
manuals := $(patsubst $(bin)/%,$(BUILD)/man/%.1,$(filter-out %-kernels %-peer-step,$(programs)))

# ONLY="stream matrix" builds and runs these unit tests alone.
tests_double := $(if $(ONLY),$(wildcard $(ONLY:%=tests/test_%.c)),$(wildcard tests/test_*.c))
tests_single := $(if $(ONLY),$(wildcard $(ONLY:%=tests/single/test_%.c)),$(wildcard tests/single/test_*.c))
test_programs := $(if $(tests_double),$(build)/tests/unit-double) $(if $(tests_single),$(build)/tests/unit-single)
cli_tests := $(sort $(wildcard tests/cli_*.sh))
fuzz_targets := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))

.PHONY: all
all: $(programs) $(build)/libegbench.a $(build)/libegbench-single.a ##: builds the programs and the libraries (MODE=release|debug|asan|coverage)

# ---- what make itself writes, when it changed: flags, lists of sources, build facts ----
define newline


endef
same_text = $(and $(findstring x$1x,x$2x),$(findstring x$2x,x$1x))
write_if_changed = $(if $(call same_text,$(file <$1),$2),,$(file >$1,$2))
# The tree may be somebody else's: who runs its Makefile may have git look at it too.
git := git -c safe.directory='*'
build_commit := $(or $(shell $(git) rev-parse --short=12 HEAD 2>/dev/null),unknown)
build_dirty := $(if $(filter-out unknown,$(build_commit)),$(shell $(git) diff --quiet HEAD -- Makefile src metrics datasets bench || echo -dirty))
# As the text of a string in C.
c_text = $(subst ",\",$(subst \,\\,$1))
build_compiler := $(shell $(CC) -dumpfullversion 2>/dev/null || $(CC) -dumpversion)
define build_facts
#define EG_BUILD_VERSION "$(VERSION)"
#define EG_BUILD_COMMIT "$(build_commit)$(build_dirty)"
#define EG_BUILD_COMPILER "$(call c_text,$(CC) $(build_compiler))"
#define EG_BUILD_FLAGS "$(call c_text,$(filter-out -W%,$(flags)))"
endef
ifneq ($(builds),)
$(shell mkdir -p $(build))
$(call write_if_changed,$(build)/flags,$(CC) $(build_compiler) $(flags) $(LDFLAGS))
$(call write_if_changed,$(build)/build_facts.h,$(build_facts))
$(call write_if_changed,$(build)/templates,$(templates))
$(call write_if_changed,$(build)/tests_wanted,$(tests_double) $(tests_single))
$(call write_if_changed,$(build)/sources,$(library_sources) $(library_headers) $(bench_files) bench/code_hash)
endif

# ---- dependencies for linting and sanitizing; those for building are seen to at the top ----
$(BUILD)/deps-lint $(BUILD)/deps-sanitize $(BUILD)/deps-cluster $(BUILD)/deps-browser $(BUILD)/deps-peer: $(BUILD)/deps-%: tests/install_deps.sh $(if $(DEPS),always)
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

# With LENIENT=1 a source that does not compile is left out, for work beside someone else's half-written file.
or_skip = $(if $(LENIENT), || { rm -f $@; echo 'LEFT OUT $<' >&2; })

# ---- objects, archives, programs: once for each precision ----
quiet = $(if $(V),,@echo '$1';)
compile = $(call quiet,cc $@)$(CC) $(flags) $(precision_$1) $(includes) -MMD -MP -c -o $@ $<
objects_of = $(patsubst %.c,$(build)/$1/%.o,$2)

define precision_rules
$(build)/$1/%.o: %.c $(build)/flags
	@mkdir -p $$(@D)
	$$(call compile,$1) $$(object_flags)$$(or_skip)

$(call objects_of,$1,$(addprefix bench/,$(addsuffix .c,$(experiments) compare))): $(build)/$1/bench/%.o: $(build)/code_hash/%.h
$(foreach e,$(experiments) compare,$(build)/$1/bench/$e.o): object_flags = -include $(build)/code_hash/$$(basename $$(@F)).h
$(call objects_of,$1,bench/page/template_files.c): $(build)/templates.h
$(call objects_of,$1,bench/page/template_files.c): object_flags = -include $(build)/templates.h
$(foreach f,$(facts_users),$(call objects_of,$1,$f): $(build)/build_facts.h$(newline)$(call objects_of,$1,$f): object_flags = -include $(build)/build_facts.h$(newline))

$(build)/$1/main/%.o: bench/main.c $(build)/flags
	@mkdir -p $$(@D)
	$$(call compile,$1) -DEG_PROGRAM=$$*_experiment

$(build)/$1/libegbench.a: $(call objects_of,$1,$(library_sources)) $(build)/sources
	@mkdir -p $$(@D); rm -f $$@
	@$$(AR) rcs $$@ $$(if $$(LENIENT),$$$$(find $$(filter %.o,$$^) /dev/null -name '*.o' 2>/dev/null),$$(filter %.o,$$^))
$(build)/$1/libbench.a: $(call objects_of,$1,$(bench_sources)) $(build)/sources
	@mkdir -p $$(@D); rm -f $$@
	@$$(AR) rcs $$@ $$(if $$(LENIENT),$$$$(find $$(filter %.o,$$^) /dev/null -name '*.o' 2>/dev/null),$$(filter %.o,$$^))
endef
# Who names the commit, the compiler and the flags; only these are compiled anew at each commit.
facts_users := $(shell grep -l EG_BUILD_ $(library_sources) $(filter %.c,$(bench_files)) /dev/null)
$(eval $(call precision_rules,double))
$(eval $(call precision_rules,single))
-include $(shell find $(build) -name '*.d' 2>/dev/null)

$(build)/libegbench.a: $(build)/double/libegbench.a
	@cp $< $@
$(build)/libegbench-single.a: $(build)/single/libegbench.a
	@cp $< $@

link = $(call quiet,link $@)mkdir -p $(@D); $(CC) $(flags) $(LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(libraries)
define program_rule
$(bin)/$(call program_name,$1): $(build)/$2/$3/$1.o $(build)/$2/libbench.a $(build)/$2/libegbench.a
	$$(link)
endef
$(foreach e,$(experiments_double) compare,$(eval $(call program_rule,$e,double,main)))
$(foreach e,$(experiments_single),$(eval $(call program_rule,$e,single,main)))
own_single := kernels peer_step
$(foreach p,$(filter-out $(own_single),$(own_mains)),$(eval $(call program_rule,$p,double,bench)))
$(foreach p,$(own_single),$(eval $(call program_rule,$p,single,bench)))

# ---- tests ----
test_helpers := $(filter-out tests/race_driver.c,$(filter-out tests/test_%,$(wildcard tests/*.c)))
$(build)/tests/unit-double: $(call objects_of,double,$(tests_double) $(test_helpers)) $(build)/double/libbench.a $(build)/double/libegbench.a $(build)/tests_wanted
	$(link) -lcriterion
$(build)/tests/unit-single: $(call objects_of,single,$(tests_single)) $(build)/single/libbench.a $(build)/single/libegbench.a $(build)/tests_wanted
	$(link) -lcriterion


# ---- fuzz targets: replayed on their corpora by `make test`, run on by `make fuzz` ----
$(build)/fuzz/replay_%: $(build)/double/tests/fuzz/fuzz_%.o $(build)/double/tests/fuzz/replay_corpus.o $(build)/double/libegbench.a
	$(link)
$(build)/fuzz/run_%: $(build)/double/tests/fuzz/fuzz_%.o $(build)/double/libegbench.a
	$(link) -fsanitize=fuzzer
$(addsuffix nightly_reference,$(build)/fuzz/replay_ $(build)/fuzz/run_): $(call objects_of,double,bench/frame/nightly_reference.c bench/frame/output_file.c)
.PHONY: fuzz-replays fuzz-runs
fuzz-replays: $(fuzz_targets:%=$(build)/fuzz/replay_%)
fuzz-runs: $(fuzz_targets:%=$(build)/fuzz/run_%)
replays := $(foreach t,$(fuzz_targets),replay:$(BUILD)/asan/fuzz/replay_$t:tests/fuzz/corpus/$t)

.PHONY: test outside-test check asan asan-check valgrind race fuzz cluster-test page-test peer-test fresh-test coverage
# Without what the group brings, some tests are skipped, and say so.
test: $(programs) $(test_programs) $(manuals) ##: runs all tests: units, command line, fuzz corpora; ends with "N passed, N failed, N skipped"
	@DEPS=$(DEPS) tests/install_deps.sh test || true
	@$(MAKE) MODE=asan fuzz-replays
	@EGBENCH_BIN="$(bin_folder)" EGBENCH_BUILD=$(BUILD) tests/run_all.sh $(test_programs) $(replays) $(cli_tests)
check: $(test_programs) ##: runs the unit tests (under a minute; ONLY="stream matrix" takes these alone)
	@tests/run_all.sh $(test_programs)
asan: ##: runs the unit tests and the programs with ASan and UBSan
	@$(MAKE) MODE=asan asan-check
asan-check: $(programs) $(test_programs)
	@EGBENCH_BIN="$(bin_folder)" tests/run_all.sh $(test_programs) tests/cli_usage.sh $(wildcard tests/cli_run.sh)
valgrind: $(BUILD)/deps-sanitize $(programs) $(test_programs) ##: runs the unit tests and a program under valgrind's memcheck
	@EGBENCH_BIN="$(bin_folder)" tests/memcheck.sh $(test_programs)
race: $(BUILD)/deps-sanitize ##: runs the parallel parts under ThreadSanitizer
	@$(MAKE) MODE=race $(BUILD)/race/race-driver
	@tests/race.sh $(BUILD)/race/race-driver
$(build)/race-driver: $(build)/double/tests/race_driver.o $(build)/double/libegbench.a
	$(link)
fuzz: $(BUILD)/deps-sanitize ##: looks for new failing inputs with libFuzzer, FUZZ_SECONDS=30 for each target
	@$(MAKE) MODE=fuzz fuzz-runs
	@for target in $(fuzz_targets); do \
	    mkdir -p $(BUILD)/fuzz/found_$$target && \
	    $(BUILD)/fuzz/fuzz/run_$$target -max_total_time=$(FUZZ_SECONDS) -print_final_stats=1 \
	        -artifact_prefix=$(BUILD)/fuzz/ $(BUILD)/fuzz/found_$$target tests/fuzz/corpus/$$target || exit 1; \
	done
cluster-test: $(BUILD)/deps-cluster $(programs) ##: runs contrib/'s cluster scripts on a Slurm of one node and under mpirun (as root)
	@EGBENCH_BIN="$(bin_folder)" tests/cluster_test.sh
peer-test: $(BUILD)/deps-peer $(bin)/egbench-peer-step ##: PyTorch and numpy come to the same losses, attributions and gradients as the training steps
	@EGBENCH_BIN="$(bin_folder)" tests/run_all.sh tests/peer_test.sh
fresh-test: ##: builds and tests this tree in minimal Debians (RELEASES="bookworm trixie"; as root, with debootstrap)
	@tests/fresh_test.sh $(RELEASES)
page-test: $(BUILD)/deps-browser $(bin)/egbench-report ##: looks at the report's page in headless Chromium: desktop, phone, paper
	@EGBENCH_BIN="$(bin_folder)" tests/page_test.sh
outside-test: $(bin)/egbench-sparsity $(bin)/egbench-graph-prior ##: experiments against other people's programs on real data, by stored numbers (skipped without the data)
	@for test in tests/outside_*.sh; do EGBENCH_BIN="$(bin_folder)" bash $$test || exit; done
coverage: ##: runs the unit tests and prints the lines covered by file
	@find $(BUILD)/coverage -name '*.gcda' -delete 2>/dev/null; $(MAKE) MODE=coverage check
	@gcov -n $$(find $(BUILD)/coverage/double -name '*.gcda') 2>/dev/null | grep -A1 "^File '[smd]" | paste - - - | \
	    sed "s/File '\(.*\)'.*executed:\([0-9.]*\)% of \([0-9]*\).*/\2 % of \3 lines  \1/" | sort -n

# ---- results ----
run = OPENBLAS_NUM_THREADS=1 $(bin)/egbench-
.PHONY: reproduce reference bench bench-growth bench-peer table-1 supplementary-table-1 supplementary-figure-1 decoy figure-1 figure-2 supplementary-figures-4-6 supplementary-figure-2 figure-3 supplementary-figures-10-12 figure-4 supplementary-figures-13-15
FETCH ?= small
reproduce: $(programs) ##: regenerates every table and figure (SCALE=smoke|quick|night|paper; default quick; FETCH=no|all)
	@[ $(SCALE) = smoke ] || datasets/fetch.sh --reproduce $(FETCH)
	@for e in $(subst _,-,$(experiments)); do $(run)$$e --scale $(SCALE) || exit; done
	@$(run)report
	@if [ $(SCALE) = smoke ]; then echo 'smoke scale: all of it measured on stand-ins; make reproduce takes the real data'; \
	else datasets/fetch.sh --stand-ins; fi
table-1: $(programs) ##: the Keep/Remove scores on correlated features
	@$(run)keep-remove --scale $(SCALE) --dataset corrgroups60
	@$(run)report
supplementary-table-1: $(programs) ##: the Keep/Remove scores on independent features
	@$(run)keep-remove --scale $(SCALE) --dataset independentlinear60
	@$(run)report
supplementary-figure-2: $(programs) ##: how attributions converge with more references
	@$(run)convergence --scale $(SCALE)
	@$(run)report
supplementary-figure-1: $(programs) ##: what priors cost a training; best on an idle machine
	@$(run)training-cost --scale $(SCALE)
	@$(run)report
decoy: $(programs) ##: guides against a square that tells the class in training alone
	@$(run)decoy --scale $(SCALE)
	@$(run)report
figure-1: $(programs) ##: the pixel prior on MNIST (else Fashion-MNIST): maps, robustness to noise
	@$(run)image-noise --scale $(SCALE)
	@$(run)report
figure-2 supplementary-figures-4-6: $(programs) ##: the pixel prior on CIFAR-10
	@$(run)image-noise --scale $(SCALE) --dataset cifar10
	@$(run)report
figure-3 supplementary-figures-10-12: $(programs) ##: the graph prior and drug response
	@$(run)graph-prior --scale $(SCALE)
	@$(run)report
figure-4 supplementary-figures-13-15: $(programs) ##: the sparse prior on 100 patients
	@$(run)sparsity --scale $(SCALE)
	@$(run)report
reference: $(programs) ##: keeps the smoke scale's rows of today in results/reference, after a change that was meant
	@EGBENCH_BIN="$(bin_folder)" EXPERIMENTS="$(steady)" bench/write_reference.sh
.PHONY: nightly nightly-reference accept
# The command line's SCALE, SEEDS and REASON go to the script through the environment.
nightly_run = EGBENCH_BIN="$(bin_folder)" EXPERIMENTS="$(or $(EXPERIMENTS),$(steady))" bench/nightly.sh
nightly: $(programs) ##: runs the smoke scale with seeds 0 to 9 and holds it against the reference: 1 on a drift (SCALE, SEEDS)
	@$(nightly_run) night
nightly-reference: $(programs) ##: makes the reference that nights are held against, from 20 seeds
	@$(nightly_run) reference
accept: $(programs) ##: moves the reference to this code, with REASON="..." in the history
	@$(nightly_run) accept
bench: $(bin)/egbench-kernels ##: measures the training kernels against the matrix product
	@$(run)kernels
bench-growth: $(bin)/egbench-kernels ##: how the cost of an epoch grows with rows, references, features, depth, threads: OUT=results/growth
	@$(run)kernels --growth --out $(or $(OUT),results/growth)
# Debian's python3-torch belongs to Debian's own python3.
PYTHON ?= /usr/bin/python3
bench-peer: $(bin)/egbench-peer-step ##: the same steps in PyTorch and numpy, in turn with ours (ROUNDS=3; OUT=FOLDER keeps the table)
	@if $(PYTHON) -c 'import numpy, torch' 2>$(BUILD)/peer.log; then \
	    PYTHONDONTWRITEBYTECODE=1 $(PYTHON) bench/peer/compare_peers.py $< --rounds $(or $(ROUNDS),3) $(if $(OUT),--out $(OUT)); \
	else echo "bench-peer: skipped, since $(PYTHON) has no torch and numpy: apt-get install python3-torch python3-numpy"; fi

# ---- lint, format ----
.PHONY: lint format documents man
lint: $(BUILD)/deps-lint $(manuals) ##: format, cppcheck, shellcheck, man pages, the house's rules
	@tests/lint.sh $(manuals)
format: $(BUILD)/deps-lint ##: puts all C files into the house format
	@find src metrics datasets bench tests -name '*.[ch]' -exec clang-format -i {} +
documents: ##: writes the measured numbers of README.md and REPRODUCE.md from results/
	@python3 contrib/python/fill_documents.py
man: $(manuals) ##: writes the man pages to build/man
$(BUILD)/man/%.1: $(bin)/%
	@mkdir -p $(@D)
	@OPENBLAS_NUM_THREADS=1 $< --man >$@

# ---- install ----
# A template is no header of its own: what it is made of is defined before each inclusion.
public_headers := $(filter-out %/egbench.h plugin/% %_template.h,$(library_headers:src/%=%))
# What programs read or name: below share/egbench under the same names as here.
own_files := LICENSE datasets/fetch.sh datasets/manifest $(shell find results/published results/reference bench/examples contrib -type f)
root := $(DESTDIR)$(PREFIX)
installed := $(patsubst $(bin)/%,bin/%,$(filter-out %-kernels %-peer-step,$(programs))) $(manuals:$(BUILD)/man/%=share/man/man1/%) \
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
install: all $(manuals) ##: installs programs, man pages, libraries, headers, pkg-config files, reference and claims (PREFIX, DESTDIR)
	@for file in $(public_headers); do echo "#include \"$$file\""; done >$(build)/umbrella
	@(printf '/* SPDX-License-Identifier: GPL-3.0-or-later */\n#ifndef EG_EGBENCH_H\n#define EG_EGBENCH_H\n'; \
	    cat $(build)/umbrella; echo '#endif') >$(build)/egbench.h
	$(file >$(build)/egbench.pc,$(call pc_file,egbench,double))
	$(file >$(build)/egbench-single.pc,$(call pc_file,egbench-single,single))
	@for file in $(notdir $(filter bin/%,$(installed))); do $(call put,755,$(bin)/$$file,bin/$$file); done
	@for file in $(notdir $(manuals)); do $(call put,644,$(BUILD)/man/$$file,share/man/man1/$$file); done
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

.PHONY: clean help
clean: ##: removes build/ (results are kept)
	rm -rf $(BUILD)
help: ##: prints this
	@sed -n 's/^\([a-z][a-z0-9 -]*\):.*##: \(.*\)/\1|\2/p' Makefile | while IFS='|' read -r t h; do printf '%-30s %s\n' "$$t" "$$h"; done

# SPDX-License-Identifier: GPL-3.0-or-later
# Tests, fuzzing, lint; included by the Makefile.

# ---- tests ----
test_helpers := $(filter-out tests/race_driver.c tests/curves_driver.c,$(filter-out tests/test_%,$(wildcard tests/*.c)))
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

.PHONY: test outside-test check asan asan-check valgrind race curves fuzz cluster-test page-test peer-test fresh-test coverage
# Without what the group brings, some tests are skipped, and say so.
test: $(programs) $(libraries_made) $(test_programs) $(manuals) ##: runs all tests: units, command line, fuzz corpora; ends with "N passed, N failed, N skipped"
	@DEPS=$(DEPS) tests/install_deps.sh test || true
	@$(MAKE) MODE=asan fuzz-replays
	@EGBENCH_BIN="$(bin_folder)" EGBENCH_BUILD=$(BUILD) tests/run_all.sh $(test_programs) $(replays) $(cli_tests)
check: $(test_programs) ##: runs the unit tests (under a minute; ONLY="stream matrix" takes these alone)
	@tests/run_all.sh $(test_programs)
asan: ##: runs the unit tests and the programs with ASan and UBSan
	@$(MAKE) MODE=asan asan-check
asan-check: $(programs) $(test_programs)
	@EGBENCH_BIN="$(bin_folder)" tests/run_all.sh $(test_programs) tests/cli_usage.sh $(wildcard tests/cli_run.sh)
valgrind: $(BUILD)/deps-memcheck $(programs) $(test_programs) ##: runs each unit test and experiment under valgrind's memcheck
	@EGBENCH_BIN="$(bin_folder)" tests/memcheck.sh $(test_programs)
race: $(BUILD)/deps-sanitize ##: runs the parallel parts under ThreadSanitizer
	@$(MAKE) MODE=race $(BUILD)/race/race-driver
	@tests/race.sh $(BUILD)/race/race-driver
$(build)/race-driver: $(build)/double/tests/race_driver.o $(build)/double/libegbench.a
	$(link)
curves: $(build)/curves-driver ##: training curves of direct convolutions and by minimal filtering, into tests/outside/curves.csv
	@$< fashion_mnist 5 >tests/outside/curves.csv.new && mv tests/outside/curves.csv.new tests/outside/curves.csv
$(build)/curves-driver: $(build)/single/tests/curves_driver.o $(build)/single/libegbench.a
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
peer-test: $(BUILD)/deps-peer $(bin)/egbench-peer-step ##: PyTorch and numpy come to the same as the training steps; captum, SHAP, LIME and Quantus, where installed, to the stored numbers
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

# ---- lint, format ----
.PHONY: lint format
lint: $(BUILD)/deps-lint $(manuals) ##: format, cppcheck, shellcheck, man pages, code style
	@tests/lint.sh $(manuals)
format: $(BUILD)/deps-lint ##: puts all C files into the code style
	@find src metrics datasets bench tests -name '*.[ch]' -exec clang-format -i {} +

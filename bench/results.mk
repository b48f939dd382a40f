# SPDX-License-Identifier: GPL-3.0-or-later
# What the programs are run for; included by the Makefile.

run = OPENBLAS_NUM_THREADS=1 $(bin)/egbench-
.PHONY: reproduce report keep-rows reference bench bench-growth bench-scaling bench-peer peer-environment peer-numbers table-1 supplementary-table-1 supplementary-figure-1 decoy robust-attribution fine-tune supplementary-table-2 supplementary-figure-3 supplementary-figures-7-9 figure-1 supplementary-figure-6 figure-2 supplementary-figures-4-5 supplementary-figure-2 figure-3 supplementary-figures-10-12 figure-4 supplementary-figures-13-15
FETCH ?= small
reproduce: $(programs) ##: regenerates every table and figure (SCALE=smoke|quick|night|paper; default quick; FETCH=no|all)
	@$(run)reproduce --scale $(SCALE) --fetch $(FETCH)
report: $(programs) ##: rebuilds tables, figures and verdicts from the rows kept in results/quick and results/night
	@$(run)report $(patsubst %/runs,%,$(wildcard results/quick/runs results/night/runs))
keep-rows: $(bin)/egbench-report ##: keeps the rows of STORE (results) of one SCALE, compressed, and their digest, in results/SCALE
	@SCALE=$(SCALE) EGBENCH_BIN="$(bin_folder)" bench/keep_rows.sh $(STORE)
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
decoy: $(programs) ##: regularisers against a square that tells the class in training alone
	@$(run)decoy --scale $(SCALE)
	@$(run)report
fine-tune supplementary-table-2 supplementary-figure-3 supplementary-figures-7-9: $(programs) ##: a pretrained VGG fine-tuned with the pixel prior; black pixels
	@$(run)fine-tune --scale $(SCALE)
	@$(run)report
robust-attribution: $(programs) ##: attribution maps under attack (Chen et al. 2019)
	@$(run)robust-attribution --scale $(SCALE)
	@$(run)report
figure-1 supplementary-figure-6: $(programs) ##: the pixel prior on MNIST (else Fashion-MNIST): maps, robustness to noise
	@$(run)image-noise --scale $(SCALE) --only '*mnist,*'
	@$(run)report
figure-2 supplementary-figures-4-5: $(programs) ##: the pixel prior on CIFAR-10
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
# The board: all methods on the models of the paper. What has a row is not run again: METHOD="--exec 'python3 mine.py {dir}' --name
# mine" adds a method, and BOARD is the folder. Other code's rows stand: make board VERIFY=1 runs one of each kind anew.
.PHONY: board board-page
BOARD ?= results/compare/board
BOARD_DATA ?= corrgroups60,nhanes,mnist,cifar10,beataml
board: $(bin)/egbench-compare $(bin)/egbench-plugin-host ##: all attribution methods on the models of the paper: results/compare/board (METHOD="--exec ... --name mine" adds one; SCALE)
	@$(run)compare --scale $(SCALE) --dataset $(BOARD_DATA) --verify $(or $(VERIFY),none) --out $(BOARD) $(METHOD)
board-page: $(bin)/egbench-compare ##: the board's page anew from its rows, without data and without running anything
	@$(run)compare --scale $(SCALE) --stored --out $(BOARD)
.PHONY: estimates
estimates: $(programs) ##: what each experiment costs at night and paper scale, into results/times
	@EGBENCH_BIN="$(bin_folder)" EXPERIMENTS="$(subst _,-,$(experiments))" bench/write_estimates.sh >$(BUILD)/estimates.csv
	@mv $(BUILD)/estimates.csv results/times/estimates.csv
.PHONY: nightly nightly-reference accept
# The command line's SCALE, SEEDS and REASON go to the script through the environment.
nightly_run = EGBENCH_BIN="$(bin_folder)" EXPERIMENTS="$(or $(EXPERIMENTS),$(steady))" bench/nightly.sh
nightly: $(programs) ##: runs the smoke scale with seeds 0 to 9 and compares it with the reference: 1 on a drift (SCALE, SEEDS)
	@$(nightly_run) night
nightly-reference: $(programs) ##: makes the reference that nightly runs are compared with, from 20 seeds
	@$(nightly_run) reference
accept: $(programs) ##: moves the reference to this code, with REASON="..." in the history
	@$(nightly_run) accept
bench: $(bin)/egbench-kernels ##: measures the training kernels against the matrix product
	@$(run)kernels
bench-growth: $(bin)/egbench-kernels ##: how the cost of an epoch grows with rows, references, features, depth, threads: OUT=results/growth
	@$(run)kernels --growth --out $(or $(OUT),results/growth)
bench-scaling: $(bin)/egbench-kernels ##: what more threads than there are would do for the training steps, from measured parts (OUT=FOLDER keeps the table)
	@$(run)kernels --scaling $(if $(OUT),>$(BUILD)/scaling.txt && mv $(BUILD)/scaling.txt $(OUT)/scaling.txt)
# Debian's python3-torch belongs to Debian's own python3; PyTorch as users have it: make peer-environment.
PEER_ENVIRONMENT ?= $(BUILD)/peer
TORCH_VERSION ?= 2.13.0
CAPTUM_VERSION ?= 0.9.0
SHAP_VERSION ?= 0.51.0
QUANTUS_VERSION ?= 0.6.0
LIME_VERSION ?= 0.2.0.1
PYTHON ?= /usr/bin/python3 $(wildcard $(PEER_ENVIRONMENT)/bin/python)
peer-environment: ##: a Python with PyTorch of today, captum, shap, quantus and lime, in build/peer, for bench-peer and peer-test (TORCH_VERSION and so on)
	@bench/peer/make_environment.sh $(PEER_ENVIRONMENT) torch==$(TORCH_VERSION) captum==$(CAPTUM_VERSION) \
	    shap==$(SHAP_VERSION) quantus==$(QUANTUS_VERSION) lime==$(LIME_VERSION)
peer-numbers: ##: what captum, shap, lime and quantus say of one model, for tests/test_peers.c (PYTHON; peer-test holds them against it)
	@$(lastword $(PYTHON)) bench/peer/peer_measures.py tests/oracle/peers/numbers.json
bench-peer: $(bin)/egbench-peer-step ##: the same steps in PyTorch and numpy, in turn with ours (PYTHON="one or more"; ROUNDS=3; STEPS; THREADS; OUT=FOLDER keeps the table, where the rows of other steps stay)
	@PYTHONDONTWRITEBYTECODE=1 python3 bench/peer/compare_peers.py $< --python "$(PYTHON)" --rounds $(or $(ROUNDS),3) \
	    $(if $(STEPS),--steps "$(STEPS)") $(if $(THREADS),--threads "$(THREADS)") $(if $(OUT),--out $(OUT))

# ---- documents ----
.PHONY: documents docs compare-example
documents: ##: writes the measured numbers of README.md, REPRODUCE.md and docs/ from results/
	@python3 contrib/python/fill_documents.py
docs: $(BUILD)/deps-docs ##: HTML of all documents in build/docs; names links that lead nowhere
	@python3 contrib/python/make_docs.py $(BUILD)/docs
compare-example: $(BUILD)/deps-browser $(programs) ##: what README.md shows of a comparison: docs/compare-example.txt, docs/compare-page.png
	@EGBENCH_BIN="$(bin_folder)" contrib/make_compare_example.sh
.PHONY: power
power: ##: simulates how often verdicts err and what so many units find, into results/power (two minutes)
	@mkdir -p results/power
	@EGBENCH_POWER=$(CURDIR)/results/power/power.json $(MAKE) ONLY=verdict_power check

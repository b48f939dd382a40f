# SPDX-License-Identifier: GPL-3.0-or-later
# What the programs are run for; included by the Makefile.

run = OPENBLAS_NUM_THREADS=1 $(bin)/egbench-
.PHONY: reproduce reference bench bench-growth bench-peer table-1 supplementary-table-1 supplementary-figure-1 decoy robust-attribution figure-1 figure-2 supplementary-figures-4-6 supplementary-figure-2 figure-3 supplementary-figures-10-12 figure-4 supplementary-figures-13-15
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
robust-attribution: $(programs) ##: attribution maps under attack (Chen et al. 2019)
	@$(run)robust-attribution --scale $(SCALE)
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

# ---- documents ----
.PHONY: documents
documents: ##: writes the measured numbers of README.md and REPRODUCE.md from results/
	@python3 contrib/python/fill_documents.py

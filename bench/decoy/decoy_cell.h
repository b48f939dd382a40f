/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One training on images with decoys, and what comes of it.
 */
#ifndef EG_BENCH_DECOY_CELL_H
#define EG_BENCH_DECOY_CELL_H

#include "run/experiment.h"

/* The model beside the guides: trained and tested with the corners blanked, which is the plain remedy
 * where one knows the mask. */
extern const char eg_decoy_blanked[];

/* run_cell of struct eg_experiment. Fills train_loss, validation_accuracy (the decoy tells the class),
 * dealt_accuracy (validation images whose corners were dealt out anew among them) and test_accuracy
 * (the decoy lies). */
int eg_decoy_run_cell(const struct eg_run *run, const json_t *config, json_t *values,
                      struct eg_error *error);

#endif

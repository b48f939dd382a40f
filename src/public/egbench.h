/* SPDX-License-Identifier: GPL-3.0-or-later */
/** @file
 * All of the library: include this one. C99 and C++17. */
/** @mainpage egbench
 *
 * Trains small networks under attribution priors and explains them, as in Erion et al. 2021,
 * "Improving performance of deep learning models with axiomatic attribution priors and expected
 * gradients".
 *
 *     cc program.c $(pkg-config --cflags --libs egbench)            eg_real is double
 *     cc program.c $(pkg-config --cflags --libs egbench-single)     eg_real is float
 *
 * A program links one of the two libraries, never both.
 *
 * - egbench_network.h: a network from a line of text; predict, loss; weights from and to safetensors
 * - egbench_explainer.h, egbench_explanation.h: attributions by a built-in method;
 *   egbench_own_method.h: by your own
 * - egbench_prior.h: penalties on attributions, built in or your own; egbench_training.h: training
 *   under them
 * - egbench_dataset.h, egbench_metrics.h: CSV and NPY files, splits, standardising; Gini, ROC-AUC,
 *   R^2
 * - egbench_base.h, egbench_error.h, egbench_stream.h, egbench_graph.h: version, errors, random
 *   numbers, graphs
 *
 * **Handles.** What an _alloc function made, its _free function releases. A handle that is given
 * to another one is borrowed: it must outlive that one. **Arrays** are row-major and belong to the
 * caller. **Threads.** Different handles may be used by different threads at once, and one handle
 * by several where none changes it; each calls egbench_prepare_thread() first. Attribution methods
 * as shared objects for `egbench-compare` take egbench_plugin.h instead, which stands alone. */
#ifndef EGBENCH_H
#define EGBENCH_H

#include "egbench_base.h"
#include "egbench_dataset.h"
#include "egbench_error.h"
#include "egbench_explainer.h"
#include "egbench_explanation.h"
#include "egbench_graph.h"
#include "egbench_metrics.h"
#include "egbench_network.h"
#include "egbench_own_method.h"
#include "egbench_prior.h"
#include "egbench_stream.h"
#include "egbench_training.h"

#endif

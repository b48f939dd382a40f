/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A report's claims and their verdicts for templates. All return NULL when memory is short.
 */
#ifndef EG_BENCH_REPORT_VIEW_H
#define EG_BENCH_REPORT_VIEW_H

#include <jansson.h>

#include "bench/report/report_data.h"

/* verdict, mark, tex, class (of the style sheet); text: all that qualifies it. mark and tex are "" where nothing was
 * attempted. */
json_t *eg_judgement_data(const struct eg_judgement *judgement);

/* What the part's rows of that data set, protocol and scale, each NULL for any, were made by: outcome_version, code and
 * core. */
json_t *eg_origin_data(const struct eg_part *part, const char *dataset, const char *protocol,
                       const char *scale);

/* The command that makes the rows of the block's data set, protocol, scale and seed. */
json_t *eg_command_data(const struct eg_part *part, const struct eg_result *block);

/* total, attempted and back: how many claims there are, were held against a measurement, came back; not_attempted and,
 * of these, shown and unmeasured; verdicts and kinds with counts; claims, one for each judgement in its order; experiments, each with its counts, its claims (the same
 * objects), failures by place, absences by reason and what its rows were made by. A claim's subject is its method and metric where
 * others of its place say the same, else "". */
json_t *eg_report_data(const struct eg_report *report);

/* One of these experiments; claims: the list of all. failures: the places where some claims did not come back, with how
 * many of how many attempted; absences: the reasons why claims were not attempted, with what is shown of them (eg_absence_name) and how
 * many. */
json_t *eg_experiment_data(const struct eg_report *report, const char *experiment,
                           const json_t *claims);

#endif

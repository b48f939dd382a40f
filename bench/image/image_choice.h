/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which strength stands for a model: among those whose accuracy comes close to the
 * baseline's, the one with the smoothest maps (Section 2.3, Supplements E.1 and F.1).
 */
#ifndef EG_BENCH_IMAGE_CHOICE_H
#define EG_BENCH_IMAGE_CHOICE_H

#include "bench/frame/summary.h"

/* A name under which a model stands in the results, and how far below the baseline's its accuracy may
 * be; infinite where there is nothing to choose. */
struct eg_image_choice {
    const char *method, *model;
    double within;
};

/*
 * Ends with an entry whose method is NULL. The paper's rule is 0.10 in the text, but 0.01 where
 * Supplement F.1 speaks of MNIST; each data set has the other one too, as "_loose" or "_strict".
 */
const struct eg_image_choice *eg_image_choices(const char *dataset);

/* Where the numbers of the rule stand in a row. */
struct eg_image_rule {
    const char *accuracy;
    const char *of_gradients,
        *of_expected_gradients; /* total variation, of what a model penalises */
};

/* By test images: "paper"; by validation images: "fixed". */
extern const struct eg_image_rule eg_image_rule_paper, eg_image_rule_fixed;

/* A strength and its means over replicates. */
struct eg_image_candidate {
    double strength, accuracy, total_variation;
    size_t replicates;
};

/* The rows of one model, or with strength not NAN of one of its strengths, in the group's order; rows
 * is room for group->count. */
struct eg_group eg_image_select(const struct eg_group *group, const char *model, double strength,
                                const json_t **rows);

/* The strengths of a group of rows of one model, ascending. Returns how many; candidates has room for
 * group->count. */
size_t eg_image_candidates(const struct eg_group *group, const struct eg_image_rule *rule,
                           struct eg_image_candidate *candidates);

/*
 * The candidate with the least total variation among those with an accuracy of at least `least`, of
 * equals the weakest; NULL where there is none. Only those with the most replicates stand
 * for choice, for one alone wins by chance too easily.
 */
const struct eg_image_candidate *eg_image_choose(const struct eg_image_candidate *candidates,
                                                 size_t count, double least);

#endif

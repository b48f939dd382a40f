/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/sparsity/sparsity_choice.h"

#include <criterion/criterion.h>

/* A row that tried `strengths` of three, and found `strength` best. */
static json_t *make_row(const char *penalty, int replicate, int strengths, double strength,
                        double validation_roc_auc)
{
    json_t *tried = json_array();
    for (int i = 0; i < strengths; i++)
        json_array_append_new(tried, json_real(strength + i));
    return json_pack("{s:{s:s, s:i, s:o, s:i}, s:{s:f, s:f}}", "config", "penalty", penalty,
                     "replicate", replicate, "strengths", tried, "strengths_in_all", 3, "values",
                     "strength", strength, "validation_roc_auc", validation_roc_auc);
}

static double strength_of(const json_t *row)
{
    return json_number_value(json_object_get(json_object_get(row, "values"), "strength"));
}

Test(sparsity_choice, takes_the_best_of_all_cells_of_a_replicate)
{
    json_t *made[] = {make_row("a", 0, 2, 1, 0.7), make_row("b", 0, 3, 5, 0.9),
                      make_row("a", 0, 1, 10, 0.8), make_row("a", 1, 1, 10, 0.6),
                      make_row("a", 1, 2, 1, 0.75)};
    const json_t *rows[5] = {made[0], made[1], made[2], made[3], made[4]}, *room[5];
    const struct eg_group group = {.count = 5, .rows = rows};
    struct eg_group chosen;
    cr_assert_eq(eg_sparsity_choose(&group, room, &chosen, NULL), EG_OK);
    cr_assert_eq(chosen.count, 3);
    cr_expect_eq(strength_of(chosen.rows[0]), 10);
    cr_expect_eq(strength_of(chosen.rows[1]), 5);
    cr_expect_eq(strength_of(chosen.rows[2]), 1);
    for (int i = 0; i < 5; i++)
        json_decref(made[i]);
}

Test(sparsity_choice, the_weaker_of_two_equals_whatever_the_order)
{
    for (int turned = 0; turned < 2; turned++) {
        json_t *strong = make_row("a", 0, 1, 10, 0.8), *weak = make_row("a", 0, 2, 1, 0.8);
        const json_t *rows[2] = {turned ? weak : strong, turned ? strong : weak}, *room[2];
        const struct eg_group group = {.count = 2, .rows = rows};
        struct eg_group chosen;
        cr_assert_eq(eg_sparsity_choose(&group, room, &chosen, NULL), EG_OK);
        cr_assert_eq(chosen.count, 1);
        cr_expect_eq(strength_of(chosen.rows[0]), 1);
        json_decref(strong);
        json_decref(weak);
    }
}

Test(sparsity_choice, leaves_out_a_replicate_that_lacks_strengths)
{
    json_t *part = make_row("a", 0, 2, 1, 0.8), *whole = make_row("a", 1, 3, 1, 0.7);
    const json_t *rows[2] = {part, whole}, *room[2];
    const struct eg_group group = {.count = 2, .rows = rows};
    struct eg_group chosen;
    cr_assert_eq(eg_sparsity_choose(&group, room, &chosen, NULL), EG_OK);
    cr_assert_eq(chosen.count, 1);
    cr_expect_eq(chosen.rows[0], whole);
    json_decref(part);
    json_decref(whole);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/plan.h"

#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/fake_experiment.h"

static const struct eg_run smoke = {.scale = "smoke", .protocol = "both", .replicates = 4};
static const struct eg_shard whole = {1, 1, NULL};

static struct eg_plan plan_fine(const char *only)
{
    struct eg_plan plan;
    struct eg_error error = {0};
    cr_assert_eq(eg_plan_make(&plan, &fake_experiment, &smoke, only, &error), EG_OK, "%s",
                 error.message);
    return plan;
}

static struct eg_store empty_store(void)
{
    struct eg_store store;
    struct eg_error error = {0};
    cr_assert_eq(eg_store_make(&store, "fake", (struct eg_warner){0}, &error), EG_OK);
    return store;
}

static void put(struct eg_store *store, const struct eg_cell *cell, const char *outcome)
{
    json_t *row = json_pack("{s:O, s:s, s:{s:f}}", "config", (json_t *)cell->config, "outcome",
                            outcome, "values", "score", cell->cost);
    cr_assert_eq(json_object_set_new(store->rows, cell->key, row), 0);
}

Test(plan, longest_first_and_stable)
{
    struct eg_plan plan = plan_fine(NULL);
    cr_assert_eq(plan.count, 24);
    for (size_t i = 1; i < plan.count; i++) {
        const struct eg_cell *a = &plan.cells[i - 1], *b = &plan.cells[i];
        cr_assert(a->cost > b->cost || (a->cost == b->cost && a->position < b->position));
    }
    eg_plan_free(&plan);
}

/* As a cell of the fake experiment begins. */
struct fake_cell {
    const char *dataset, *method;
};

static int is_beta(const void *cell)
{
    const struct fake_cell *own = cell;
    return strcmp(own->method, "beta") == 0;
}

Test(plan, some_come_first_whatever_they_cost)
{
    struct eg_experiment experiment = fake_experiment;
    struct eg_plan plan;
    experiment.comes_first = is_beta;
    cr_assert_eq(eg_plan_make(&plan, &experiment, &smoke, NULL, NULL), EG_OK);
    for (size_t i = 1; i < plan.count; i++) {
        const struct eg_cell *a = &plan.cells[i - 1], *b = &plan.cells[i];
        cr_expect_geq(is_beta(a->values), is_beta(b->values));
        cr_expect(is_beta(a->values) != is_beta(b->values) || a->cost >= b->cost);
    }
    eg_plan_free(&plan);
}

Test(plan, only_some)
{
    struct eg_error error = {0};
    struct eg_plan plan = plan_fine("moons");
    cr_assert_eq(plan.count, 12);
    eg_plan_free(&plan);
    plan = plan_fine("*method=beta*replicate=[12]*");
    cr_assert_eq(plan.count, 4);
    eg_plan_free(&plan);
    cr_assert_eq(eg_plan_make(&plan, &fake_experiment, &smoke, "suns", &error), EG_USAGE);
    cr_assert(strstr(error.message, "--only suns") && strstr(error.message, "--list"));
    const struct eg_run other = {.scale = "smoke", .protocol = "both", .dataset = "suns"};
    cr_assert_eq(eg_plan_make(&plan, &fake_experiment, &other, NULL, &error), EG_USAGE);
}

/* The fake experiment's cells cost 1 .. 4: 24 of them, 60 in all. */
Test(plan, shards_part_the_cells)
{
    struct eg_plan plan = plan_fine(NULL);
    struct eg_store store = empty_store();
    struct eg_error error = {0};
    int owners[24] = {0};
    cr_assert_eq(eg_plan_deal(&plan, 3, &error), EG_OK);
    put(&store, &plan.cells[0], "ok"); /* what is done does not change whose the others are */
    for (size_t s = 1; s <= 3; s++) {
        const struct eg_shard shard = {s, 3, NULL};
        double cost = 0;
        eg_plan_mark_pending(&plan, &shard, &store, 0);
        for (size_t i = 0; i < 24; i++) {
            owners[i] += plan.cells[i].pending;
            cost += plan.cells[i].shard == s ? plan.cells[i].cost : 0;
        }
        cr_expect_eq(cost, 20);
    }
    for (size_t i = 0; i < 24; i++)
        cr_assert_eq(owners[i], i > 0);
    eg_store_free(&store);
    eg_plan_free(&plan);
}

Test(plan, what_is_done_is_not_pending)
{
    struct eg_plan plan = plan_fine(NULL);
    struct eg_store store = empty_store();
    put(&store, &plan.cells[0], "ok");
    put(&store, &plan.cells[5], "skip: none");
    put(&store, &plan.cells[9], "failed: why");
    cr_assert_eq(eg_plan_mark_pending(&plan, &whole, &store, 0), 22);
    cr_assert(!plan.cells[0].pending && !plan.cells[5].pending && plan.cells[9].pending);
    cr_assert_eq(eg_plan_mark_pending(&plan, &whole, &store, 1), 24);
    eg_store_free(&store);
    eg_plan_free(&plan);
}

Test(plan, rows_are_sorted_and_the_missing_counted)
{
    struct eg_plan plan = plan_fine(NULL);
    struct eg_store store = empty_store();
    struct eg_rows rows;
    struct eg_error error = {0};
    size_t missing;
    for (size_t i = 0; i < plan.count; i++)
        put(&store, &plan.cells[i], i == 3 ? "failed: why" : i == 4 ? "skip: none" : "ok");
    json_object_set_new(
        store.rows, "00",
        json_pack("{s:{}, s:s, s:{}}", "config", "outcome", "ok", "values")); /* of another run */
    cr_assert_eq(eg_plan_collect_rows(&plan, &store, &rows, &missing, &error), EG_OK);
    cr_assert_eq(missing, 2);
    cr_assert_eq(json_array_size(rows.array), 22);
    char *before = NULL;
    for (size_t i = 0; i < 22; i++) {
        const json_t *row = json_array_get(rows.array, i);
        char *now = eg_canonical_alloc(json_object_get(row, "config"));
        cr_assert(!before || strcmp(before, now) < 0);
        cr_assert(json_is_object(json_object_get(row, "values")));
        free(before);
        before = now;
    }
    free(before);
    eg_rows_free(&rows);
    eg_store_free(&store);
    eg_plan_free(&plan);
}

static int is_text(const json_t *config, const char *field, const char *text)
{
    const char *own = json_string_value(json_object_get(config, field));
    return own && strcmp(own, text) == 0;
}

/* A member of a cell of the fake experiment, by its name. */
static const void *member_of(const void *cell, const char *name)
{
    const struct eg_field *field = fake_experiment.fields;
    while (strcmp(field->name, name) != 0)
        field++;
    return (const char *)cell + field->offset;
}

static const char *text_of(const void *cell, const char *name)
{
    return *(const char *const *)member_of(cell, name);
}

/* alpha's cell of the same data set and replicate. */
static int goes_with(const struct eg_run *run, const void *wanted, const void *other)
{
    (void)run;
    return strcmp(text_of(other, "method"), "alpha") == 0 &&
           strcmp(text_of(wanted, "dataset"), text_of(other, "dataset")) == 0 &&
           *(const size_t *)member_of(wanted, "replicate") ==
               *(const size_t *)member_of(other, "replicate");
}

/* Of a method that the run has no cells of, on a data set that it has. */
static int stays(const struct eg_run *run, const void *cell, const void *other)
{
    (void)run;
    return strcmp(text_of(other, "method"), "delta") == 0 &&
           strcmp(text_of(cell, "dataset"), text_of(other, "dataset")) == 0;
}

Test(plan, what_goes_with_the_wanted_is_kept)
{
    struct eg_plan plan;
    struct eg_error error = {0};
    struct eg_experiment experiment = fake_experiment;
    experiment.goes_with = goes_with;
    cr_assert_eq(
        eg_plan_make(&plan, &experiment, &smoke, "*moons*method=beta*replicate=[12]*", &error),
        EG_OK, "%s", error.message);
    cr_expect_eq(plan.count, 4);
    for (size_t i = 0; i < plan.count; i++)
        cr_expect(is_text(plan.cells[i].config, "dataset", "moons") &&
                  !is_text(plan.cells[i].config, "method", "gamma"));
    eg_plan_free(&plan);
    cr_expect_eq(eg_plan_make(&plan, &experiment, &smoke, "suns", &error), EG_USAGE);
}

static void put_other(struct eg_store *store, const char *dataset, int version)
{
    char key[EG_KEY_SIZE];
    json_t *config = json_pack("{s:s, s:s, s:s, s:s, s:i, s:f, s:i}", "dataset", dataset, "method",
                               "delta", "protocol", "fixed", "scale", "smoke", "seed", 0,
                               "strength", 0.5, "replicate", 0);
    cr_assert_eq(eg_cell_key("fake", version, "double", config, key, NULL), EG_OK);
    json_object_set_new(store->rows, key,
                        json_pack("{s:i, s:s, s:o, s:s, s:{}}", "outcome_version", version,
                                  "precision", "double", "config", config, "outcome", "ok",
                                  "values"));
}

Test(plan, rows_of_others_stay)
{
    struct eg_plan plan;
    struct eg_rows rows;
    struct eg_error error = {0};
    struct eg_experiment experiment = fake_experiment;
    struct eg_store store = empty_store();
    size_t missing;
    experiment.stays = stays;
    cr_assert_eq(eg_plan_make(&plan, &experiment, &smoke, "moons", &error), EG_OK);
    put(&store, &plan.cells[0], "ok");
    put(&store, &plan.cells[1], "skip: none");
    put_other(&store, "moons", experiment.outcome_version);
    put_other(&store, "circles", experiment.outcome_version);
    put_other(&store, "moons", experiment.outcome_version + 1);
    cr_assert_eq(eg_plan_collect_rows(&plan, &store, &rows, &missing, &error), EG_OK);
    cr_expect_eq(json_array_size(rows.array), 2);
    cr_expect_eq(json_array_size(rows.skipped), 1);
    cr_expect_eq(missing, 11);
    eg_rows_free(&rows);
    eg_store_free(&store);
    eg_plan_free(&plan);
}

struct seven {
    size_t k;
};
static const struct eg_field seven_fields[] = {EG_FIELD(struct seven, k), {0}};

static int list_twice(const struct eg_run *run, struct eg_grid *grid, struct eg_error *error)
{
    (void)run;
    return eg_grid_add(grid, &(struct seven){7}, 1, error) ||
                   eg_grid_add(grid, &(struct seven){7}, 1, error)
               ? EG_INTERNAL
               : EG_OK;
}

Test(plan, a_cell_that_is_there_twice_is_refused)
{
    struct eg_plan plan;
    struct eg_error error = {0};
    struct eg_experiment twice = fake_experiment;
    twice.list_cells = list_twice;
    twice.fields = seven_fields;
    twice.cell_size = sizeof(struct seven);
    cr_assert_eq(eg_plan_make(&plan, &twice, &smoke, NULL, &error), EG_INTERNAL);
    cr_assert(strstr(error.message, "k=7 twice"), "%s", error.message);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/fields.h"

#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "run/experiment.h"

struct cell {
    const char *model, *note;
    size_t replicate, extra;
    double strength;
    struct eg_numbers levels, sizes;
};
static const struct eg_field fields[] = {
    EG_FIELD(struct cell, model),
    EG_OPTIONAL_FIELD(struct cell, note),
    EG_FIELD(struct cell, replicate),
    EG_OPTIONAL_FIELD(struct cell, extra),
    EG_FIELD(struct cell, strength),
    EG_FIELD(struct cell, levels),
    {"image", EG_FIELD_COUNTS, offsetof(struct cell, sizes), 0, 0, 0},
    {0}};

static const struct cell plain = {
    .model = "gini", .strength = 1e-3, .levels = {2, {0, 0.5}}, .sizes = {3, {28, 28, 1}}};

Test(fields, pack_what_a_stored_row_has)
{
    json_t *config = eg_fields_pack(fields, &plain, NULL);
    char *text = json_dumps(config, JSON_COMPACT);
    cr_assert_str_eq(text, "{\"model\":\"gini\",\"replicate\":0,\"strength\":0.001,"
                           "\"levels\":[0.0,0.5],\"image\":[28,28,1]}");
    free(text);
    json_decref(config);
}

Test(fields, read_back_what_they_packed)
{
    struct cell full = plain, back = {0};
    struct eg_error error = {0};
    full.note = "both";
    full.extra = 7;
    json_t *config = eg_fields_pack(fields, &full, &error);
    cr_assert_eq(eg_fields_read(fields, config, &back, &error), EG_OK, "%s", error.message);
    cr_assert(strcmp(back.model, "gini") == 0 && strcmp(back.note, "both") == 0);
    cr_assert(back.extra == 7 && back.strength == 1e-3 && back.levels.count == 2 &&
              back.levels.at[1] == 0.5 && back.sizes.at[2] == 1);
    json_object_del(config, "note");
    json_object_del(config, "extra");
    back = (struct cell){0};
    cr_assert_eq(eg_fields_read(fields, config, &back, &error), EG_OK);
    cr_assert(!back.note && back.extra == 0);
    json_decref(config);
}

/* A cell differs from a copy in one field alone, of each type in turn. */
Test(fields, tell_cells_apart)
{
    struct cell others[7];
    const struct eg_field texts[] = {
        EG_FIELD(struct cell, model), EG_OPTIONAL_FIELD(struct cell, note), {0}};
    const char model[] = "gini";
    for (size_t i = 0; i < 7; i++)
        others[i] = plain;
    others[0].model = model;
    cr_assert(eg_fields_equal(fields, &plain, &others[0]), "equal texts in other places");
    others[1].model = "tv";
    others[2].note = "a";
    others[3].extra = 1;
    others[4].strength = 2e-3;
    others[5].levels.at[1] = 0.25;
    others[6].sizes.count = 2;
    for (size_t i = 1; i < 7; i++)
        cr_assert(!eg_fields_equal(fields, &plain, &others[i]), "other %zu", i);
    cr_assert(eg_fields_equal(texts, &plain, &others[4]), "only what the table has");
}

Test(fields, name_the_field_that_is_wrong)
{
    struct cell back;
    struct eg_error error = {0};
    static const struct {
        const char *field, *value;
    } wrong[] = {{"model", "3"},        {"replicate", "-1"},     {"replicate", "0.5"},
                 {"strength", "\"a\""}, {"levels", "[1,\"2\"]"}, {"levels", "7"}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        json_t *config = eg_fields_pack(fields, &plain, NULL);
        json_object_set_new(config, wrong[i].field,
                            json_loads(wrong[i].value, JSON_DECODE_ANY, NULL));
        cr_assert_eq(eg_fields_read(fields, config, &back, &error), EG_DATA);
        cr_assert(strstr(error.message, wrong[i].field) && strstr(error.message, "another type"));
        json_object_del(config, wrong[i].field);
        cr_assert_eq(eg_fields_read(fields, config, &back, &error), EG_DATA);
        cr_assert(strstr(error.message, wrong[i].field) && strstr(error.message, "missing"));
        json_decref(config);
    }
}

/* Some cells have a recipe, the others none of its fields. */
Test(fields, of_a_part_are_there_or_not)
{
    struct trained {
        const char *model;
        struct {
            size_t epochs;
            double rate;
        } recipe;
    } network = {"network", {5, 0}}, linear = {"linear", {0, 0.1}}, back = {0};
    static const struct eg_field parts[] = {
        EG_FIELD(struct trained, model),
        EG_PART_FIELD(struct trained, recipe, epochs, recipe.epochs),
        EG_PART_FIELD(struct trained, recipe, rate, recipe.epochs),
        {0}};
    struct eg_error error = {0};
    json_t *without = eg_fields_pack(parts, &linear, NULL);
    json_t *with = eg_fields_pack(parts, &network, NULL);
    cr_assert(json_object_size(without) == 1 && json_object_size(with) == 3);
    cr_assert_eq(eg_fields_read(parts, without, &back, &error), EG_OK, "%s", error.message);
    cr_assert_eq(eg_fields_read(parts, with, &back, &error), EG_OK, "%s", error.message);
    cr_assert(back.recipe.epochs == 5 && back.recipe.rate == 0);
    json_object_del(with, "rate");
    cr_assert_eq(eg_fields_read(parts, with, &back, &error), EG_DATA);
    cr_assert(strstr(error.message, "\"rate\" is missing"), "%s", error.message);
    json_decref(without);
    json_decref(with);
}

/* What belongs to rows of any experiment is read by these. */
Test(fields, of_any_experiment)
{
    struct eg_error error = {0};
    const char *text;
    size_t count;
    json_t *config = json_pack("{s:s, s:i}", "name", "gini", "k", 200);
    cr_assert_eq(eg_config_text(config, "name", &text, &error), EG_OK);
    cr_assert_eq(eg_config_count(config, "k", &count, &error), EG_OK);
    cr_assert(strcmp(text, "gini") == 0 && count == 200);
    cr_assert_eq(eg_config_text(config, "method", &text, &error), EG_INTERNAL);
    cr_assert(strstr(error.message, "\"method\" is missing"));
    cr_assert_eq(eg_config_count(config, "name", &count, &error), EG_INTERNAL);
    cr_assert(strstr(error.message, "\"name\" is of another type"));
    json_decref(config);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/frame/load_once.h"

#include <stdatomic.h>
#include <stdlib.h>

#include <criterion/criterion.h>

struct thing {
    int value;
    char *room;
};

static atomic_int loads, frees;

static int load(const void *request, void *made, struct eg_error *error)
{
    struct thing *thing = made;
    loads++;
    cr_assert(thing->value == 0 && !thing->room, "not zeroed");
    thing->value = *(const int *)request;
    thing->room = malloc(1);
    return thing->value < 0 ? eg_fail(error, EG_DATA, "no thing below zero") : EG_OK;
}

static void release(void *made)
{
    frees++;
    free(((struct thing *)made)->room);
}

static const struct eg_loaded_kind first = {sizeof(struct thing), load, release};
static const struct eg_loaded_kind second = {sizeof(struct thing), load, release};

static const struct thing *ask(const struct eg_loaded_kind *kind, int value)
{
    return eg_load_once(kind, &value, NULL, "thing %d", value);
}

Test(load_once, each_thing_is_loaded_once)
{
    const struct thing *one = ask(&first, 1), *two = ask(&first, 2), *other = ask(&second, 1);
    cr_assert(one && two && other);
    cr_expect(one->value == 1 && two->value == 2 && other->value == 1);
    cr_expect(one != other, "kinds do not mix");
    cr_expect(ask(&first, 1) == one && ask(&first, 2) == two && ask(&second, 1) == other);
    cr_expect(loads == 3 && frees == 0);
}

Test(load_once, any_thread_may_ask)
{
    atomic_int strange = 0;
#pragma omp parallel for num_threads(8)
    for (int i = 0; i < 400; i++) {
        const struct thing *thing = ask(&first, i % 5);
        strange += !thing || thing->value != i % 5;
    }
    cr_expect(strange == 0 && loads == 5);
}

/* What failed once is tried again, and what it had is freed. */
Test(load_once, failures_are_not_kept)
{
    struct eg_error error = {0};
    const int value = -1;
    cr_expect_null(eg_load_once(&first, &value, &error, "thing"));
    cr_expect(error.status == EG_DATA);
    cr_expect_str_eq(error.message, "no thing below zero");
    cr_expect(loads == 1 && frees == 1);
    cr_expect_null(ask(&first, -1));
    cr_expect(loads == 2 && frees == 2);
    cr_expect_not_null(ask(&first, 1));
}

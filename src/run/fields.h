/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A cell's configuration as a struct, and a table of its fields: what is stored
 * in a row, what a cell is named by and what its key is made of come from the
 * table, so that an experiment says once what its outcome depends on.
 */
#ifndef EG_RUN_FIELDS_H
#define EG_RUN_FIELDS_H

#include <stddef.h>

#include <jansson.h>

#include "base/error.h"

enum { EG_NUMBERS_MOST = 128 };

/* A list in a configuration. */
struct eg_numbers {
    size_t count;
    double at[EG_NUMBERS_MOST];
};

enum eg_field_type {
    EG_FIELD_TEXT,    /* const char * */
    EG_FIELD_COUNT,   /* size_t */
    EG_FIELD_NUMBER,  /* double */
    EG_FIELD_NUMBERS, /* struct eg_numbers */
    EG_FIELD_COUNTS   /* struct eg_numbers of whole numbers */
};

struct eg_field {
    const char *name; /* NULL ends a table */
    enum eg_field_type type;
    size_t offset;   /* in the struct */
    int is_optional; /* left out where it is NULL, 0 or an empty list, */
    int is_part;     /* or where the count at the offset `count` is 0 */
    size_t count;
};

/* clang-format off */
/* A field of another name than the member, whose type is the member's. */
#define EG_FIELD_NAMED(name, type, member)                                                         \
    {name, EG_FIELD_TYPE(type, member), offsetof(type, member), 0, 0, 0}
/* A field named like the member, whose type is the member's. */
#define EG_FIELD(type, member)                                                                     \
    {#member, EG_FIELD_TYPE(type, member), offsetof(type, member), 0, 0, 0}
#define EG_OPTIONAL_FIELD(type, member)                                                            \
    {#member, EG_FIELD_TYPE(type, member), offsetof(type, member), 1, 0, 0}

/* A list of whole numbers. */
#define EG_COUNTS_FIELD(type, member)                                                              \
    {#member, EG_FIELD_COUNTS, offsetof(type, member), 0, 0, 0}
/* A member of the member `part`, named like the former, which cells have whose `count` is not 0. The field that
 * the count belongs to stands first of them in the table. */
#define EG_PART_FIELD(type, part, member, count)                                                   \
    {#member, EG_FIELD_TYPE(type, part.member), offsetof(type, part.member), 0, 1,                 \
     offsetof(type, count)}

#define EG_FIELD_TYPE(type, member)                                                                \
    _Generic(((type){0}).member, const char *: EG_FIELD_TEXT, size_t: EG_FIELD_COUNT,             \
             double: EG_FIELD_NUMBER, struct eg_numbers: EG_FIELD_NUMBERS)
/* clang-format on */

/* The configuration of that cell, fields in the table's order: a new reference, NULL with *error filled
 * (EG_INTERNAL) when memory is short or a text is no UTF-8. */
json_t *eg_fields_pack(const struct eg_field *fields, const void *cell, struct eg_error *error);

/* *cell, zeroed before, = what the configuration says; texts are the configuration's own and live as long. A
 * field of the table that is missing where it must be there, or of another type, is EG_DATA. Fields that the
 * table lacks are passed over. */
int eg_fields_read(const struct eg_field *fields, const json_t *config, void *cell,
                   struct eg_error *error);

/* Whether two cells have the same in all fields of the table. */
int eg_fields_equal(const struct eg_field *fields, const void *a, const void *b);

#endif

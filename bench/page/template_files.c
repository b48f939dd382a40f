/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "bench/page/template.h"

/* The Makefile writes EG_TEMPLATES: {name, text}, of each template. */
static const struct {
    const char *name;
    const signed char *text;
} files[] = {EG_TEMPLATES};

const char *eg_template_text(const char *name)
{
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (strcmp(files[i].name, name) == 0)
            return (const char *)files[i].text;
    return NULL;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/page/template.h"

#include <string.h>

#include "bench/frame/output_file.h"
#include "bench/page/markup.h"

enum { NAME = 64, FORMAT = 16, DEEPEST = 16 };

typedef void writer(FILE *out, const char *text);

struct filler {
    const char *name, *text; /* of the template; lines are counted from text */
    writer *write;
    FILE *out;
    struct eg_error *error;
    int depth; /* of templates in templates */
};

/* The sections around a place, from within. */
struct scope {
    const json_t *value;
    size_t index; /* in its list */
    const struct scope *outer;
};

struct tag {
    const char *start, *end; /* NULL: there is none */
    char kind;               /* # ^ ? / > ! & or 0 */
    char name[NAME], format[FORMAT];
};

static int fail_at(const struct filler *filler, const char *place, const char *name,
                   const char *what)
{
    size_t line = 1;
    for (const char *at = filler->text; at < place; at++)
        line += *at == '\n';
    return eg_fail(filler->error, EG_INTERNAL, "template %s, line %zu: {{%s}} %s", filler->name,
                   line, name, what);
}

/* A tag alone in its line takes the line. */
static void widen(const struct filler *filler, struct tag *tag)
{
    const char *start = tag->start, *end = tag->end + strspn(tag->end, " \t");
    while (start > filler->text && (start[-1] == ' ' || start[-1] == '\t'))
        start--;
    if ((start == filler->text || start[-1] == '\n') && (*end == '\n' || *end == '\0')) {
        tag->start = start;
        tag->end = end + (*end == '\n');
    }
}

/* Reads the first tag that begins in at..end-1. */
static int read_tag(const struct filler *filler, const char *at, const char *end, struct tag *tag)
{
    *tag = (struct tag){.start = strstr(at, "{{")};
    if (!tag->start || tag->start >= end) {
        tag->start = NULL;
        return EG_OK;
    }
    while (tag->start[2] == '{') /* a brace of LaTeX */
        tag->start++;
    const char *inside = tag->start + 2;
    if (*inside && strchr("#^?/>!&", *inside))
        tag->kind = *inside++;
    const char *stop = strstr(inside, "}}");
    if (!stop)
        return fail_at(filler, tag->start, "", "is not closed");
    tag->end = stop + 2;
    if (tag->kind != '!') {
        char text[NAME + FORMAT];
        const size_t size = (size_t)(stop - inside);
        snprintf(text, sizeof text, "%.*s", (int)size, inside);
        if (size >= sizeof text || sscanf(text, "%63s %15s", tag->name, tag->format) < 1)
            return fail_at(filler, tag->start, text, "has no name, or one that is too long");
    }
    if (tag->kind && strchr("#^?/!", tag->kind))
        widen(filler, tag);
    return EG_OK;
}

static int begins_section(const struct tag *tag)
{
    return tag->kind == '#' || tag->kind == '^' || tag->kind == '?';
}

/* Finds the end of the section that tag begins. */
static int find_end(const struct filler *filler, const struct tag *tag, const char *end,
                    struct tag *last)
{
    size_t depth = 1;
    *last = *tag;
    while (depth) {
        const int status = read_tag(filler, last->end, end, last);
        if (status)
            return status;
        if (!last->start)
            return fail_at(filler, tag->start, tag->name, "is not closed");
        if (begins_section(last))
            depth++;
        else if (last->kind == '/')
            depth--;
    }
    return strcmp(last->name, tag->name) == 0
               ? EG_OK
               : fail_at(filler, last->start, last->name, "closes another section");
}

static int look_up(const struct filler *filler, const struct tag *tag, const struct scope *scope,
                   const json_t **value)
{
    *value = strcmp(tag->name, ".") == 0        ? scope->value
             : strcmp(tag->name, "@first") == 0 ? scope->index ? json_false() : json_true()
                                                : NULL;
    for (; scope && !*value; scope = scope->outer)
        *value = json_object_get(scope->value, tag->name);
    return *value ? EG_OK : fail_at(filler, tag->start, tag->name, "is nowhere in the data");
}

static int is_nothing(const json_t *value)
{
    return json_is_null(value) || json_is_false(value) ||
           (json_is_string(value) && json_string_length(value) == 0) ||
           (json_is_array(value) && json_array_size(value) == 0) ||
           (json_is_integer(value) && json_integer_value(value) == 0);
}

static int fits_numbers(const char *format)
{
    const size_t before = 1 + strspn(format + 1, "+0123456789.");
    return format[0] == '%' && strchr("efg", format[before]) && !format[before + 1];
}

static int write_value(const struct filler *filler, const struct tag *tag,
                       const struct scope *scope)
{
    const json_t *value;
    const int status = look_up(filler, tag, scope, &value);
    const int has_format = *tag->format != '\0', is_anchor = strcmp(tag->format, "anchor") == 0;
    if (status || json_is_null(value))
        return status;
    if (has_format && !is_anchor && !fits_numbers(tag->format))
        return fail_at(filler, tag->start, tag->name, "has no format such as %.3g");
    if (json_is_string(value) && tag->kind == '&')
        fputs(json_string_value(value), filler->out);
    else if (json_is_string(value))
        (is_anchor ? eg_write_anchor : filler->write)(filler->out, json_string_value(value));
    else if (!json_is_number(value))
        return fail_at(filler, tag->start, tag->name, "is neither text nor a number");
    else if (has_format)
        fprintf(filler->out, tag->format, json_number_value(value));
    else if (json_is_integer(value))
        fprintf(filler->out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    else
        fprintf(filler->out, "%.17g", json_real_value(value));
    return EG_OK;
}

static int fill(const struct filler *filler, const char *at, const char *end,
                const struct scope *scope);

static int fill_section(const struct filler *filler, const struct tag *tag, const struct tag *last,
                        const struct scope *scope)
{
    struct scope inner = {.outer = scope};
    int status = look_up(filler, tag, scope, &inner.value);
    if (status || is_nothing(inner.value) != (tag->kind == '^'))
        return status;
    if (tag->kind != '#' || !(json_is_array(inner.value) || json_is_object(inner.value)))
        return fill(filler, tag->end, last->start, scope);
    if (json_is_object(inner.value)) {
        inner.index = scope->index;
        return fill(filler, tag->end, last->start, &inner);
    }
    const json_t *list = inner.value;
    for (size_t i = 0; i < json_array_size(list) && !status; i++) {
        inner.value = json_array_get(list, i);
        inner.index = i;
        status = fill(filler, tag->end, last->start, &inner);
    }
    return status;
}

static int fill_other(const struct filler *filler, const struct tag *tag, const struct scope *scope)
{
    struct filler inner = *filler;
    const char *text = eg_template_text(tag->name);
    if (!text || ++inner.depth > DEEPEST)
        return fail_at(filler, tag->start, tag->name,
                       text ? "is a part of itself" : "is no template of bench/page");
    inner.name = tag->name;
    inner.text = text;
    const size_t size = strlen(text);
    return fill(&inner, text, text + size - (size && text[size - 1] == '\n'), scope);
}

static int fill(const struct filler *filler, const char *at, const char *end,
                const struct scope *scope)
{
    struct tag tag, last;
    int status = read_tag(filler, at, end, &tag);
    while (!status && tag.start) {
        fwrite(at, 1, (size_t)(tag.start - at), filler->out);
        last = tag;
        if (begins_section(&tag)) {
            status = find_end(filler, &tag, end, &last);
            if (!status)
                status = fill_section(filler, &tag, &last, scope);
        } else if (tag.kind == '>')
            status = fill_other(filler, &tag, scope);
        else if (tag.kind == '/')
            status = fail_at(filler, tag.start, tag.name, "is not open");
        else if (tag.kind != '!')
            status = write_value(filler, &tag, scope);
        at = last.end;
        if (!status)
            status = read_tag(filler, at, end, &tag);
    }
    if (!status && at < end) /* the last tag may have taken the last newline */
        fwrite(at, 1, (size_t)(end - at), filler->out);
    return status;
}

static void write_plain(FILE *out, const char *text)
{
    fputs(text, out);
}

static writer *writer_of(const char *name)
{
    static const struct {
        const char *suffix;
        writer *write;
    } formats[] = {{".html", eg_write_html},   {".svg", eg_write_html},
                   {".md", eg_write_markdown}, {".tex", eg_write_tex},
                   {".gp", eg_write_gnuplot},  {".csv", eg_write_csv},
                   {".txt", eg_write_terminal}};
    const char *suffix = strrchr(name, '.');
    for (size_t i = 0; suffix && i < sizeof formats / sizeof *formats; i++)
        if (strcmp(suffix, formats[i].suffix) == 0)
            return formats[i].write;
    return write_plain;
}

int eg_template_fill_text(const char *name, const char *text, const json_t *data, FILE *out,
                          struct eg_error *error)
{
    const struct filler filler = {name, text, writer_of(name), out, error, 0};
    const struct scope scope = {.value = data};
    if (!data)
        return eg_fail(error, EG_INTERNAL,
                       "%s cannot be made: out of memory, or text that is not UTF-8", name);
    return fill(&filler, text, text + strlen(text), &scope);
}

int eg_template_fill(const char *name, const json_t *data, FILE *out, struct eg_error *error)
{
    const char *text = eg_template_text(name);
    return text ? eg_template_fill_text(name, text, data, out, error)
                : eg_fail(error, EG_INTERNAL, "%s is no template of bench/page", name);
}

int eg_template_write(const char *name, const json_t *data, const char *folder, const char *file,
                      struct eg_error *error)
{
    struct eg_output output;
    const int status = eg_output_open(&output, folder, file, error);
    return status ? status
                  : eg_output_close(&output, eg_template_fill(name, data, output.stream, error),
                                    error);
}

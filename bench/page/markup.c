/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/page/markup.h"

#include <ctype.h>
#include <string.h>

void eg_write_html(FILE *out, const char *text)
{
    for (; *text; text++)
        switch (*text) {
        case '&':
            fputs("&amp;", out);
            break;
        case '<':
            fputs("&lt;", out);
            break;
        case '>':
            fputs("&gt;", out);
            break;
        case '"':
            fputs("&quot;", out);
            break;
        default:
            fputc(*text, out);
        }
}

void eg_write_markdown(FILE *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '\n' || *text == '\r') {
            fputc(' ', out);
            continue;
        }
        if (strchr("\\`*_[]<>|#", *text))
            fputc('\\', out);
        fputc(*text, out);
    }
}

void eg_write_tex(FILE *out, const char *text)
{
    for (; *text; text++)
        if (*text == '\\')
            fputs("\\textbackslash{}", out);
        else if (*text == '~')
            fputs("\\textasciitilde{}", out);
        else if (*text == '^')
            fputs("\\textasciicircum{}", out);
        else if (*text == '<' || *text == '>')
            fprintf(out, "$%c$", *text);
        else {
            if (strchr("&%$#_{}", *text))
                fputc('\\', out);
            fputc(*text, out);
        }
}

void eg_write_csv(FILE *out, const char *text)
{
    if (!strpbrk(text, ",\"\r\n")) {
        fputs(text, out);
        return;
    }
    fputc('"', out);
    for (; *text; text++) {
        if (*text == '"')
            fputc('"', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

void eg_write_anchor(FILE *out, const char *text)
{
    for (; *text; text++)
        fputc(isalnum((unsigned char)*text) ? *text : '-', out);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/page/markup.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

/* ---- letters ---- */

size_t eg_read_letter(const char *text, size_t size, uint32_t *code)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char first = (unsigned char)text[0];
    const size_t length = first < 0x80       ? 1
                          : first >> 5 == 6  ? 2
                          : first >> 4 == 14 ? 3
                          : first >> 3 == 30 ? 4
                                             : 0;
    *code = EG_NO_LETTER;
    if (length == 0)
        return 1;
    uint32_t letter = length == 1 ? first : first & (0x7fu >> length);
    for (size_t i = 1; i < length; i++) {
        if (i == size)
            return 0;
        if (((unsigned char)text[i] & 0xc0) != 0x80)
            return 1;
        letter = letter << 6 | ((unsigned char)text[i] & 0x3f);
    }
    if (letter < least[length] || letter > 0x10ffff || letter >> 11 == 0x1b)
        return 1;
    *code = letter;
    return length;
}

int eg_is_hidden(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x061c || code == 0xfeff ||
           (code >= 0x200b && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) ||
           (code >= 0x2060 && code <= 0x206f) || code >= EG_NO_LETTER;
}

/* ---- formats ---- */

struct format {
    const char *special;        /* the letters that mean something */
    const char *const *written; /* what stands for each of them */
    char newline, blank;        /* what stands for a newline, a tab */
};

static void write_text(FILE *out, const char *text, const struct format *format)
{
    uint32_t code;
    for (size_t left = strlen(text), length; left; text += length, left -= length) {
        length = eg_read_letter(text, left, &code);
        const char *special = strchr(format->special, *text);
        if (code == '\n' || code == '\t')
            fputc(code == '\n' ? format->newline : format->blank, out);
        else if (eg_is_hidden(code))
            fputc('?', out);
        else if (special)
            fputs(format->written[special - format->special], out);
        else
            fwrite(text, 1, length, out);
        length = length ? length : 1;
    }
}

void eg_write_html(FILE *out, const char *text)
{
    static const char *const written[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
    static const struct format html = {"&<>\"'", written, '\n', ' '};
    write_text(out, text, &html);
}

void eg_write_markdown(FILE *out, const char *text)
{
    static const char *const written[] = {"\\\\", "\\`", "\\*", "\\_", "\\[",   "\\]",
                                          "\\<",  "\\>", "\\|", "\\#", "&amp;", "\\~"};
    static const struct format markdown = {"\\`*_[]<>|#&~", written, ' ', ' '};
    write_text(out, text, &markdown);
}

void eg_write_tex(FILE *out, const char *text)
{
    static const char *const written[] = {"\\textbackslash{}",
                                          "\\textasciitilde{}",
                                          "\\textasciicircum{}",
                                          "$<$",
                                          "$>$",
                                          "$|$",
                                          "\\&",
                                          "\\%",
                                          "\\$",
                                          "\\#",
                                          "\\_",
                                          "\\{",
                                          "\\}"};
    static const struct format tex = {"\\~^<>|&%$#_{}", written, ' ', ' '};
    write_text(out, text, &tex);
}

void eg_write_terminal(FILE *out, const char *text)
{
    static const struct format terminal = {"", NULL, '?', '?'};
    write_text(out, text, &terminal);
}

void eg_write_gnuplot(FILE *out, const char *text)
{
    static const char *const written[] = {"''"};
    static const struct format gnuplot = {"'", written, ' ', ' '};
    fputc('\'', out);
    write_text(out, text, &gnuplot);
    fputc('\'', out);
}

/* Spreadsheets run what begins with one of these; a number is none. */
static int is_formula(const char *text)
{
    const char *first = text + strspn(text, " \t\r\n");
    char *end;
    if (!*first || !strchr("=+-@", *first))
        return 0;
    (void)strtod(first, &end);
    return end == first || end[strspn(end, " ")] != '\0';
}

void eg_write_csv(FILE *out, const char *text)
{
    static const char *const written[] = {"\"\""};
    static const struct format csv = {"\"", written, ' ', ' '};
    const int quoted = strpbrk(text, ",\"\r\n") != NULL;
    fputs(quoted ? "\"" : "", out);
    fputs(is_formula(text) ? "'" : "", out);
    write_text(out, text, &csv);
    fputs(quoted ? "\"" : "", out);
}

void eg_write_anchor(FILE *out, const char *text)
{
    for (; *text; text++)
        fputc(isalnum((unsigned char)*text) ? *text : '-', out);
}

/* ---- file names ---- */

char *eg_safe_name(const char *text, char *name, size_t size)
{
    enum { HASH = 9 }; /* "-" and eight digits */
    const size_t length = strlen(text), most = length + HASH < size ? length : size - HASH - 1;
    int changed = most < length || length == 0;
    for (size_t i = 0; i < most; i++) {
        const char letter = text[i];
        const int fits = isalnum((unsigned char)letter) || letter == '_' ||
                         (i > 0 && (letter == '-' || letter == '.'));
        name[i] = (char)(fits ? letter : '-');
        changed |= !fits;
    }
    name[most] = '\0';
    if (changed)
        snprintf(name + most, size - most, "-%08x", (unsigned)XXH3_64bits(text, length));
    return name;
}

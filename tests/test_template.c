/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Truth: the text written out by hand. */
#define _GNU_SOURCE /* open_memstream */
#include "bench/page/template.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "bench/page/view_values.h"

/* What comes of the text under that name, with data as JSON; owned by the caller. */
static char *fill_alloc(const char *name, const char *text, const char *json,
                        struct eg_error *error)
{
    char *filled = NULL;
    size_t size;
    json_t *data = json_loads(json, 0, NULL);
    cr_assert(data, "not JSON: %s", json);
    FILE *out = open_memstream(&filled, &size);
    *error = (struct eg_error){0};
    const int status = eg_template_fill_text(name, text, data, out, error);
    cr_expect_eq(status, error->status);
    fclose(out);
    json_decref(data);
    return filled;
}

static void expect_filled(const char *name, const char *text, const char *json, const char *wanted)
{
    struct eg_error error;
    char *filled = fill_alloc(name, text, json, &error);
    cr_expect_eq(error.status, EG_OK, "%s", error.message);
    cr_expect_str_eq(filled, wanted);
    free(filled);
}

static void expect_error(const char *text, const char *json, const char *part)
{
    struct eg_error error;
    free(fill_alloc("made.html", text, json, &error));
    cr_expect_eq(error.status, EG_INTERNAL);
    cr_expect(strstr(error.message, part), "%s: %s", part, error.message);
}

Test(template, text_is_text_in_every_format)
{
    static const char json[] = "{\"a\": \"<&>\\\"'_%|\\u001b=\"}";
    expect_filled("made.html", "<i t=\"{{a}}\">", json, "<i t=\"&lt;&amp;&gt;&quot;&#39;_%|?=\">");
    expect_filled("made.svg", "{{a}}", json, "&lt;&amp;&gt;&quot;&#39;_%|?=");
    expect_filled("made.md", "| {{a}} |", json, "| \\<&amp;\\>\"'\\_%\\|?= |");
    expect_filled("made.tex", "{{{a}}}", json, "{$<$\\&$>$\"'\\_\\%$|$?=}");
    expect_filled("made.csv", "1,{{a}}", json, "1,\"<&>\"\"'_%|?=\"");
    expect_filled("made.gp", "{{a}}", json, "'<&>\"''_%|?='");
    expect_filled("made.html", "#{{a anchor}}", "{\"a\": \"b/c \\\"d\"}", "#b-c--d");
    expect_filled("made.html", "{{&a}}", "{\"a\": \"<b>\"}", "<b>");
}

Test(template, numbers_take_a_format_and_null_leaves_nothing)
{
    static const char json[] = "{\"n\": 7, \"x\": 1.25, \"none\": null}";
    expect_filled("a.html", "{{n}} {{x}} {{x %.1f}} {{n %+.3g}} [{{none}}{{none %.1f}}]", json,
                  "7 1.25 1.2 +7 []");
    expect_error("{{x %n}}", json, "has no format such as %.3g");
    expect_error("{{x %.1f%s}}", json, "has no format such as %.3g");
    expect_error("{{x %s}}", json, "has no format such as %.3g");
    expect_error("{{t}}", "{\"t\": true}", "neither text nor a number");
}

Test(template, sections_repeat_nest_and_look_around_themselves)
{
    static const char json[] =
        "{\"name\": \"out\", \"rows\": [{\"name\": \"a\", \"cells\": [1, 2]}, {\"cells\": []}]}";
    expect_filled("a.html",
                  "{{#rows}}{{name}}:{{#cells}}{{^@first}},{{/@first}}{{.}}{{/cells}}"
                  "{{^cells}}none{{/cells}};{{/rows}}",
                  json, "a:1,2;out:none;");
    expect_filled("a.html", "{{?rows}}[{{#rows}}{{#rows}}.{{/rows}}{{/rows}}]{{/rows}}", json,
                  "[....]");
    expect_filled("a.html", "{{#o}}{{a}}{{#b}}{{a}}{{/b}}{{/o}}",
                  "{\"o\": {\"a\": 1, \"b\": {\"a\": 2}}}", "12");
}

Test(template, nothing_is_null_false_empty_and_a_count_of_none)
{
    static const char *const nothing[] = {"null", "false", "\"\"", "[]", "0"};
    static const char *const something[] = {"true", "\"0\"", "[0]", "1", "0.0", "{}"};
    char json[32];
    for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++) {
        snprintf(json, sizeof json, "{\"a\": %s}", nothing[i]);
        expect_filled("a.html", "{{#a}}yes{{/a}}{{?a}}yes{{/a}}{{^a}}no{{/a}}", json, "no");
    }
    for (size_t i = 0; i < sizeof something / sizeof *something; i++) {
        snprintf(json, sizeof json, "{\"a\": %s}", something[i]);
        expect_filled("a.html", "{{#a}}yes{{/a}}{{?a}}yes{{/a}}{{^a}}no{{/a}}", json, "yesyes");
    }
}

Test(template, a_tag_alone_in_its_line_takes_the_line)
{
    expect_filled("a.md", "{{! remark }}\na\n  {{#l}}\n- {{.}}\n\t{{/l}} \nb\n", "{\"l\": [1, 2]}",
                  "a\n- 1\n- 2\nb\n");
    expect_filled("a.md", "a {{#l}}\n{{/l}}{{n}}\nb", "{\"l\": [1], \"n\": 3}", "a \n3\nb");
    expect_filled("a.md", "{{#l}}\nb\n{{/l}}", "{\"l\": [1]}", "b\n");
    expect_filled("a.tex", "{l{{#l}}r{{/l}}}", "{\"l\": [1, 2]}", "{lrr}");
}

Test(template, a_template_stands_in_another)
{
    static const char json[] =
        "{\"metrics\": [{\"name\": \"<m>\", \"formula\": \"\", \"citation\": \"\", \"direction\": "
        "\"\", \"range\": \"\", \"tells\": \"\", "
        "\"hides\": \"\", \"needs\": \"\"}]}";
    struct eg_error error;
    char *filled = fill_alloc("made.html", "[{{>metrics.html}}]", json, &error);
    cr_expect(strstr(filled, "<td>&lt;m&gt;</td>"), "%s", filled);
    cr_expect_eq(strncmp(filled, "[<h2 id=metrics>", 16), 0, "%s", filled);
    cr_expect_str_eq(filled + strlen(filled) - 7, "</div>]");
    free(filled);
    expect_error("\n{{>no.html}}", "{}", "made.html, line 2: {{no.html}} is no template");
}

Test(template, what_is_wrong_is_named_with_its_line)
{
    expect_error("a\n{{name}}", "{}",
                 "template made.html, line 2: {{name}} is nowhere in the data");
    expect_error("{{#l}}{{name}}{{/l}}", "{\"l\": [1]}", "{{name}} is nowhere");
    expect_error("a\nb\n{{#l}}\n{{name}}", "{\"l\": [1], \"name\": 1}",
                 "line 3: {{l}} is not closed");
    expect_error("{{#a}}\n{{#b}}{{/a}}{{/b}}", "{\"a\": 1, \"b\": 1}",
                 "{{b}} closes another section");
    expect_error("\n{{/a}}", "{}", "line 2: {{a}} is not open");
    expect_error("{{a", "{}", "is not closed");
    expect_error("{{ }}", "{}", "has no name");
    struct eg_error error = {0};
    cr_expect_eq(eg_template_fill_text("a.html", "", NULL, stdout, &error), EG_INTERNAL);
    cr_expect(strstr(error.message, "a.html cannot be made"), "%s", error.message);
    cr_expect_eq(eg_template_fill("no.html", json_null(), stdout, &error), EG_INTERNAL);
}

Test(template, values_keep_what_json_cannot_hold)
{
    json_t *data = json_pack("{s:o, s:o, s:o, s:o}", "bytes", eg_text("a\xff"), "nan",
                             eg_number(NAN), "inf", eg_number(-INFINITY), "seed",
                             eg_seed(UINT64_MAX));
    char *filled = NULL;
    size_t size;
    FILE *out = open_memstream(&filled, &size);
    cr_assert_eq(
        eg_template_fill_text("a.html", "{{bytes}} [{{nan}}] {{inf}} {{seed}}", data, out, NULL),
        EG_OK);
    fclose(out);
    cr_expect_str_eq(filled, "a? [] -inf 18446744073709551615");
    cr_expect_null(eg_append(NULL, json_integer(1)));
    cr_expect_null(eg_append(json_array(), NULL));
    free(filled);
    json_decref(data);
}

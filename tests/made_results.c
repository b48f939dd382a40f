/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/made_results.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "stats/moments.h"
#include "tests/scratch_folder.h"

static const char claims_head[] =
    "id,experiment,place,statement,class,dataset,protocol,method,versus,metric,statistic,x,"
    "relation,published,digits,published_n,published_se,published_p,family,reading,tolerance,gate,"
    "data,status,note\n";

static void add(struct eg_results *results, struct eg_result result, const char *dataset,
                const char *method, const char *metric)
{
    snprintf(result.dataset, sizeof result.dataset, "%s", dataset);
    snprintf(result.protocol, sizeof result.protocol, "paper");
    snprintf(result.scale, sizeof result.scale, "paper");
    snprintf(result.method, sizeof result.method, "%s", method);
    snprintf(result.metric, sizeof result.metric, "%s", metric);
    cr_assert_eq(eg_results_add(results, &result, NULL), EG_OK);
}

void make_result(struct eg_results *results, const char *dataset, const char *method,
                 const char *metric, double value, double se, size_t n)
{
    add(results, (struct eg_result){.x = NAN, .value = value, .se = se, .n = n}, dataset, method,
        metric);
}

void make_point(struct eg_results *results, const char *dataset, const char *method,
                const char *metric, double x, double value)
{
    add(results,
        (struct eg_result){.x = x, .value = value, .se = NAN, .n = 1, .basis = EG_BASIS_EXACT},
        dataset, method, metric);
}

struct eg_result *make_sample(struct eg_results *results, const char *method, const char *metric,
                              const double *sample, size_t n, int is_paired)
{
    size_t units[256];
    struct eg_moments moments;
    for (size_t i = 0; i < n && i < 256; i++)
        units[i] = i;
    cr_assert_eq(eg_moments(sample, n, EG_NAN_PROPAGATE, &moments, NULL), EG_OK);
    add(results,
        (struct eg_result){.x = NAN,
                           .value = moments.mean,
                           .se = moments.se,
                           .n = n,
                           .sample = sample,
                           .units = is_paired ? units : NULL},
        "d", method, metric);
    return &results->items[results->count - 1];
}

/* The value of a column among "a=1|b=2", up to | or the line's end; NULL: not there. */
static const char *find_column(const char *line, const char *name, size_t *length)
{
    const size_t size = strlen(name);
    for (const char *at = line; *at && *at != '\n'; at++)
        if ((at == line || at[-1] == '|') && strncmp(at, name, size) == 0 && at[size] == '=') {
            *length = strcspn(at + size + 1, "|\n");
            return at + size + 1;
        }
    return NULL;
}

static void write_column(FILE *out, const char *line, const char *name)
{
    static const char defaults[] = "id=a|experiment=e|place=p|statement=s|class=stochastic|"
                                   "dataset=d|protocol=paper|method=m|metric=k|relation=="
                                   "|tolerance=exact";
    size_t length = 0;
    const char *value = find_column(line, name, &length);
    if (!value)
        value = find_column(defaults, name, &length);
    if (value)
        fprintf(out, "\"%.*s\"", (int)length, value);
}

char *claims_text_alloc(const char *lines)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    fputs(claims_head, out);
    for (const char *line = lines; *line;) {
        char head[512];
        snprintf(head, sizeof head, "%s", claims_head);
        for (char *name = strtok(head, ",\n"); name; name = strtok(NULL, ",\n")) {
            if (strcmp(name, "id") != 0)
                fputc(',', out);
            write_column(out, line, name);
        }
        fputc('\n', out);
        line += strcspn(line, "\n");
        line += *line == '\n';
    }
    fclose(out);
    return text;
}

int try_columns(const char *lines, struct eg_claims *claims, struct eg_error *error)
{
    const struct scratch scratch = make_scratch();
    const struct scratch_path path = find_scratch(&scratch, "claims.csv");
    char *text = claims_text_alloc(lines);
    write_scratch(&scratch, "claims.csv", text, strlen(text));
    const int status = eg_claims_read(path.text, claims, error);
    free(text);
    remove_scratch(&scratch);
    return status;
}

struct eg_claims make_claim(const char *columns)
{
    struct eg_claims claims;
    struct eg_error error = {0};
    cr_assert_eq(try_columns(columns, &claims, &error), EG_OK, "%s", error.message);
    cr_assert_eq(claims.count, 1);
    return claims;
}

static struct eg_claims judged; /* judgements point into them */

void free_judged(void)
{
    eg_claims_free(&judged);
}

void judge_lines(const char *lines, size_t count, const struct eg_results *results,
                 struct eg_judgement judgements[])
{
    struct eg_error error = {0};
    free_judged();
    cr_assert_eq(try_columns(lines, &judged, &error), EG_OK, "%s", error.message);
    cr_assert_eq(judged.count, count);
    const struct eg_results **each = calloc(count, sizeof *each);
    for (size_t i = 0; i < count; i++) {
        each[i] = results;
        judgements[i] = eg_judge_claim(&judged.items[i], results);
    }
    cr_assert_eq(eg_judge_stand_ins(judgements, each, count, &error), EG_OK, "%s", error.message);
    free(each);
}

void judge_repeated(const char *columns, size_t count, const struct eg_results *results,
                    struct eg_judgement judgements[])
{
    char lines[8192] = "";
    for (size_t i = 0; i < count; i++) {
        const size_t used = strlen(lines);
        snprintf(lines + used, sizeof lines - used, "id=%zu|%s\n", i, columns);
    }
    judge_lines(lines, count, results, judgements);
}

struct eg_judgement judge_columns(const char *columns, const struct eg_results *results)
{
    struct eg_judgement judgement;
    judge_lines(columns, 1, results, &judgement);
    return judgement;
}

void expect_verdict(const struct eg_judgement *judgement, enum eg_verdict verdict)
{
    cr_expect_eq(judgement->verdict, verdict, "%s, not %s (%s)",
                 eg_verdict_name(judgement->verdict), eg_verdict_name(verdict), judgement->reason);
}

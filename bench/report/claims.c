/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/report/claims.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/frame/names.h"

static const char *const class_words[] = {"deterministic", "stochastic", "ordering", "significance",
                                          NULL};
static const char *const relation_words[] = {"=", "<", ">", "p<", "p>", "~", NULL};

/* What a tolerance is called, and the number behind it: none, or one above `least`. */
static const struct tolerance_word {
    const char *word;
    enum eg_tolerance tolerance;
    int has_two_samples;
    enum { NO_SLACK, MAY_HAVE_SLACK, NEEDS_SLACK } slack;
    double least;
} tolerance_words[] = {{"exact", EG_EXACT, 0, NO_SLACK, 0},
                       {"mc", EG_MONTE_CARLO, 0, MAY_HAVE_SLACK, 0},
                       {"regenerated", EG_REGENERATED, 0, NEEDS_SLACK, 0},
                       {"factor", EG_FACTOR, 0, NEEDS_SLACK, 1},
                       {"t", EG_T_VALUE, 0, NO_SLACK, 0},
                       {"p", EG_P_VALUE, 0, NO_SLACK, 0},
                       {"t2", EG_T_VALUE, 1, NO_SLACK, 0},
                       {"p2", EG_P_VALUE, 1, NO_SLACK, 0},
                       {"order", EG_BY_SIGN, 0, MAY_HAVE_SLACK, 0},
                       {"significance", EG_BY_SIGN, 0, NO_SLACK, 0},
                       {0}};

static const struct eg_csv_want wanted[] = {{"id", EG_CSV_TEXT},
                                            {"experiment", EG_CSV_TEXT},
                                            {"place", EG_CSV_TEXT},
                                            {"statement", EG_CSV_TEXT},
                                            {"class", EG_CSV_TEXT},
                                            {"dataset", EG_CSV_TEXT},
                                            {"protocol", EG_CSV_TEXT},
                                            {"method", EG_CSV_TEXT},
                                            {"versus", EG_CSV_TEXT},
                                            {"metric", EG_CSV_TEXT},
                                            {"statistic", EG_CSV_TEXT},
                                            {"x", EG_CSV_TEXT},
                                            {"relation", EG_CSV_TEXT},
                                            {"published", EG_CSV_TEXT},
                                            {"digits", EG_CSV_NUMBER},
                                            {"published_n", EG_CSV_NUMBER},
                                            {"published_se", EG_CSV_NUMBER},
                                            {"published_p", EG_CSV_TEXT},
                                            {"family", EG_CSV_TEXT},
                                            {"reading", EG_CSV_NUMBER},
                                            {"tolerance", EG_CSV_TEXT},
                                            {"gate", EG_CSV_TEXT},
                                            {"data", EG_CSV_TEXT},
                                            {"status", EG_CSV_TEXT},
                                            {"note", EG_CSV_TEXT},
                                            {NULL, EG_CSV_SKIP}};

struct line {
    const char *path;
    const struct eg_csv_table *table;
    size_t row;
    struct eg_error *error;
};

static const char *text_of(const struct line *line, const char *column)
{
    const char *text = eg_csv_find(line->table, column)->texts[line->row];
    return text ? text : "";
}

static double number_of(const struct line *line, const char *column)
{
    return eg_csv_find(line->table, column)->numbers[line->row];
}

static int refuse(const struct line *line, const char *column, const char *text, const char *fix)
{
    return eg_fail(line->error, EG_DATA, "%s: claim %s: column %s: '%s' is not %s", line->path,
                   text_of(line, "id"), column, text, fix);
}

static int word_number(const char *word, size_t length, const char *const *words)
{
    for (int i = 0; words[i]; i++)
        if (strlen(words[i]) == length && strncmp(words[i], word, length) == 0)
            return i;
    return -1;
}

/* "mc 0.01": a word and, where it needs one, a number. */
static int read_tolerance(const struct line *line, struct eg_claim *claim)
{
    const char *text = text_of(line, "tolerance");
    const size_t length = strcspn(text, " ");
    const struct tolerance_word *is = tolerance_words;
    char *end = NULL;
    while (is->word && (strlen(is->word) != length || strncmp(is->word, text, length) != 0))
        is++;
    const double slack = text[length] ? strtod(text + length + 1, &end) : 0;
    const int is_number = end && !*end && end > text + length + 1 && slack > is->least;
    if (!is->word ||
        (text[length] ? is->slack == NO_SLACK || !is_number : is->slack == NEEDS_SLACK))
        return refuse(
            line, "tolerance", text,
            "exact, mc, mc SLACK, regenerated SLACK, factor F, t, p, t2, p2, order, order "
            "LEAD or significance");
    claim->tolerance = is->tolerance;
    claim->has_two_samples = is->has_two_samples;
    claim->slack = slack;
    return EG_OK;
}

static int is_statistic(const struct eg_claim *claim)
{
    return claim->tolerance == EG_T_VALUE || claim->tolerance == EG_P_VALUE;
}

/* A test, a statistic and a bound on one say who is compared with whom in what. */
static int check_test(const struct line *line, const struct eg_claim *claim)
{
    if (eg_claim_is_test(claim)) {
        if (!*claim->versus)
            return refuse(line, "versus", "", "filled, which a test or a t needs");
        if (claim->relation == EG_EQUAL || claim->relation == EG_ABOUT)
            return refuse(line, "relation", text_of(line, "relation"),
                          "p<, p> or a bound, which a t or p needs");
        if (is_statistic(claim) && !(claim->published_n >= 2))
            return refuse(line, "published_n", "", "2 or more, which a t or p needs");
    }
    return EG_OK;
}

/* Half a unit in the last place of "1.602e+01" with 3 decimals is 0.0005e+01. */
static int read_published(const struct line *line, struct eg_claim *claim)
{
    const char *text = claim->published_text;
    claim->published = NAN;
    claim->half_unit = 0;
    if (*text == '\0')
        return claim->relation == EG_EQUAL || claim->relation >= EG_P_BELOW || !*claim->versus
                   ? refuse(line, "published", text, "a number, which this relation needs")
                   : EG_OK;
    char *end;
    claim->published = strtod(text, &end);
    if (*end || !isfinite(claim->published))
        return refuse(line, "published", text, "a number");
    if (claim->relation == EG_ABOUT && !(*claim->versus && claim->published > 1))
        return refuse(line, "published", text, "a factor above 1, with a versus");
    const char *exponent = strpbrk(text, "eE");
    const double digits = number_of(line, "digits");
    if (claim->relation == EG_EQUAL && isnan(digits))
        return refuse(line, "digits", "", "the number of decimals printed");
    if (!isnan(digits))
        claim->half_unit = 0.5 * pow(10, (exponent ? atoi(exponent + 1) : 0) - digits);
    return EG_OK;
}

/* "from night", "from 3 points"; anything else is why there is nothing to hold it against. */
static int read_status(const struct line *line, struct eg_claim *claim)
{
    static const char word[] = "from ";
    char *end;
    if (strncmp(claim->status, word, strlen(word)) != 0)
        return EG_OK;
    claim->least_scale = claim->status + strlen(word);
    if (eg_scale_rank(claim->least_scale) >= 0)
        return EG_OK;
    claim->least_points = strtoul(claim->least_scale, &end, 10);
    claim->least_scale = NULL;
    return claim->least_points && strcmp(end, " points") == 0
               ? EG_OK
               : refuse(line, "status", claim->status,
                        "'from SCALE' or 'from N points': correct it, or begin it otherwise");
}

/* A number, a word for points of a curve, or nothing. */
static int check_x(const struct line *line, const struct eg_claim *claim)
{
    static const char *const words[] = {"", "all", "max", "min", "last"};
    char *end;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(claim->x, words[i]) == 0)
            return EG_OK;
    strtod(claim->x, &end);
    return end != claim->x && !*end
               ? EG_OK
               : refuse(line, "x", claim->x, "a number, all, max, min or last");
}

static int read_claim(const struct line *line, struct eg_claim *claim)
{
    *claim = (struct eg_claim){
        .id = text_of(line, "id"),
        .experiment = text_of(line, "experiment"),
        .place = text_of(line, "place"),
        .statement = text_of(line, "statement"),
        .class_name = text_of(line, "class"),
        .dataset = text_of(line, "dataset"),
        .protocol = text_of(line, "protocol"),
        .method = text_of(line, "method"),
        .versus = text_of(line, "versus"),
        .metric = text_of(line, "metric"),
        .statistic = text_of(line, "statistic"),
        .x = text_of(line, "x"),
        .published_text = text_of(line, "published"),
        .published_p_text = text_of(line, "published_p"),
        .family = text_of(line, "family"),
        .data = text_of(line, "data"),
        .status = text_of(line, "status"),
        .note = text_of(line, "note"),
        .published_n = number_of(line, "published_n"),
        .published_se = number_of(line, "published_se"),
        .reading = number_of(line, "reading"),
        .gate = strcmp(text_of(line, "gate"), "yes") == 0,
    };
    if (!*claim->id || !*claim->experiment || !*claim->method || !*claim->metric)
        return refuse(line, "id, experiment, method or metric", "", "filled");
    const int class = word_number(claim->class_name, strlen(claim->class_name), class_words);
    if (class < 0)
        return refuse(line, "class", claim->class_name,
                      "deterministic, stochastic, ordering or significance");
    claim->claim_class = (enum eg_claim_class) class;
    const char *relation = text_of(line, "relation");
    const int number = word_number(relation, strlen(relation), relation_words);
    if (number < 0)
        return refuse(line, "relation", relation, "one of = < > p< p> ~");
    claim->relation = (enum eg_relation)number;
    if (isnan(claim->reading))
        claim->reading = 0;
    int status = check_x(line, claim);
    if (status == EG_OK)
        status = read_status(line, claim);
    if (status == EG_OK)
        status = read_tolerance(line, claim);
    if (status == EG_OK)
        status = read_published(line, claim);
    return status == EG_OK ? check_test(line, claim) : status;
}

static int compare_ids(const void *a, const void *b)
{
    const struct eg_claim *const *first = a, *const *second = b;
    return strcmp((*first)->id, (*second)->id);
}

static int check_unique(const char *path, const struct eg_claims *claims, struct eg_error *error)
{
    const struct eg_claim **sorted = eg_alloc(claims->count, sizeof *sorted, error);
    if (!sorted)
        return EG_INTERNAL;
    for (size_t i = 0; i < claims->count; i++)
        sorted[i] = &claims->items[i];
    qsort(sorted, claims->count, sizeof *sorted, compare_ids);
    int status = EG_OK;
    for (size_t i = 1; i < claims->count && status == EG_OK; i++)
        if (strcmp(sorted[i - 1]->id, sorted[i]->id) == 0)
            status = eg_fail(error, EG_DATA, "%s: the id %s is there twice: rename one", path,
                             sorted[i]->id);
    free(sorted);
    return status;
}

int eg_claims_read(const char *path, struct eg_claims *claims, struct eg_error *error)
{
    *claims = (struct eg_claims){0};
    int status = eg_csv_read(path, wanted, EG_CSV_SKIP, &claims->table, error);
    if (status != EG_OK)
        return status;
    claims->count = claims->table.rows;
    claims->items = eg_alloc(claims->count, sizeof *claims->items, error);
    if (!claims->items)
        status = EG_INTERNAL;
    for (size_t i = 0; i < claims->count && status == EG_OK; i++)
        status = read_claim(&(struct line){path, &claims->table, i, error}, &claims->items[i]);
    if (status == EG_OK)
        status = check_unique(path, claims, error);
    if (status != EG_OK)
        eg_claims_free(claims);
    return status;
}

void eg_claims_free(struct eg_claims *claims)
{
    eg_csv_free(&claims->table);
    free(claims->items);
    *claims = (struct eg_claims){0};
}

static int same_place(const char *text, double x)
{
    char *end;
    if (*text == '\0')
        return isnan(x);
    return strtod(text, &end) == x && *end == '\0';
}

enum eg_claim_kind eg_claim_kind(const struct eg_claim *claim)
{
    return claim->claim_class == EG_ORDERING       ? EG_KIND_ORDERING
           : claim->claim_class == EG_SIGNIFICANCE ? EG_KIND_SIGNIFICANCE
                                                   : EG_KIND_NUMBER;
}

const char *eg_claim_kind_name(enum eg_claim_kind kind)
{
    static const char *const names[EG_KINDS] = {"number", "ordering", "significance"};
    return names[kind];
}

int eg_claim_is_test(const struct eg_claim *claim)
{
    return claim->relation == EG_P_BELOW || claim->relation == EG_P_ABOVE || is_statistic(claim);
}

/* Whether the statistic is the p of the claim's t, which is printed beside it. */
static int is_p_of(const struct eg_claim *claim, const char *statistic)
{
    const size_t length = strlen(claim->statistic);
    return *claim->published_p_text && length && strlen(statistic) == length &&
           strncmp(claim->statistic, statistic, length - 1) == 0 &&
           claim->statistic[length - 1] == 't' && statistic[length - 1] == 'p';
}

const char *eg_claim_printed(const struct eg_claim *claim, const char *statistic)
{
    return is_p_of(claim, statistic) ? claim->published_p_text : claim->published_text;
}

/* A number, or a t or p that is no bound, printed for the result of that name. */
static int prints(const struct eg_claim *claim, const struct eg_result_name *name)
{
    const int is_test = claim->relation == EG_P_BELOW || claim->relation == EG_P_ABOVE;
    return (claim->relation == EG_EQUAL || (is_test && is_statistic(claim))) &&
           strcmp(claim->method, name->method) == 0 && strcmp(claim->metric, name->metric) == 0 &&
           strcmp(claim->versus, name->versus) == 0 &&
           (strcmp(claim->statistic, name->statistic) == 0 || is_p_of(claim, name->statistic));
}

const struct eg_claim *eg_claims_find_number(const struct eg_claims *claims, const char *dataset,
                                             const struct eg_result_name *name, double x)
{
    for (size_t i = 0; i < claims->count; i++) {
        const struct eg_claim *claim = &claims->items[i];
        if (strcmp(claim->dataset, dataset) == 0 && prints(claim, name) && same_place(claim->x, x))
            return claim;
    }
    return NULL;
}

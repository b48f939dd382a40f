/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/made_results.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/scratch_folder.h"

const char claims_head[] =
    "id,experiment,place,statement,class,dataset,protocol,method,metric,x,relation,published,"
    "digits,published_n,published_se,other,sign_metric,tolerance,gate,data,status,note\n";

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
    add(results, (struct eg_result){.x = x, .value = value, .se = NAN, .n = 1}, dataset, method,
        metric);
}

int try_claims(const char *lines, struct eg_claims *claims, struct eg_error *error)
{
    char text[8192];
    const struct scratch scratch = make_scratch();
    const struct scratch_path path = find_scratch(&scratch, "claims.csv");
    snprintf(text, sizeof text, "%s%s", claims_head, lines);
    write_scratch(&scratch, "claims.csv", text, strlen(text));
    const int status = eg_claims_read(path.text, claims, error);
    remove_scratch(&scratch);
    return status;
}

struct eg_claims make_claims(const char *lines)
{
    struct eg_claims claims;
    struct eg_error error = {0};
    cr_assert_eq(try_claims(lines, &claims, &error), EG_OK, "%s", error.message);
    return claims;
}

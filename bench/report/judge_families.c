/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Claims of one family are judged by p-values that are adjusted together. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/report/judge_rules.h"
#include "stats/holm.h"

/* Whether the claim's evidence is to be adjusted for that family. */
static int is_of_family(const struct eg_judgement *judgement, const char *family)
{
    return judgement->verdict != EG_NOT_ATTEMPTED &&
           judgement->evidence.kind == EG_EVIDENCE_SAMPLED &&
           strcmp(judgement->claim->family, family) == 0;
}

/* p (3 x count): p_for, p_against and p_small, NAN of claims outside the family. */
static int adjust_family(struct eg_judgement *judgements, size_t count, const char *family,
                         double *p, struct eg_error *error)
{
    size_t members = 0;
    int status = EG_OK;
    for (size_t i = 0; i < count; i++) {
        const struct eg_evidence *evidence = &judgements[i].evidence;
        const int is_own = is_of_family(&judgements[i], family);
        members += is_own != 0;
        p[i] = is_own ? evidence->p_for : NAN;
        p[count + i] = is_own ? evidence->p_against : NAN;
        p[2 * count + i] = is_own ? evidence->p_small : NAN;
    }
    for (size_t k = 0; k < 3 && !status; k++)
        status = eg_holm(p + k * count, count, p + k * count, error);
    for (size_t i = 0; i < count && !status; i++) {
        if (!is_of_family(&judgements[i], family))
            continue;
        judgements[i].relatives = members - 1;
        judgements[i].p_for = p[i];
        judgements[i].p_against = p[count + i];
        judgements[i].p_small = p[2 * count + i];
        eg_judge_evidence(&judgements[i]);
    }
    return status;
}

int eg_judge_families(struct eg_judgement *judgements, size_t count, struct eg_error *error)
{
    double *p = eg_alloc(3 * count, sizeof *p, error);
    int status = p ? EG_OK : EG_INTERNAL;
    for (size_t i = 0; i < count && !status; i++) {
        const char *family = judgements[i].claim->family;
        size_t first = 0;
        while (strcmp(judgements[first].claim->family, family) != 0)
            first++;
        if (*family && first == i)
            status = adjust_family(judgements, count, family, p, error);
    }
    free(p);
    return status;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What came of orderings on a stand-in for data that nothing was measured on. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/frame/names.h"
#include "bench/report/judge.h"

/* The claim as it would be of its stand-in; 0: there is none, or it has data of its own. */
static int stand_in(const struct eg_claim *claim, const struct eg_results *results,
                    struct eg_claim *own)
{
    *own = *claim;
    own->dataset = eg_dataset_stand_in(claim->dataset);
    own->data = "a stand-in";
    for (size_t i = 0; results && i < results->count; i++)
        if (strcmp(results->items[i].dataset, claim->dataset) == 0)
            return 0;
    return results && own->dataset && eg_claim_kind(claim) != EG_KIND_NUMBER &&
           claim->relation != EG_EQUAL;
}

static void tell(struct eg_judgement *judgement, const struct eg_judgement *own)
{
    if (own->verdict == EG_NOT_ATTEMPTED)
        return;
    snprintf(judgement->stand_in, sizeof judgement->stand_in, "%s %s",
             own->verdict == EG_REPRODUCED     ? "holds on"
             : own->verdict == EG_INCONCLUSIVE ? "undecided on"
                                               : "does not hold on",
             own->claim->dataset);
}

int eg_judge_stand_ins(struct eg_judgement *judgements, const struct eg_results *const *results,
                       size_t count, struct eg_error *error)
{
    struct eg_claim *claims = eg_alloc(count, sizeof *claims, error);
    struct eg_judgement *own = eg_alloc(count, sizeof *own, error);
    int status = claims && own ? EG_OK : EG_INTERNAL;
    for (size_t i = 0; i < count && !status; i++)
        own[i] = eg_judge_claim(
            &claims[i], stand_in(judgements[i].claim, results[i], &claims[i]) ? results[i] : NULL);
    if (!status)
        status = eg_judge_families(own, count, error);
    for (size_t i = 0; i < count && !status; i++)
        tell(&judgements[i], &own[i]);
    free(own);
    free(claims);
    return status;
}

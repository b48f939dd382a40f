/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "bench/report/judge.h"

const char *eg_verdict_name(enum eg_verdict verdict)
{
    static const char *const names[EG_VERDICTS] = {
        "equal", "reproduced", "close", "inconclusive", "not reproduced", "not attempted"};
    return names[verdict];
}

int eg_came_back(enum eg_verdict verdict)
{
    return verdict == EG_EQUAL_DIGITS || verdict == EG_REPRODUCED || verdict == EG_CLOSE;
}

char *eg_judgement_text(const struct eg_judgement *judgement, char *text, size_t size)
{
    const struct eg_claim *claim = judgement->claim;
    const char *parts[5];
    char scale[40], data[240];
    size_t count = 0;
    if (*judgement->scale && strcmp(judgement->scale, "paper") != 0) {
        snprintf(scale, sizeof scale, "%s scale", judgement->scale);
        parts[count++] = scale;
    }
    if (*judgement->dataset && *claim->data) {
        snprintf(data, sizeof data, "on %s: %s", judgement->dataset, claim->data);
        parts[count++] = data;
    }
    if (*judgement->reason)
        parts[count++] = judgement->reason;
    if (*judgement->detail)
        parts[count++] = judgement->detail;
    if (*judgement->stand_in)
        parts[count++] = judgement->stand_in;
    size_t used = (size_t)snprintf(text, size, "%s", eg_verdict_name(judgement->verdict));
    for (size_t i = 0; i < count && used < size; i++)
        used += (size_t)snprintf(text + used, size - used, "%s%s%s", i ? "; " : " (", parts[i],
                                 i + 1 == count ? ")" : "");
    return text;
}

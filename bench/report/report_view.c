/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/report/report_view.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "bench/frame/names.h"
#include "bench/page/view_values.h"
#include "bench/report/origin.h"

enum { TEXT = 1024 };

/* How a verdict looks, and the sections that tell of it: of the page, and of an experiment. */
static const struct {
    const char *mark, *tex, *class, *section, *own_section;
} looks[EG_VERDICTS] = {{"=", "=", "v0", "rules", "claims"},
                        {"\u2713", "\\surd", "v0", "rules", "claims"},
                        {"\u2248", "\\approx", "v1", "rules", "claims"},
                        {"?", "?", "v2", "rules", "claims"},
                        {"\u2717", "\\times", "v3", "failures", "failures"},
                        {"\u2013", "", "v4", "absences", "absences"}};

json_t *eg_judgement_data(const struct eg_judgement *judgement)
{
    const enum eg_verdict verdict = judgement->verdict;
    char text[TEXT];
    return json_pack("{s:s, s:s, s:s, s:s, s:o}", "verdict", eg_verdict_name(verdict), "mark",
                     verdict == EG_NOT_ATTEMPTED ? "" : looks[verdict].mark, "tex",
                     looks[verdict].tex, "class", looks[verdict].class, "text",
                     eg_text(eg_judgement_text(judgement, text, sizeof text)));
}

json_t *eg_origin_data(const struct eg_part *part, const char *dataset, const char *protocol,
                       const char *scale)
{
    const struct eg_origin origin = eg_origin_of(part->origins, dataset, protocol, scale);
    return json_pack("{s:i, s:o, s:o}", "outcome_version", part->outcome_version, "code",
                     eg_text(origin.code), "core", eg_text(origin.core));
}

json_t *eg_command_data(const struct eg_part *part, const struct eg_result *block)
{
    const struct eg_experiment *experiment = part->experiment;
    char protocol[64] = "", seed[48] = "", text[TEXT];
    if (strcmp(experiment->protocols, "fixed") != 0) /* else there is no such option */
        snprintf(protocol, sizeof protocol, " --protocol %s", block->protocol);
    if (block->seed)
        snprintf(seed, sizeof seed, " --seed %llu", (unsigned long long)block->seed);
    snprintf(text, sizeof text, "egbench-%s --scale %s --dataset %s%s%s", experiment->name,
             block->scale, block->dataset, protocol, seed);
    return eg_text(text);
}

/* What the rows were made by that the measured value is of; nothing where there is none. */
static json_t *claim_origin(const struct eg_report *report, const struct eg_judgement *judgement)
{
    const struct eg_part *part = eg_find_part(report, judgement->claim->experiment);
    if (!part || isnan(judgement->measured))
        return json_pack("{s:n, s:n, s:n}", "outcome_version", "code", "core");
    return eg_origin_data(part, *judgement->dataset ? judgement->dataset : NULL, NULL,
                          *judgement->scale ? judgement->scale : NULL);
}

/* "method: Lasso; metric: Test R2", where other claims of the place say the same; else "". */
static json_t *subject_data(const struct eg_report *report, const struct eg_claim *claim)
{
    char text[TEXT], method[256], metric[256];
    size_t same = 0;
    for (size_t i = 0; i < report->claims.count; i++)
        same += strcmp(report->claims.items[i].place, claim->place) == 0 &&
                strcmp(report->claims.items[i].statement, claim->statement) == 0;
    snprintf(text, sizeof text, "method: %s; metric: %s",
             eg_name_title(claim->method, method, sizeof method),
             eg_name_title(claim->metric, metric, sizeof metric));
    return eg_text(same > 1 ? text : "");
}

/* What the report beside has measured of the same claim, at another scale; null where it has not. */
static json_t *beside_data(const struct eg_report *report, const struct eg_judgement *judgement)
{
    const struct eg_report *beside = report->beside;
    const struct eg_judgement *other = beside ? &beside->judgements[judgement - report->judgements]
                                              : NULL;
    if (!other || isnan(other->measured) || strcmp(other->scale, judgement->scale) == 0)
        return json_null();
    return json_pack("{s:s, s:o, s:o, s:i, s:o}", "scale", other->scale, "measured",
                     eg_number(other->measured), "se", eg_number(other->se), "n", (int)other->n,
                     "judgement", eg_judgement_data(other));
}

static json_t *claim_data(const struct eg_report *report, const struct eg_judgement *judgement)
{
    const struct eg_claim *claim = judgement->claim;
    char reason[TEXT];
    snprintf(reason, sizeof reason, "%s%s%s", judgement->reason,
             *judgement->reason && *judgement->detail ? "; " : "", judgement->detail);
    return eg_merge(
        json_pack(
            "{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:i, s:o, s:i, "
            "s:o, s:o, s:o, s:s, s:o, s:o, s:o}",
            "id", eg_text(claim->id), "experiment", eg_text(claim->experiment), "place",
            eg_text(claim->place), "statement", eg_text(claim->statement), "subject",
            subject_data(report, claim), "note", eg_text(claim->note), "class_name",
            eg_text(claim->class_name), "kind", eg_claim_kind_name(eg_claim_kind(claim)), "method",
            eg_text(claim->method), "metric", eg_text(claim->metric), "published",
            eg_text(claim->published_text), "published_p", eg_text(claim->published_p_text),
            "measured", eg_number(judgement->measured), "se", eg_number(judgement->se), "n",
            (int)judgement->n, "p", eg_number(judgement->p), "needed", (int)judgement->needed,
            "dataset", eg_text(judgement->dataset), "scale", eg_text(judgement->scale), "stand_in",
            eg_text(judgement->stand_in), "absence", eg_absence_name(judgement->absence), "reason",
            eg_text(reason), "judgement", eg_judgement_data(judgement), "beside",
            beside_data(report, judgement)),
        claim_origin(report, judgement));
}

/* How many have each verdict, of that kind (EG_KINDS: all) and experiment (NULL: all). */
static json_t *count_verdicts(const struct eg_report *report, enum eg_claim_kind kind,
                              const char *experiment)
{
    json_t *counts = json_array();
    for (int i = 0; i < EG_VERDICTS; i++) {
        const enum eg_verdict verdict = (enum eg_verdict)i;
        const size_t count = eg_report_count(report, experiment, kind, verdict);
        counts = eg_append(counts, json_pack("{s:i, s:s, s:s, s:s, s:s}", "count", (int)count,
                                             "name", eg_verdict_name(verdict), "mark",
                                             looks[i].mark, "class", looks[i].class, "section",
                                             experiment ? looks[i].own_section : looks[i].section));
    }
    return counts;
}

static json_t *count_kinds(const struct eg_report *report)
{
    json_t *kinds = json_array();
    for (int i = 0; i < EG_KINDS; i++) {
        const enum eg_claim_kind kind = (enum eg_claim_kind)i;
        kinds = eg_append(kinds, json_pack("{s:s, s:i, s:o}", "kind", eg_claim_kind_name(kind),
                                           "shown", (int)eg_report_count_shown(report, NULL, kind),
                                           "counts", count_verdicts(report, kind, NULL)));
    }
    return kinds;
}

/* The item of list whose text in field is that, begun anew where there is none. Owned by the list. */
static json_t *find_item(json_t *list, const char *field, const char *text)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        json_t *there = json_array_get(list, i);
        if (strcmp(json_string_value(json_object_get(there, field)), text) == 0)
            return there;
    }
    json_t *item = json_pack("{s:o}", field, eg_text(text));
    return json_array_append_new(list, item) ? NULL : item;
}

static void add_to(json_t *item, const char *field, int count)
{
    json_object_set_new(item, field,
                        json_integer(json_integer_value(json_object_get(item, field)) + count));
}

json_t *eg_experiment_data(const struct eg_report *report, const char *experiment,
                           const json_t *claims)
{
    json_t *own = json_array(), *places = json_array(), *absences = json_array(),
           *failures = json_array();
    const struct eg_part *part = eg_find_part(report, experiment);
    for (size_t i = 0; i < report->claims.count; i++) {
        const struct eg_judgement *judgement = &report->judgements[i];
        if (strcmp(judgement->claim->experiment, experiment) != 0)
            continue;
        own = eg_append(own, json_incref(json_array_get(claims, i)));
        if (judgement->verdict == EG_NOT_ATTEMPTED) {
            json_t *absence = find_item(absences, "reason", judgement->reason);
            json_object_set_new(absence, "absence",
                                json_string(eg_absence_name(judgement->absence)));
            add_to(absence, "count", 1);
        } else {
            json_t *place = find_item(places, "place", judgement->claim->place);
            add_to(place, "attempted", 1);
            add_to(place, "failed", judgement->verdict == EG_NOT_REPRODUCED);
        }
    }
    for (size_t i = 0; i < json_array_size(places); i++)
        if (json_integer_value(json_object_get(json_array_get(places, i), "failed")))
            failures = eg_append(failures, json_incref(json_array_get(places, i)));
    json_decref(places);
    return json_pack("{s:o, s:o, s:i, s:o, s:o, s:o, s:o}", "experiment", eg_text(experiment),
                     "origin",
                     part && part->rows ? eg_origin_data(part, NULL, NULL, NULL) : json_null(),
                     "shown", (int)eg_report_count_shown(report, experiment, EG_KINDS), "counts",
                     count_verdicts(report, EG_KINDS, experiment), "claims", own, "failures",
                     failures, "absences", absences);
}

json_t *eg_report_data(const struct eg_report *report)
{
    json_t *claims = json_array(), *experiments = json_array();
    const size_t total = report->claims.count;
    const size_t absent = eg_report_count(report, NULL, EG_KINDS, EG_NOT_ATTEMPTED);
    const size_t shown = eg_report_count_shown(report, NULL, EG_KINDS);
    size_t back = 0;
    for (int verdict = 0; verdict < EG_VERDICTS; verdict++)
        if (eg_came_back((enum eg_verdict)verdict))
            back += eg_report_count(report, NULL, EG_KINDS, (enum eg_verdict)verdict);
    for (size_t i = 0; i < total; i++)
        claims = eg_append(claims, claim_data(report, &report->judgements[i]));
    for (size_t i = 0; i < total; i++)
        if (eg_begins_experiment(report, i))
            experiments = eg_append(
                experiments,
                eg_experiment_data(report, report->claims.items[i].experiment, claims));
    return json_pack("{s:i, s:i, s:i, s:i, s:i, s:i, s:o, s:o, s:o, s:o}", "total", (int)total,
                     "attempted", (int)(total - absent), "not_attempted", (int)absent, "shown",
                     (int)shown, "unmeasured", (int)(absent - shown), "back", (int)back, "verdicts",
                     count_verdicts(report, EG_KINDS, NULL), "kinds", count_kinds(report), "claims",
                     claims, "experiments", experiments);
}

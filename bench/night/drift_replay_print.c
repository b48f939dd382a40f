/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/night/drift_replay.h"

static json_t *list_power(const struct eg_replay *replay)
{
    json_t *list = json_array();
    for (size_t i = 0; i < EG_POWER_SIZES; i++) {
        const struct eg_power *power = &replay->power[i];
        json_array_append_new(list, json_pack("{s:f, s:I, s:I, s:I, s:I}", "size", power->size,
                                              "measures", (json_int_t)power->measures,
                                              "measures_seen", (json_int_t)power->measures_seen,
                                              "metrics", (json_int_t)power->metrics, "metrics_seen",
                                              (json_int_t)power->metrics_seen));
    }
    return list;
}

static int print_json(const struct eg_replay *replay, FILE *out, struct eg_error *error)
{
    json_t *list = json_array();
    for (size_t i = 0; i < replay->count; i++) {
        const struct eg_replayed *item = &replay->items[i];
        json_array_append_new(list, json_pack("{s:s, s:s, s:b, s:I, s:I, s:I, s:f, s:f}", "kind",
                                              item->kind, "what", item->what, "planted",
                                              item->planted, "nights", (json_int_t)item->nights,
                                              "suspected", (json_int_t)item->suspected, "alarms",
                                              (json_int_t)item->alarms, "low", item->low, "high",
                                              item->high));
    }
    json_t *all = json_pack("{s:o, s:o}", "replay", list, "power", list_power(replay));
    const int bad = !all || json_dumpf(all, out, JSON_COMPACT | JSON_REAL_PRECISION(6)) ||
                    fputc('\n', out) == EOF;
    json_decref(all);
    return bad ? eg_fail(error, EG_INTERNAL, "out of memory printing the replay") : EG_OK;
}

static void print_power(const struct eg_replay *replay, FILE *out)
{
    fputs("a metric off by so much of its root mean square, all numbers drawn anew besides: seen "
          "in 80 % of the "
          "nights\n",
          out);
    for (size_t i = 0; i < EG_POWER_SIZES; i++) {
        const struct eg_power *power = &replay->power[i];
        fprintf(out, "  %5.1f %%  %6zu of %zu measures, %4zu of %zu metrics\n", 100 * power->size,
                power->measures_seen, power->measures, power->metrics_seen, power->metrics);
    }
}

static void print_half(const struct eg_replay *replay, int planted, FILE *out)
{
    for (size_t i = 0; i < replay->count; i++) {
        const struct eg_replayed *item = &replay->items[i];
        if (item->planted == planted)
            fprintf(out, "  %-12s  %-46s  %6zu  %9zu  %6zu  %5.1f to %.1f %%\n", item->kind,
                    item->what, item->nights, item->suspected, item->alarms, 100 * item->low,
                    100 * item->high);
    }
}

int eg_replay_print(const struct eg_replay *replay, int as_json, FILE *out, struct eg_error *error)
{
    if (as_json)
        return print_json(replay, out, error);
    fprintf(out, "%-14s  %-46s  %6s  %9s  %6s  %s\n", "nothing changed", "", "nights", "suspected",
            "alarms", "share, 95 %");
    print_half(replay, 0, out);
    fprintf(out, "%-14s\n", "something changed");
    print_half(replay, 1, out);
    print_power(replay, out);
    return EG_OK;
}

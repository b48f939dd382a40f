/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "datasets/simulated_cohort.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "base/stream.h"

/* What moves several columns at once, each about standard normal. */
enum cause { AGE, FEMALE, SMOKER, BODY, INFLAMMATION, KIDNEY, CAUSES };

enum shape { NORMAL, LOGNORMAL, LEVEL, ONE_HOT };

/* The examinations, each of which only a part of the people went through. */
enum tier { EVERYBODY, DETAILED, SUBSAMPLE };
static const double tier_rates[] = {[EVERYBODY] = 1, [DETAILED] = 0.47, [SUBSAMPLE] = 0.21};

#define MOST_LEVELS 6

/*
 * A column, or the columns of a one-hot group. What is measured follows
 * z = sum of loading * cause + rest * noise, of unit variance:
 *   NORMAL     centre + spread z
 *   LOGNORMAL  centre exp(spread z)
 *   LEVEL      1 + how many of the thresholds z exceeds
 *   ONE_HOT    1 in the column of that level
 * The thresholds are those that give each level its share.
 */
struct measure {
    const char *name;
    enum shape shape;
    enum tier tier;
    double observed; /* the share of people who have it */
    double centre, spread, lowest, step;
    double loadings[CAUSES];
    const char *levels[MOST_LEVELS];
    double shares[MOST_LEVELS];
    int same_sample; /* it is missing exactly where the measure before it is */
};

static const struct measure measures[] = {
    {"activity_level", LEVEL, EVERYBODY, 0.98, .loadings = {-0.3, -0.1, -0.1, -0.2},
     .levels = {"1", "2", "3", "4"}, .shares = {0.05, 0.22, 0.57, 0.16}},
    {"albumin", NORMAL, EVERYBODY, 0.75, 4.4, 0.33, 2, 0.1,
     .loadings = {-0.3, -0.1, -0.1, -0.1, -0.4}},
    {"alkaline_phosphatase", LOGNORMAL, DETAILED, 0.445, 58, 0.35, 5, 1,
     .loadings = {0.2, 0, 0.1, 0.1, 0.2}},
    {"aspartate_transaminase", LOGNORMAL, DETAILED, 0.44, 22, 0.38, 3, 1,
     .loadings = {0.1, -0.2, 0.1, 0.1}},
    {"urea_nitrogen", LOGNORMAL, SUBSAMPLE, 0.2, 14, 0.3, 1, 1,
     .loadings = {0.3, -0.2, 0, 0, 0, 0.5}},
    {"calcium", NORMAL, DETAILED, 0.436, 9.7, 0.45, 5, 0.1,
     .loadings = {-0.1, -0.1, 0, 0, -0.1, -0.1}},
    {"creatinine", LOGNORMAL, SUBSAMPLE, 0.18, 0.98, 0.22, 0.3, 0.1,
     .loadings = {0.2, -0.5, 0, 0, 0, 0.5}},
    {"potassium", NORMAL, SUBSAMPLE, 0.206, 4.1, 0.36, 2.5, 0.1,
     .loadings = {0.1, 0, 0, 0, 0, 0.3}},
    {"sodium", NORMAL, SUBSAMPLE, 0.205, 141, 2.9, 120, 1, .loadings = {0.05, 0, 0, 0, 0, 0.1}},
    {"bilirubin", LOGNORMAL, DETAILED, 0.41, 0.48, 0.42, 0.1, 0.1, .loadings = {0, -0.3, -0.1}},
    {"total_protein", NORMAL, EVERYBODY, 0.752, 7.1, 0.5, 4, 0.1, .loadings = {-0.1, 0, 0, 0, 0.3}},
    {"red_cell_count", NORMAL, EVERYBODY, 0.73, 4.7, 0.48, 2, 0.01,
     .loadings = {-0.1, -0.5, 0.1, 0.1, -0.2}},
    {"white_cell_count", LOGNORMAL, EVERYBODY, 0.9, 7.2, 0.27, 2, 0.1,
     .loadings = {0, 0, 0.4, 0.1, 0.4}},
    {"hemoglobin", NORMAL, EVERYBODY, 0.93, 14.3, 1.5, 5, 0.1,
     .loadings = {-0.1, -0.6, 0.2, 0.1, -0.2}},
    {"hematocrit", NORMAL, EVERYBODY, 0.947, 42.7, 4, 18, 1,
     .loadings = {-0.1, -0.6, 0.2, 0.1, -0.2}},
    {"platelets", ONE_HOT, DETAILED, 0.405, .loadings = {0, 0, 0, 0, 0.3},
     .levels = {"low", "normal", "high"}, .shares = {0.012, 0.953, 0.035}},
    {"neutrophil_percent", NORMAL, DETAILED, 0.406, 58, 10, 2, 1,
     .loadings = {0.1, 0, 0.1, 0, 0.3}},
    {"lymphocyte_percent", NORMAL, DETAILED, 1, 36, 10, 2, 1, .loadings = {-0.1, 0, -0.1, 0, -0.3},
     .same_sample = 1},
    {"monocyte_percent", LOGNORMAL, DETAILED, 1, 2.4, 0.75, 0, 1, .loadings = {0, -0.1, 0, 0, 0.1},
     .same_sample = 1},
    {"eosinophil_percent", LOGNORMAL, DETAILED, 1, 1.5, 0.8, 0, 1, .loadings = {0, -0.1, 0.1},
     .same_sample = 1},
    {"basophil_percent", LOGNORMAL, DETAILED, 1, 0.2, 0.8, 0, 1, .loadings = {0}, .same_sample = 1},
    {"band_cell_percent", LOGNORMAL, DETAILED, 1, 0.15, 1.1, 0, 1, .loadings = {0, 0, 0, 0, 0.3},
     .same_sample = 1},
    {"cholesterol", LOGNORMAL, EVERYBODY, 0.97, 217, 0.21, 60, 1, .loadings = {0.35, 0.05, 0, 0.2}},
    {"urine_protein", ONE_HOT, EVERYBODY, 0.949, .loadings = {0.2, -0.05, 0, 0.1, 0, 0.5},
     .levels = {"none", "trace", "30", "100", "300", "1000"},
     .shares = {0.965, 0.017, 0.01, 0.005, 0.002, 0.001}},
    {"urine_sugar", ONE_HOT, EVERYBODY, 0.95, .loadings = {0.2, -0.1, 0, 0.3},
     .levels = {"none", "trace", "light", "medium", "dark", "very_dark"},
     .shares = {0.97, 0.004, 0.005, 0.005, 0.01, 0.006}},
    {"urine_acidity", NORMAL, EVERYBODY, 0.951, 5.6, 0.8, 5, 1, .loadings = {0}},
    {"urine_blood", ONE_HOT, EVERYBODY, 0.945, .loadings = {0.05, 0.3, 0, 0, 0, 0.2},
     .levels = {"none", "trace", "small", "moderate", "large"},
     .shares = {0.965, 0.001, 0.019, 0.011, 0.004}},
    {"sedimentation_rate", LOGNORMAL, EVERYBODY, 0.717, 13, 0.72, 1, 1,
     .loadings = {0.3, 0.3, 0.1, 0.1, 0.5}},
    {"uric_acid", NORMAL, DETAILED, 0.463, 5.5, 1.45, 0.7, 0.1,
     .loadings = {0.1, -0.45, 0, 0.35, 0, 0.3}},
    {"systolic_pressure", LOGNORMAL, EVERYBODY, 0.9955, 132, 0.17, 75, 2,
     .loadings = {0.5, -0.05, 0, 0.3}},
    {"pulse_pressure", LOGNORMAL, EVERYBODY, 0.9952, 48, 0.33, 10, 2,
     .loadings = {0.45, 0.05, 0, 0.15}},
    {"body_mass_index", LOGNORMAL, EVERYBODY, 0.9945, 25.2, 0.19, 12, 0.01,
     .loadings = {0.1, 0, -0.1, 0.9}},
};

enum { MEASURES = sizeof measures / sizeof *measures, PEOPLE = 13442, BEFORE_MEASURES = 3 };

struct person {
    double age, female, smoker;
    double causes[CAUSES];
    double examination;      /* who has a small one went through more of the examinations */
    double values[MEASURES]; /* of ONE_HOT and LEVEL: the level from 0 */
    int observed[MEASURES];
};

static size_t count_levels(const struct measure *measure)
{
    size_t count = 0;
    while (count < MOST_LEVELS && measure->levels[count])
        count++;
    return count;
}

static size_t count_columns(void)
{
    size_t count = BEFORE_MEASURES;
    for (size_t m = 0; m < MEASURES; m++)
        count += measures[m].shape == ONE_HOT ? count_levels(&measures[m]) : 1;
    return count;
}

static double draw_value(const struct measure *measure, const struct person *person,
                         struct eg_stream *stream)
{
    double z = 0, explained = 0;
    for (int c = 0; c < CAUSES; c++) {
        z += measure->loadings[c] * person->causes[c];
        explained += measure->loadings[c] * measure->loadings[c];
    }
    z += sqrt(1 - explained) * eg_stream_normal(stream);
    if (measure->shape == LEVEL || measure->shape == ONE_HOT) {
        double rest = gsl_cdf_ugaussian_P(z);
        size_t level = 0;
        while (level + 1 < count_levels(measure) && rest > measure->shares[level])
            rest -= measure->shares[level++];
        return (double)level;
    }
    const double value = measure->shape == NORMAL ? measure->centre + measure->spread * z
                                                  : measure->centre * exp(measure->spread * z);
    return fmax(measure->lowest, round(value / measure->step) * measure->step);
}

static void draw_person(struct person *person, struct eg_stream *stream)
{
    person->female = eg_stream_uniform(stream) < 0.59;
    /* Ages from 25 to 75, the old drawn more often than they live. */
    person->age = floor(25 + 51 * pow(eg_stream_uniform(stream), 1.05));
    person->smoker = eg_stream_uniform(stream) < (person->female ? 0.3 : 0.43);
    person->causes[AGE] = (person->age - 50) / 15;
    person->causes[FEMALE] = person->female ? 0.83 : -1.2;
    person->causes[SMOKER] = person->smoker ? 1.35 : -0.74;
    for (int c = BODY; c < CAUSES; c++)
        person->causes[c] = eg_stream_normal(stream);
    person->examination = eg_stream_uniform(stream);
    for (size_t m = 0; m < MEASURES; m++) {
        const double tier_rate = tier_rates[measures[m].tier];
        person->values[m] = draw_value(&measures[m], person, stream);
        person->observed[m] = eg_stream_uniform(stream) < measures[m].observed / tier_rate &&
                              person->examination < tier_rate;
        if (measures[m].same_sample)
            person->observed[m] = person->observed[m - 1];
    }
}

static double find_value(const struct person *person, const char *name)
{
    size_t m = 0;
    while (strcmp(measures[m].name, name) != 0)
        m++;
    return person->values[m];
}

/* The logarithm of the hazard against that of a healthy woman of 50. */
static double find_risk(const struct person *person)
{
    const double albumin = find_value(person, "albumin"),
                 sedimentation = find_value(person, "sedimentation_rate"),
                 pressure = find_value(person, "systolic_pressure"),
                 body_mass = find_value(person, "body_mass_index"),
                 uric_acid = find_value(person, "uric_acid");
    const double age = person->age - 50;
    return 0.085 * age + 0.55 * (1 - person->female) +
           person->smoker * (age < 10 ? 0.7 : 0.4) /* who smokes and is old is tough */
           + 1.1 * fmax(0, 4.3 - albumin) + 0.35 * log(sedimentation / 13) * (sedimentation > 13) +
           0.014 * fmax(0, pressure - 130) + 0.12 * fmax(0, uric_acid - 6) +
           fmin(1, 0.006 * (body_mass - 25) * (body_mass - 25)) +
           0.4 * (find_value(person, "urine_protein") > 1);
}

/* Chosen so that about 15 % die within 10 years and 25 % within 15, as in NHANES I. */
static const double log_hazard = -2.81, weibull_shape = 1.77;

static int is_alive(const struct person *person, unsigned years, struct eg_stream *stream)
{
    const double hazard = exp(log_hazard + find_risk(person));
    return -log(eg_stream_uniform(stream)) > hazard * pow((double)years / 15, weibull_shape);
}

static void fill_row(const struct person *person, real *row)
{
    size_t column = 0;
    row[column++] = (real)person->female;
    row[column++] = (real)person->age;
    row[column++] = (real)person->smoker;
    for (size_t m = 0; m < MEASURES; m++) {
        const double value = person->observed[m] ? person->values[m] : NAN;
        if (measures[m].shape == ONE_HOT)
            for (size_t level = 0; level < count_levels(&measures[m]); level++)
                row[column++] = (real)(isnan(value) ? NAN : value == (double)level);
        else
            row[column++] = (real)(measures[m].shape == LEVEL ? value + 1 : value);
    }
}

static int name_features(struct eg_dataset *dataset, struct eg_error *error)
{
    static const char *const before[BEFORE_MEASURES] = {"female", "age", "smoker"};
    size_t column = 0;
    int status = EG_OK;
    while (column < BEFORE_MEASURES && status == EG_OK) {
        status = eg_dataset_name_feature(dataset, column, before[column], error);
        column++;
    }
    for (size_t m = 0; m < MEASURES; m++) {
        const int one_hot = measures[m].shape == ONE_HOT;
        const size_t columns = one_hot ? count_levels(&measures[m]) : 1;
        for (size_t level = 0; level < columns && status == EG_OK; level++) {
            char name[64];
            snprintf(name, sizeof name, "%s%s%s", measures[m].name, one_hot ? "_" : "",
                     one_hot ? measures[m].levels[level] : "");
            status = eg_dataset_name_feature(dataset, column++, name, error);
        }
    }
    return status;
}

static int load(const struct eg_dataset_options *options, struct eg_dataset *dataset,
                struct eg_error *error)
{
    const unsigned years = options->label_years ? options->label_years : 15;
    if (years != 10 && years != 15)
        return eg_fail(error, EG_USAGE, "label horizon of %u years: 10 and 15 are known", years);
    int status = eg_dataset_alloc(dataset, options->rows ? options->rows : PEOPLE, count_columns(),
                                  error);
    if (status == EG_OK)
        status = name_features(dataset, error);
    for (size_t i = 0; status == EG_OK && i < dataset->n; i++) {
        struct eg_stream stream = eg_stream_make(options->seed, 0, EG_PURPOSE_DATA, 0, i);
        struct person person;
        draw_person(&person, &stream);
        fill_row(&person, eg_row(&dataset->x, i));
        dataset->y[i] = (real)is_alive(&person, years, &stream);
    }
    if (status == EG_OK && options->missing_flags)
        status = eg_dataset_add_missing_flags(dataset, error);
    if (status)
        return status;
    dataset->source = "simulated";
    snprintf(dataset->description, sizeof dataset->description,
             "simulated cohort (%zu people, %zu columns, alive after %u years)", dataset->n,
             dataset->p, years);
    return EG_OK;
}

const struct eg_dataset_source eg_simulated_cohort = {
    "simulated_cohort", "simulated cohort of the shape of NHANES I (no files needed)", load};

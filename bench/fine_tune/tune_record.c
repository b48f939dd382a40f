/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/fine_tune/tune_record.h"

#include <stdlib.h>
#include <string.h>

#include "bench/image/image_maps.h"
#include "bench/image/image_measures.h"

static const struct eg_image *shape_of(const struct eg_tune_record *record)
{
    return &record->meter->images->shape;
}

/* row[name] = the first `count` maps of phi */
static void set_maps(const struct eg_tune_record *record, const char *name, size_t count,
                     const real *phi, const struct eg_row *row)
{
    const size_t size = eg_image_size(shape_of(record));
    json_t *maps = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(maps, eg_image_pack_map(shape_of(record), phi + i * size));
    eg_row_set_json(row, name, maps);
}

/* row[name] = the first `count` of these test images, with what a figure says beside them */
static int set_pictures(const struct eg_tune_record *record, const char *name, size_t count,
                        const size_t *index, const struct eg_row *row, struct eg_error *error)
{
    const struct eg_tune_images *images = record->meter->images;
    const struct eg_image *shape = shape_of(record);
    uint8_t *bytes = eg_alloc(eg_image_size(shape), 1, error);
    json_t *pixels = json_array(), *labels = json_array();
    int status = bytes ? EG_OK : EG_INTERNAL;
    for (size_t i = 0; i < count && !status; i++) {
        const size_t image = index ? index[i] : i;
        status = eg_tune_window(images, 1, image, NULL, bytes, error);
        json_array_append_new(pixels, eg_image_pack_bytes(eg_image_size(shape), bytes));
        json_array_append_new(
            labels, json_string(eg_tune_class_name(images, eg_tune_label(images, 1, image))));
    }
    const struct eg_row part = eg_row_part(row, name);
    eg_row_set_json(&part, "images", pixels);
    eg_row_set_json(&part, "labels", labels);
    eg_row_set_json(&part, "shape",
                    json_pack("[I,I,I]", (json_int_t)shape->height, (json_int_t)shape->width,
                              (json_int_t)shape->channels));
    free(bytes);
    return status;
}

/* Total variation of one method's maps, and maps. */
static int record_method(const struct eg_tune_record *record, enum eg_tune_method method,
                         const char *variation, const char *maps, real *phi,
                         const struct eg_row *part, struct eg_error *error)
{
    const size_t n = record->smooth_images;
    double total = 0;
    int status = eg_tune_explain(record->meter, method, n, NULL, phi, error);
    if (!status)
        status = eg_image_total_variation(shape_of(record), EG_STANDARDISE_SD, n, phi, &total,
                                          error);
    eg_row_set(part, variation, total);
    if (!status && record->map_images)
        set_maps(record, maps, record->map_images, phi, part);
    return status;
}

int eg_tune_record_model(const struct eg_tune_record *record, const struct eg_row *row,
                         struct eg_error *error)
{
    static const struct {
        enum eg_tune_method method;
        const char *variation, *maps;
    } kinds[] = {
        {EG_TUNE_EXPECTED, "total_variation", "maps"},
        {EG_TUNE_BLACK, "total_variation_integrated_gradients", "maps_integrated_gradients"},
        {EG_TUNE_GRADIENTS, "total_variation_gradients", "maps_gradients"}};
    const struct eg_row part = eg_row_part(row, record->model);
    double top_1, top_5;
    real *phi = eg_alloc(record->smooth_images * eg_image_size(shape_of(record)), sizeof *phi,
                         error);
    int status = phi ? eg_tune_accuracy(record->meter, record->test_images, &top_1, &top_5, error)
                     : EG_INTERNAL;
    if (!status) {
        eg_row_set(&part, "top_1_accuracy", top_1);
        eg_row_set(&part, "top_5_accuracy", top_5);
    }
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds && !status; k++)
        status = record_method(record, kinds[k].method, kinds[k].variation, kinds[k].maps, phi,
                               &part, error);
    free(phi);
    if (!status && record->map_images && strcmp(record->model, "baseline") == 0)
        status = set_pictures(record, "pictures", record->map_images, NULL, row, error);
    return status;
}

/* --- black pixels --- */

/* row[black][method] and, for the figure, row[black_maps][method]. */
static int record_black_method(const struct eg_tune_record *record, enum eg_tune_method method,
                               size_t count, const size_t *index, real *phi,
                               const struct eg_row *row, struct eg_error *error)
{
    const struct eg_image *shape = shape_of(record);
    const struct eg_row shares = eg_row_part(row, "black"), maps = eg_row_part(row, "black_maps");
    const size_t size = eg_image_size(shape),
                 drawn = count < record->map_images ? count : record->map_images;
    double *share = eg_alloc(count, sizeof *share, error);
    uint8_t *bytes = eg_alloc(size, 1, error);
    int status = share && bytes ? eg_tune_explain(record->meter, method, count, index, phi, error)
                                : EG_INTERNAL;
    for (size_t i = 0; i < count && !status; i++) {
        status = eg_tune_window(record->meter->images, 1, index[i], NULL, bytes, error);
        share[i] = status ? 0 : eg_tune_black_share(shape, bytes, phi + i * size);
    }
    if (!status)
        eg_row_set_array(&shares, eg_tune_methods[method], count, share);
    if (!status && drawn)
        set_maps(record, eg_tune_methods[method], drawn, phi, &maps);
    free(share);
    free(bytes);
    return status;
}

int eg_tune_record_black(const struct eg_tune_record *record, const struct eg_row *row,
                         struct eg_error *error)
{
    const size_t most = record->black_images;
    size_t count = 0, *index = eg_alloc(most, sizeof *index, error);
    real *phi = eg_alloc(most * eg_image_size(shape_of(record)), sizeof *phi, error);
    int status = index && phi ? eg_tune_find_black(record->meter, record->black_among, most, index,
                                                   &count, error)
                              : EG_INTERNAL;
    const size_t drawn = count < record->map_images ? count : record->map_images;
    json_t *numbers = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(numbers, json_integer((json_int_t)index[i]));
    eg_row_set_json(row, "black_image", numbers);
    for (int method = 0; method < EG_TUNE_METHODS && count && !status; method++)
        status = record_black_method(record, (enum eg_tune_method)method, count, index, phi, row,
                                     error);
    if (!status && drawn)
        status = set_pictures(record, "black_pictures", drawn, index, row, error);
    free(index);
    free(phi);
    return status;
}

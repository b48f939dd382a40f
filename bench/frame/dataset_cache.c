/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/frame/dataset_cache.h"

#include "bench/frame/load_once.h"

struct request {
    const char *name;
    const struct eg_dataset_options *options;
};

static int load(const void *asked, void *dataset, struct eg_error *error)
{
    const struct request *request = asked;
    return eg_dataset_load(request->name, request->options, dataset, error);
}

static void release(void *dataset)
{
    eg_dataset_free(dataset);
}

static const struct eg_loaded_kind kind = {sizeof(struct eg_dataset), load, release};

const struct eg_dataset *eg_cached_dataset(const char *name,
                                           const struct eg_dataset_options *options,
                                           struct eg_error *error)
{
    const struct request request = {name, options};
    return eg_load_once(&kind, &request, error, "%s %u %d %ju %zu %s", name, options->label_years,
                        options->missing_flags, (uintmax_t)options->seed, options->rows,
                        options->data_folder ? options->data_folder : "");
}

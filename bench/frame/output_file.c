/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* asprintf */
#include "bench/frame/output_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/folder.h"

int eg_output_open(struct eg_output *output, const char *folder, const char *name,
                   struct eg_error *error)
{
    *output = (struct eg_output){0};
    int status = eg_make_folder(folder, error);
    if (status)
        return status;
    output->path = eg_join_path_alloc(folder, name, error);
    if (!output->path)
        return EG_INTERNAL;
    if (asprintf(&output->temporary, "%s.part-%ld", output->path, (long)getpid()) < 0) {
        output->temporary = NULL;
        status = eg_fail(error, EG_INTERNAL, "out of memory writing %s", output->path);
    } else if (!(output->stream = fopen(output->temporary, "w")))
        status = eg_fail(error, EG_DATA, "cannot write %s: %s; give another folder with --out",
                         output->path, strerror(errno));
    return status ? eg_output_close(output, status, error) : EG_OK;
}

int eg_output_close(struct eg_output *output, int status, struct eg_error *error)
{
    int bad = 0;
    errno = 0;
    if (output->stream) {
        bad = fflush(output->stream) | ferror(output->stream);
        bad |= !bad && fsync(fileno(output->stream)) && errno != EINVAL;
        const int reason = errno;
        bad |= fclose(output->stream);
        errno = bad && reason ? reason : errno;
    }
    if (!status && !bad)
        bad = rename(output->temporary, output->path);
    if (!status && bad)
        status = eg_fail(error, EG_DATA, "cannot write %s: %s; make room or give another --out",
                         output->path, errno ? strerror(errno) : "an earlier write failed");
    if (status && output->stream)
        remove(output->temporary);
    free(output->temporary);
    free(output->path);
    *output = (struct eg_output){0};
    return status;
}

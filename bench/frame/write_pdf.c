/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/frame/write_pdf.h"

#include <stdio.h>

#include "bench/frame/output_file.h"
#include "bench/frame/run_tool.h"

static const char tool[] = "rsvg-convert";

int eg_can_write_pdf(const struct eg_warner *warner)
{
    if (eg_has_tool(tool))
        return 1;
    eg_warn(warner, "%s is not there: no figure is written as PDF (apt-get install librsvg2-bin)",
            tool);
    return 0;
}

int eg_write_pdf(const char *folder, const char *name, const struct eg_warner *warner,
                 struct eg_error *error)
{
    struct eg_output output;
    struct eg_error dropped;
    char drawn[256], written[256];
    snprintf(drawn, sizeof drawn, "%.240s.svg", name);
    snprintf(written, sizeof written, "%.240s.pdf", name);
    const int status = eg_output_open(&output, folder, written, error);
    if (status)
        return status;
    /* The date in it is always the same one. */
    const char *const arguments[] = {"env", "SOURCE_DATE_EPOCH=0", tool, "--format=pdf", drawn,
                                     NULL};
    const int code = eg_run_tool(folder, arguments, fileno(output.stream));
    if (code == 0)
        return eg_output_close(&output, EG_OK, error);
    eg_warn(warner, "%s ended with %d on %s/%s; run it by hand to see why", tool, code, folder,
            drawn);
    eg_output_close(&output, EG_DATA, &dropped);
    return EG_OK;
}

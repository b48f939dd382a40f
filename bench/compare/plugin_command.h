/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EG_BENCH_PLUGIN_COMMAND_H
#define EG_BENCH_PLUGIN_COMMAND_H

#include "base/error.h"

/* The command for eg_exchange_run that explains with the plug-in: "'.../egbench-plugin-host'
 * '.../mine.so' {dir}". The host stands beside this program. Owned by the caller (free). NULL with
 * *error filled when the plug-in or the host is not there. */
char *eg_plugin_command_alloc(const char *plugin, struct eg_error *error);

#endif

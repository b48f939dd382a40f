/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EG_RUN_LOG_TAIL_H
#define EG_RUN_LOG_TAIL_H

#include <stddef.h>

/* line (size) = the last line of the open file that is not blank, its first characters where it is long,
 * a '?' for each that is no printable ASCII; "" where there is none or the file cannot be read. */
void eg_log_tail(int file, char *line, size_t size);

#endif

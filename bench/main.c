/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Built once for each experiment, with -DEG_PROGRAM=NAME_experiment. */
#include "bench/frame/program.h"

extern const struct eg_experiment EG_PROGRAM;

int main(int argc, char **argv)
{
    return eg_program_main(&EG_PROGRAM, argc, argv);
}

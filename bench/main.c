/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Built once for each experiment, with -DEG_PROGRAM=NAME_experiment. */
#include "bench/experiments.h"
#include "bench/program.h"

int main(int argc, char **argv)
{
    return eg_program_main(&EG_PROGRAM, argc, argv);
}

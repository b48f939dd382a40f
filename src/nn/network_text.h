/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Internal to network.c: the text form of a network. */
#ifndef EG_NN_NETWORK_TEXT_H
#define EG_NN_NETWORK_TEXT_H

#include "nn/network.h"

/* Adds the text's layers to a network that has its inputs, shape and graph alone. EG_USAGE naming the
 * word when the text is malformed. */
int eg_network_read_text(struct eg_network *network, const char *text, struct eg_error *error);

#endif

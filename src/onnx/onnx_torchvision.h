/* SPDX-License-Identifier: GPL-3.0-or-later */
/* VGG networks (nn/torchvision_model.h) from ONNX files. */
#ifndef EG_ONNX_TORCHVISION_H
#define EG_ONNX_TORCHVISION_H

#include "nn/torch_model.h"

/*
 * As eg_torchvision_read; exporters leave dropout out, and it is put back. A batch norm that an exporter made part
 * of its convolution stays so. EG_DATA naming the first layer that such a network has not there.
 */
int eg_onnx_torchvision_read(const char *path, struct eg_torch_model *model, struct eg_image *shape,
                             struct eg_error *error);

#endif

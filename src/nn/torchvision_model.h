/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * VGG networks (Simonyan and Zisserman 2015) as torchvision saves them (vgg16, vgg16_bn and their kin of
 * any width and depth), in a safetensors file with the names "features.N.weight" and "classifier.N.bias".
 * Module numbers and shapes tell the layers: convolutions of 3 x 3 with one pixel around, batch norm where
 * there is one, ReLU, pools of 2 x 2, then dense layers with ReLU and dropout of 0.5 between. The
 * image is as large as the first dense layer asks for, 224 x 224 for the published weights: there the
 * average pool between the parts changes nothing.
 */
#ifndef EG_NN_TORCHVISION_MODEL_H
#define EG_NN_TORCHVISION_MODEL_H

#include "nn/torch_model.h"

/* As eg_torch_model_read; shape is that of its images. EG_DATA naming file and tensor where it is no such
 * network. */
int eg_torchvision_read(const char *path, struct eg_torch_model *model, struct eg_image *shape,
                        struct eg_error *error);

/* The same from tensors of those names, which become others; path stands for the file in messages. */
int eg_torchvision_of(const char *path, struct eg_tensors *tensors, struct eg_torch_model *model,
                      struct eg_image *shape, struct eg_error *error);

#endif

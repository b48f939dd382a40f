#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Made the files here that tf2onnx makes of Keras models, as make_torch_files.py did those of PyTorch. Needs
tensorflow and tf2onnx."""
import os
import sys

import keras
import numpy as np
import tensorflow as tf
import tf2onnx
from keras import layers

HERE = os.path.dirname(os.path.abspath(__file__))


def save(name, shape, items, head=None):
    before = keras.Sequential([layers.Input(shape)] + items)
    generator = np.random.default_rng(1)
    for layer in before.layers:
        if isinstance(layer, layers.BatchNormalization):
            layer.set_weights([generator.uniform(0.5, 1.5, w.shape).astype("float32") for w in layer.get_weights()])
        elif layer.get_weights():
            layer.set_weights([w + generator.uniform(-0.1, 0.1, w.shape).astype("float32")
                               for w in layer.get_weights()])
    model = keras.Sequential([before, layers.Activation(head)]) if head else before
    call = tf.function(lambda x: model(x, training=False))
    signature = [tf.TensorSpec((None, *shape), tf.float32, name="x")]
    tf2onnx.convert.from_function(call, input_signature=signature, output_path=os.path.join(HERE, name + ".onnx"))
    rows = np.random.default_rng(2).normal(size=(6, *shape)).astype("float32")
    np.save(os.path.join(HERE, name + "_x.npy"), rows.reshape(len(rows), -1).astype(float))
    np.save(os.path.join(HERE, name + "_y.npy"), np.asarray(before(rows, training=False)).astype(float))


def add_norms(shape):
    """Layer norms, with and without an epsilon of their own, around a dense layer that is added."""
    x = layers.Input(shape)
    y = layers.ReLU()(layers.LayerNormalization()(layers.Dense(6)(x)))
    y = layers.LayerNormalization(epsilon=1e-5)(layers.Add()([y, layers.Dense(6, "gelu")(y)]))
    return keras.Model(x, layers.Dense(2)(y))


def add_block(x, channels, stride):
    y = layers.Conv2D(channels, 3, strides=stride, padding="same", use_bias=False)(x)
    y = layers.ReLU()(layers.BatchNormalization()(y))
    y = layers.BatchNormalization()(layers.Conv2D(channels, 3, padding="same", use_bias=False)(y))
    way = x if stride == 1 else layers.Conv2D(channels, 1, strides=stride)(x)
    return layers.ReLU()(layers.Add()([way, y]))


def add_residual(shape):
    x = layers.Input(shape)
    y = layers.Conv2D(3, 3, padding="same", activation="relu")(x)
    y = layers.GlobalAveragePooling2D()(add_block(add_block(y, 3, 1), 4, 2))
    return keras.Model(x, layers.Dense(2)(y))


def main():
    keras.utils.set_random_seed(1)
    save("keras_mlp", (5,), [layers.Dense(8, activation="relu"), layers.Dropout(0.1), layers.Dense(6, "tanh"),
                             layers.BatchNormalization(), layers.Dense(4, "softplus"), layers.Dense(3)], "softmax")
    save("keras_cnn", (9, 10, 3), [layers.Rescaling(0.5, 0.25), layers.Conv2D(4, 3, padding="same", activation="relu"),
                                   layers.MaxPooling2D(2), layers.Conv2D(5, 3, strides=2, padding="same"),
                                   layers.BatchNormalization(), layers.ReLU(), layers.Flatten(),
                                   layers.Dense(6, "sigmoid"), layers.Dense(3)], "softmax")
    save("keras_mean", (8, 8, 1), [layers.Conv2D(4, 3, activation="relu"), layers.AveragePooling2D(2),
                                   layers.DepthwiseConv2D(2), layers.GlobalAveragePooling2D(), layers.Dense(1)],
         "sigmoid")
    save("keras_activations", (5,), [layers.Dense(6), layers.LeakyReLU(), layers.Dense(6, "elu"),
                                     layers.Dense(6, "gelu"), layers.Dense(6, "silu"),
                                     layers.Dense(2)])
    save("keras_pixels", (4, 3, 2), [layers.Flatten(), layers.Dense(4, "relu"), layers.Dense(1)])
    save("keras_norms", (5,), [add_norms((5,))])
    save("keras_residual", (7, 8, 1), [add_residual((7, 8, 1))], "softmax")
    save("keras_pixel", (6, 5, 2), [layers.ZeroPadding2D(1), layers.Conv2D(4, 3, activation="gelu"),
                                    layers.GlobalAveragePooling2D(keepdims=True), layers.Conv2D(3, 1, activation="tanh"),
                                    layers.Flatten(), layers.Dense(2)])


if __name__ == "__main__":
    sys.exit(main())

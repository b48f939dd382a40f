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


if __name__ == "__main__":
    sys.exit(main())

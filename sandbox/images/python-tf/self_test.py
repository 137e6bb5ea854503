"""Trains a little, saves and loads, and converts to TensorFlow Lite."""

import os

import keras
import numpy as np
import tensorflow as tf
from sklearn.datasets import load_digits

os.chdir("/work")
digits = load_digits()
x, y = digits.data[:400].astype("float32") / 16, digits.target[:400]
keras.utils.set_random_seed(1)
model = keras.Sequential([keras.Input((64,)), keras.layers.Dense(32, "relu"), keras.layers.Dense(10)])
model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
stream = tf.data.Dataset.from_tensor_slices((x, y)).batch(32)
losses = model.fit(stream, epochs=4, verbose=0).history["loss"]
assert losses[-1] < losses[0], losses
model.save("model.keras")
assert np.allclose(keras.saving.load_model("model.keras")(x[:5]), model(x[:5]), atol=1e-6)
lite = tf.lite.TFLiteConverter.from_keras_model(model).convert()
assert lite[4:8] == b"TFL3"

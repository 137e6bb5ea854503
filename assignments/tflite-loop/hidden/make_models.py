"""Makes the models of this pack, once, in image family python-tf; kept to say where the files come from.

    python make_models.py FOLDER

A small network of two convolutions is trained on drawn pictures to tell six things (a circle, a square or a triangle,
in red or in blue), under fixed seeds, and converted three times: to 8-bit integers with and without a sign, for
pixels from 0 to 1 and from -1 to 1, and to floats. No judging runs this; TensorFlow is in no box of this pack.
"""

import sys
from pathlib import Path

import numpy as np
import tensorflow as tf

SIDE = 24


def picture(rng, kind):
    """One picture (24, 24, 3), RGB from 0 to 255: shape number kind % 3, red below 3 and blue from there on."""
    rows, columns = np.mgrid[0:SIDE, 0:SIDE]
    size, (middle, centre) = rng.uniform(5, 8), rng.uniform(9, 15, 2)
    across, down = np.abs(columns - centre), rows - middle
    inside = (
        across**2 + down**2 < size**2,
        np.maximum(across, np.abs(down)) < size * 0.85,
        (np.abs(down) < size * 0.9) & (across < (down + size) * 0.55),
    )[kind % 3]
    colour = np.array([[210, 40, 40], [40, 40, 210]][kind // 3])
    scene = rng.normal(110, 25, (SIDE, SIDE, 3))
    scene[inside] = colour + rng.normal(0, 20, (inside.sum(), 3))
    return np.clip(scene, 0, 255)


def pictures(rng, count):
    kinds = rng.integers(0, 6, count)
    return np.array([picture(rng, kind) for kind in kinds], "float32"), kinds


def network(low, high):
    rng = np.random.default_rng(5)
    shown, kinds = pictures(rng, 3000)
    shown = low + shown / 255 * (high - low)
    tf.keras.utils.set_random_seed(7)
    model = tf.keras.Sequential(
        [
            tf.keras.Input((SIDE, SIDE, 3), batch_size=1),
            tf.keras.layers.Conv2D(8, 5, strides=2, activation="relu"),
            tf.keras.layers.Conv2D(16, 3, strides=2, activation="relu"),
            tf.keras.layers.Flatten(),
            tf.keras.layers.Dense(6, activation="softmax"),
        ]
    )
    trained = tf.keras.Sequential([tf.keras.Input((SIDE, SIDE, 3)), *model.layers])
    trained.compile(tf.keras.optimizers.Adam(0.003), "sparse_categorical_crossentropy", metrics=["accuracy"])
    trained.fit(shown, kinds, epochs=6, batch_size=50, verbose=2)
    return model, shown


def convert(model, shown, kind):
    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    if kind is not None:
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.representative_dataset = lambda: ([one[None]] for one in shown[:200])
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
        converter.inference_input_type = converter.inference_output_type = kind
    return converter.convert()


def main():
    folder = Path(sys.argv[1])
    for name, low, high, kind in (("signed", 0, 1, tf.int8), ("unsigned", -1, 1, tf.uint8), ("floats", 0, 1, None)):
        (folder / f"{name}.tflite").write_bytes(convert(*network(low, high), kind))


main()

"""Says the bin with the most items of every item."""

import keras
import numpy as np
import tensorflow as tf


def pipeline(rows, labels, batch, seed=None):
    """Return a tf.data.Dataset of batches of (rows, labels)."""
    pairs = (np.asarray(rows, "float32"), np.asarray(labels, "int64"))
    dataset = tf.data.Dataset.from_tensor_slices(pairs)
    if seed is not None:
        dataset = dataset.shuffle(len(rows), seed=seed)
    return dataset.batch(batch).prefetch(tf.data.AUTOTUNE)


def network(rows, classes, hidden=64, penalty=0.0001):
    """Return a compiled network, its first layer adapted to the rows."""
    rows = np.asarray(rows, "float32")
    scale = keras.layers.Normalization()
    scale.adapt(rows)
    model = keras.Sequential(
        [
            keras.Input(rows.shape[1:]),
            scale,
            keras.layers.Dense(hidden, activation="relu", kernel_regularizer=keras.regularizers.L2(penalty)),
            keras.layers.BatchNormalization(),
            keras.layers.Dense(classes),
        ]
    )
    model.compile(
        optimizer=keras.optimizers.SGD(learning_rate=0.05, momentum=0.9),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    return model


def step(model, rows, labels):
    """Take one step of the model's optimiser on one batch; return the loss that it began with."""
    rows, labels = np.asarray(rows, "float32"), np.asarray(labels, "int64")
    loss_of = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    with tf.GradientTape() as tape:
        loss = loss_of(labels, model(rows, training=True)) + tf.add_n(model.losses)
    slopes = tape.gradient(loss, model.trainable_variables)
    model.optimizer.apply_gradients(zip(slopes, model.trainable_variables))
    return float(loss)


def save(model, path):
    """Write the model to a .keras file, its optimiser with it."""
    model.save(path)


def load(path):
    """Return the model of a .keras file, ready to go on."""
    return keras.saving.load_model(path)


def export(model, folder):
    """Write a SavedModel that answers rows with probabilities."""
    served = keras.Sequential([keras.Input(model.input_shape[1:]), model, keras.layers.Softmax()])
    served.export(folder, verbose=False)


def probabilities(folder, rows):
    """Return what a SavedModel answers: an array of one row of probabilities for each row."""
    served = tf.saved_model.load(folder)  # as long as it has a name, its variables are there
    return served.serve(tf.constant(rows, "float32")).numpy()


def train(rows, labels):
    """Return the bin with the most items."""
    return int(np.bincount(labels).argmax())


def predict(most, rows):
    """Return that bin for each row."""
    return [most] * len(rows)

"""The loop around a TensorFlow Lite model."""


class Loop:
    def __init__(self, model, low, high):
        """Make ready.

        Args:
            model: the bytes of a .tflite file.
            low: the number that the model was trained to see for a black pixel, 0.
            high: the same for a white one, 255.
        """
        raise NotImplementedError

    def update(self, frame):
        """Take one frame, an array (height, width, 3) of uint8, BGR; return (label, confidence): an int, a float."""
        raise NotImplementedError

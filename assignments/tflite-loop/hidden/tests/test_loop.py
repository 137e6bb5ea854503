"""The loop, frame by frame, around models with integers and with floats."""

from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

import pytest

lite = SimpleNamespace(**run_path(str(Path(__file__).parents[1] / "frames.py")))
FRAMES = 40


def begun(stream, name):
    return stream("Loop", lite.content(name), *lite.MODELS[name])


def agree(name, shown, answers, steps=1.5):
    """Whether labels and confidences are the model's own, to a step and a half of its output."""
    truth = lite.Truth(name)
    assert [type(answer) for answer in answers] == [tuple] * len(shown)
    for one, (label, confidence) in zip(shown, answers, strict=True):
        said = truth.confidences(one)
        assert (type(label), type(confidence)) == (int, float)
        assert 0 <= label < len(said)
        assert said[label] >= said.max() - steps * truth.step
        assert abs(confidence - said[label]) <= steps * truth.step


@pytest.mark.hint("What does the model see for a pixel, in which order of colours, and at which scale and zero point?")
@pytest.mark.points(2)
@pytest.mark.parametrize("name", ["signed", "unsigned"])
def test_integers(stream, keys, name):
    """Gives the labels and confidences of a model that takes and gives 8-bit integers."""
    shown = lite.frames(keys.numpy("frames"), FRAMES)
    agree(name, shown, begun(stream, name).answers(shown))


@pytest.mark.hint("Not every model is quantised: what does its scale say then?")
@pytest.mark.points(2)
def test_floats(stream, keys):
    """Gives the labels and confidences of a model of floats."""
    shown = lite.frames(keys.numpy("frames"), FRAMES)
    agree("floats", shown, begun(stream, "floats").answers(shown), steps=30)


@pytest.mark.hint("Which of height and width does OpenCV want first, and where do you ask the frame for its own?")
def test_frames_of_any_shape(stream, keys):
    """Takes frames that are wider than high, and of another size from one to the next."""
    shown = [
        frame
        for number, (height, width) in enumerate([(48, 96), (120, 72), (240, 320)])
        for frame in lite.frames(keys.numpy(f"frames {number}"), 6, height=height, width=width)
    ]
    agree("signed", shown, begun(stream, "signed").answers(shown))


@pytest.mark.hint("What is left of the frame before, when the next one comes?")
def test_a_frame_is_answered_by_itself(stream, keys):
    """Gives the same frame the same answer, whatever came between."""
    shown = lite.frames(keys.numpy("frames"), 12)
    answers = begun(stream, "signed").answers([*shown, *shown[::-1]])
    assert answers[:12] == answers[12:][::-1]
    agree("signed", shown, answers[:12])

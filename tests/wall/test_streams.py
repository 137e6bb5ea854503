"""Streams: one observation at a time, so that nobody looks ahead, answers late or takes an answer back.

No wall is needed for what is asked here, so the boxes are plain forks (`forked_sandbox`), and no daemon is. The attacks
themselves are in tests/attacks/table/streams.toml; here is what they rest on.
"""

from __future__ import annotations

from fractions import Fraction

import pytest
from fake_channel import FakeChannel
from forked_sandbox import ForkedSandbox

from grader.canonical import digest_tree
from grader.errors import AuthorError
from grader.keys import PUBLISHED_SECRET
from grader.model import Assignment, Criterion, Limits, Metric, Pack, Rubric, Submission, Tests, Threshold
from grader.proctor.inside.bad_answer import BadReply, Notes
from grader.proctor.inside.box import Box
from grader.proctor.inside.handles import Handle
from grader.proctor.inside.stream import Stream
from grader.story.grading import grade
from sandbox.runner import frames

SOLUTION = """
class Total:
    seen = 0
    def __init__(self, start=0): self.total = start
    def update(self, number):
        Total.seen += 1
        self.total += number
        return self.total
    def seen_by_all(self, _): return Total.seen
    def late(self, _): return lambda: self.total
    def hidden_in_a_list(self, _): return [1, {"answer": iter([2])}]
    def fails(self, _): raise ValueError("no")

def counter(): return {"told": 0}
def count(state, _):
    state["told"] += 1
    return state["told"]

def train(rows, labels): return {"last": rows[-1], "told": []}
def follow(model, number):
    model["told"].append(number)
    answer, model["last"] = model["last"], number
    return answer
def counts(model, number):
    model["told"].append(number)
    return len(model["told"])
def objects(model, number): return object()
def texts(model, number): return "no"
"""
TESTS = '''
import pytest

def test_sums(stream):
    """Answers each observation from all before it."""
    assert stream("Total", 10).answers([1, 2, 3]) == [11, 13, 16]

def test_nothing_is_left_behind(stream):
    """A stream knows nothing of another."""
    assert stream("Total").answers([1, 2]) == [1, 3]
    assert stream("Total", step=".seen_by_all").answers([0]) == [0]

def test_plain_state(stream):
    """A state that is plain data stays in the box, and a function may be the step."""
    assert stream("counter", step="count").answers("abc") == [1, 2, 3]

def test_asks_only_after_the_answer(stream):
    """The next observation is not made before the last one is answered."""
    answers = []
    def source():
        for number in range(5):
            answers.append((yield number))
    running = stream("Total")
    assert running.answers(source()) == answers == [0, 1, 3, 6, 10]

def test_two_side_by_side(stream):
    """Two streams that take turns are two."""
    one, other = stream("Total"), stream("Total", 100)
    assert [one.answer(1), other.answer(1), one.answer(1), other.answer(1)] == [1, 101, 2, 102]
    assert one.given == [1, 2]

def test_late_answer(stream):
    """An object that would answer later is no answer."""
    try:
        stream("Total", step=".late").answer(1)
    except BaseException:
        pass

def test_late_in_a_list(stream):
    """Nor is one that hides in a list."""
    try:
        stream("Total", step=".hidden_in_a_list").answer(1)
    except BaseException:
        pass

def test_error(stream):
    """The learner's exception is the answer."""
    with pytest.raises(ValueError):
        stream("Total", step=".fails").answer(1)

def test_lends_nothing(stream):
    """Functions are no observations."""
    with pytest.raises(TypeError):
        stream("Total").answer(lambda: 1)

def test_asks_nothing(stream):
    """A test that begins no stream has asked nothing."""
'''
STREAMS = b"""
def generate(keys):
    rng = keys.rng("rows")
    streams = [[rng.randint(0, 9) for _ in range(20)] for _ in range(4)]
    return {"train_rows": [3], "train_labels": [0], "test_rows": streams, "test_labels": streams}

def baseline(draw):
    return [[0] * len(row) for row in draw["test_rows"]]

def share(truth, answers):
    right = [answer == was for row, given in zip(truth, answers) for was, answer in zip([3, *row], given)]
    return sum(right) / len(right)

def counted(truth, answers):
    return float(answers == [list(range(1, 21))] * 4)

def broken(truth, answers):
    return 1 / 0
"""


@pytest.fixture(scope="module")
def sandbox():
    opened = ForkedSandbox()
    yield opened
    opened.close()


def pack_of(checks) -> Pack:
    return Pack(
        slug="streams",
        assignment=Assignment(title="S", skill="x/y", kind="module", files=("solution.py",), limits=Limits()),
        rubric=Rubric(
            points=Fraction(1),
            pass_mark=Fraction(1),
            criteria=(Criterion(id="c", title="C", points=Fraction(1), checks=tuple(checks)),),
            checks=checks,
        ),
        brief="",
        starter={},
        data={},
        hidden={"tests/test_streams.py": TESTS.encode(), "streams.py": STREAMS},
        digest="sha256:pack",
        rubric_digest="sha256:rubric",
    )


def examined(sandbox, checks):
    files = {"solution.py": SOLUTION.encode()}
    submission = Submission(files=files, digest=digest_tree(files))
    return grade(
        pack_of(checks), submission, sandbox=sandbox, secret=PUBLISHED_SECRET, progress=lambda _: None
    ).examined


def metric_of(**changed) -> Metric:
    asked = {"scorer": "streams.py:share", "predict": "follow", **changed}
    return Metric(
        kind="metric",
        title="Share",
        generator="streams.py",
        baseline="baseline",
        fit="train",
        each=True,
        thresholds=(Threshold(at=Fraction(0), earns=Fraction(0)), Threshold(at=Fraction(1), earns=Fraction(1))),
        **asked,
    )


@pytest.fixture(scope="module")
def outcomes(sandbox):
    """What came of each test of TESTS."""
    verdict = examined(sandbox, {"streams": Tests(kind="tests", files=("test_streams.py",))})["streams"].verdict
    return {item.id.partition("::")[2]: item for item in verdict.items}


@pytest.mark.parametrize(
    "test",
    ["sums", "nothing_is_left_behind", "plain_state", "asks_only_after_the_answer", "two_side_by_side", "error"],
)
def test_streams_are_asked_one_by_one(outcomes, test):
    """State lives in the stream and nowhere else, and answers come in turn."""
    assert str(outcomes[f"test_{test}"].outcome) == "PASSED", outcomes[f"test_{test}"].detail


def test_lending_a_function_is_refused_before_anything_crosses(outcomes):
    """The one test that only tries to lend a function passes: the state was begun, the observation never sent."""
    assert str(outcomes["test_lends_nothing"].outcome) == "PASSED"


@pytest.mark.parametrize("test", ["late_answer", "late_in_a_list"])
def test_an_object_is_no_answer(outcomes, test):
    """An object in place of an answer fails the test, though the test catches everything."""
    item = outcomes[f"test_{test}"]
    assert (str(item.outcome), "object" in item.detail) == ("FAILED", True)


def test_a_test_without_a_stream_has_not_passed(outcomes):
    """To ask for the fixture is not to ask the box."""
    assert str(outcomes["test_asks_nothing"].outcome) == "FAILED"


def test_metric_over_streams(sandbox):
    """Each stream starts from the artefact: who follows is right always, who counts begins at one in each stream."""
    checks = {"follows": metric_of(), "counts": metric_of(scorer="streams.py:counted", predict="counts")}
    given = examined(sandbox, checks)
    assert [given[name].verdict.figure.value for name in checks] == ["1.000", "1.000"]
    assert [item.id for item in given["follows"].verdict.items] == ["answers"]
    assert 0 < float(given["follows"].verdict.figure.baseline) < 1


@pytest.mark.parametrize("predict", ["objects", "texts"])
def test_metric_refuses_other_answers(sandbox, predict):
    """An object and a text are no whole numbers, and nothing is earned."""
    verdict = examined(sandbox, {"figure": metric_of(predict=predict)})["figure"].verdict
    assert (str(verdict.outcome), verdict.earned) == ("FAILED", 0)


def test_a_broken_scorer_is_the_authors(sandbox):
    """Answers are looked at before they are scored, so what the scorer trips over is its own."""
    with pytest.raises(AuthorError):
        examined(sandbox, {"figure": metric_of(scorer="streams.py:broken")})


class Recording(FakeChannel):
    """Answers each observation, and writes down what happened in which order."""

    def __init__(self):
        super().__init__()
        self.happened = []

    def send(self, box, parts):
        question, _ = frames.unpack(b"".join(parts))
        self.happened.append(("sent", question["observation"]))
        super().send(box, parts)

    def queue(self, message):
        """Have a reply lie there before anything is asked."""
        self._replies.append(frames.pack(message, []))

    def receive(self, box):
        self.happened.append(("answered", None))
        return super().receive(box)

    def _answer(self, question):
        return {"value": question["observation"]}


def test_the_next_is_drawn_and_sent_only_after_the_answer():
    """Between any two observations stands a reply: neither is the next one sent before it, nor even made."""
    channel = Recording()

    def source():
        for number in range(4):
            channel.happened.append(("made", number))
            yield number

    box = Box(channel, 1, Notes())
    Stream(box, Handle(box, 3), ".update").answers(source())
    assert channel.happened == [
        step for number in range(4) for step in (("made", number), ("sent", number), ("answered", None))
    ]


def test_a_reply_that_comes_twice_or_early_ends_the_stream():
    """An answer to what was not asked yet is a bad reply, however it is worded."""
    channel, notes = Recording(), Notes()
    box = Box(channel, 1, notes)
    running = Stream(box, Handle(box, 3), ".update")
    assert running.answer(1) == 1
    channel.queue({"id": "0" * 16, "value": 2})
    with pytest.raises(BadReply):
        running.answer(2)
    assert notes.bad
    assert not box.alive

"""Members: a function of the submission is called with one question, and stands for what it stood for when looked up.

Both ends of the wall are real here, without the processes between: what the runner says of an object is what the
proctor goes by. Nothing may be different for an author from what it would be if each name were asked for.
"""

from __future__ import annotations

import types
from collections import deque

import pytest

from grader.proctor.inside.bad_answer import BadReply, Notes
from grader.proctor.inside.box import Box
from grader.proctor.inside.boxes import Boxes
from grader.proctor.inside.handles import Handle, whose
from grader.proctor.inside.keys import Keys
from grader.proctor.inside.members import MAX_NAMES, SUBJECT
from grader.proctor.inside.subject import Subject
from sandbox.runner import frames, serve
from sandbox.runner.objects import MOST_NAMES

SUBMISSION = """
from math import sqrt
from types import SimpleNamespace

LIMIT = 7
_held = 1

def double(number): return 2 * number
def triple(number): return 3 * number
def swap():
    global double, triple
    double, triple = triple, double
def forget():
    global double
    double = 5
def fails(): raise ValueError("no")
def lend(function): return function(double)
def same(thing): return thing
def call(function, argument): return function(argument)

class Stack:
    made = 0
    def __init__(self): self.items = []
    def push(self, item): self.items.append(item); return len(self.items)
    def size(self): return len(self.items)
    def settle(self): self.size = 3
    def shrink(self): type(self).push = 4
    @property
    def top(self): return self.items[-1]
    @classmethod
    def full(cls): return cls()

class Odd:
    def __getattribute__(self, name): return 11
    def method(self): return 12

class Slots:
    __slots__ = ("value",)
    def __init__(self): self.value = 1
    def get(self): return self.value
"""


class Served:
    """A channel to the runner's own answers, given at once.

    Attributes:
        asked: the questions, as they were put.
        change: called with each reply before it is heard.
    """

    def __init__(self):
        self.server = serve.Server(-1, -1)
        module = types.ModuleType("submission")
        exec(SUBMISSION, module.__dict__)  # noqa: S102 - written above
        self.names = self.server._objects.hold_subject(module)
        self.asked = []
        self.change = lambda _reply: None
        self._replies = deque()

    def tell(self, message):
        assert message["op"] in ("begin", "close", "open")

    tell_soon = tell

    def send(self, _box, parts):
        question, blobs = frames.unpack(b"".join(parts))
        self.asked.append(question)
        if question["op"] == "fork":
            self._fork = question["id"]
        if question["op"] == "done":
            reply, sent = {"id": self._fork, "ended": 0}, []
        elif question["op"] in ("load", "fork"):
            reply, sent = {"id": question["id"], "names": self.names, "value": None}, []
        else:
            reply, sent = self.server._answer(question, blobs)
        self.change(reply)
        self._replies.append(frames.pack(reply, sent))

    def receive(self, _box):
        return self._replies.popleft()

    def operations(self):
        """Return what was asked since this was last called."""
        asked, self.asked = [question["op"] for question in self.asked], []
        return asked


@pytest.fixture
def served():
    return Served()


@pytest.fixture
def box(served):
    box = Box(served, 1, Notes())
    box.finish_loading(box.start("load"))
    served.operations()
    return box


@pytest.fixture
def submission(box):
    return Handle(box, SUBJECT)


def test_a_call_is_one_question(submission, served):
    """A function, a class and a method are called by name, whatever they give."""
    assert submission.double(4) == 8
    stack = submission.Stack()
    assert [stack.push(number) for number in "ab"] == [1, 2]
    assert submission.sqrt(9.0) == 3.0
    with pytest.raises(ValueError, match="no"):
        submission.fails()
    assert served.operations() == ["call"] * 6


def test_what_is_no_member_is_asked_for(submission, served):
    """A value, a private name, one that is not there, a property, a class's own method."""
    assert submission.LIMIT == 7
    assert submission._held == 1
    with pytest.raises(AttributeError):
        submission.nothing  # noqa: B018 - asking is the point
    stack = submission.Stack()
    stack.push(5)
    assert stack.top == 5
    assert stack.items == [5]
    assert submission.Slots().get() == 1
    assert served.operations() == ["get", "get", "get", "call", "call", "get", "get", "call", "call"]


def test_a_name_stands_for_what_it_stood_for(submission, served):
    """Looked up before the submission gave its name to something else, a function is the one of before."""
    double = submission.double
    submission.swap()
    assert double(5) == 10
    assert submission.double(5) == 15
    assert served.operations() == ["get", "call", "call", "call"]


def test_it_is_looked_up_once(submission, served):
    """A handle that is called again is the same function, even where the first call gave its name to another."""
    swap, double = submission.swap, submission.double
    assert double(5) == 10
    swap()
    swap()
    submission.swap()
    assert double(5) == 10
    assert served.operations() == ["get", "call", "call", "call", "call", "call"]


def test_a_name_that_comes_to_stand_for_a_value(submission):
    """A method that its own object hides, a function that is overwritten: they are values from then on."""
    stack = submission.Stack()
    assert stack.size() == 0
    stack.settle()
    assert stack.size == 3
    stack.shrink()
    assert stack.push == 4
    submission.forget()
    assert submission.double == 5


def test_an_object_that_answers_for_its_attributes_is_asked(submission, served):
    """Where a class decides what a name gives, nothing is known ahead."""
    assert submission.Odd().method == 11
    assert served.operations() == ["call", "get"]


def test_a_member_is_a_handle_like_any(submission, box, served):
    """It can be sent, to itself too, compared in the box, and lent back in a call of a function that was lent."""
    assert submission.call(submission.double, 4) == 8
    same = submission.same
    assert same(same)(3) == 3
    assert box.equal(submission.double, submission.double)
    assert submission.double.__name__ == "double"
    served.operations()


def test_one_that_is_dropped_is_never_asked_for(submission, box, served):
    """Looking at a name costs nothing, and is no answer either."""
    assert callable(submission.double)
    assert submission.LIMIT == 7
    assert box.notes.asked == 1
    box.confirm()
    assert served.operations() == ["get"]


def test_what_a_test_only_looked_at_is_asked_for_when_it_ends(submission, box, served):
    """A test passes on an answer of its own, not on what was told when the submission was loaded."""
    assert callable(submission.double)
    assert box.notes.asked == 0
    box.confirm()
    assert box.notes.asked == 1
    assert served.operations() == ["get"]


def test_what_only_a_test_before_looked_at_is_no_answer(submission, box, served):
    """Each test is asked for its own."""
    assert callable(submission.double)
    box.begin()
    box.confirm()
    assert box.notes.asked == 0
    assert served.operations() == []


def test_a_fork_knows_what_was_loaded(submission, box):
    """What a test did to the names is gone in the next fork."""
    submission.forget()
    assert submission.double == 5
    box._members.as_loaded()
    assert type(submission.double) is Handle


def test_only_so_many_names_are_told(served):
    """The last ones: what a submission imports all names of stands first."""
    module = types.ModuleType("many")
    exec("\n".join(f"def f{number}(): pass" for number in range(200)), module.__dict__)  # noqa: S102 - written here
    names = served.server._objects.hold_subject(module)
    assert names == [f"f{number}" for number in range(200 - MOST_NAMES, 200)]
    assert MOST_NAMES <= MAX_NAMES


@pytest.mark.parametrize(
    "lie",
    [
        {"gone": 3},
        {"gone": [[0]]},
        {"gone": [[[], "double"]]},
        {"got": "7"},
        {"got": -1},
        {"got": True},
        {"value": {"$": "handle", "v": 4, "names": "push"}},
        {"value": {"$": "handle", "v": 4, "names": [1]}},
        {"value": {"$": "handle", "v": 4, "names": ["a"] * (MAX_NAMES + 1)}},
    ],
    ids=str,
)
def test_a_lie_that_is_none_is_a_bad_reply(submission, served, lie):
    """Names and numbers of another shape than they have."""
    served.change = lambda reply: reply.update(lie)
    with pytest.raises(BadReply):
        submission.double(1)


def test_names_of_too_many_objects_are_a_bad_reply(submission, served):
    """What is remembered of a box is bounded."""
    things = [{"$": "handle", "v": number, "names": ["push"]} for number in range(1, 40)]
    served.change = lambda reply: reply.update(value=things)
    with pytest.raises(BadReply):
        submission.double(1)


def test_a_member_that_is_none(submission, served):
    """A box that tells of what it does not have can forge its own answer, and nothing else."""
    served.names = ["double", "LIMIT", "missing"]
    box = Box(served, 1, Notes())
    box.finish_loading(box.start("load"))
    submission = Handle(box, SUBJECT)
    with pytest.raises(AttributeError):
        submission.missing()
    with pytest.raises(BadReply):
        whose(submission.LIMIT)


def test_a_member_that_is_none_is_found_out_by_a_look(submission, box, served):
    """A test that only looks is asked for what it looked at, and there is nothing."""
    box._members.load(["missing"])
    assert callable(submission.missing)
    with pytest.raises(AttributeError):
        box.confirm()


@pytest.mark.parametrize("isolate", ["box", "test"])
def test_a_look_that_is_found_out_leaves_no_box_and_no_fork(served, isolate):
    """Else eight tests that only look at what a learner takes away would hold all the boxes that there may be."""
    served.names = ["missing"]
    boxes = Boxes(served, Subject("module", {}), Keys(bytes(32)))
    lending = boxes.for_test(isolate, "a test")
    box = lending.__enter__()
    assert callable(Handle(box, SUBJECT).missing)
    with pytest.raises(AttributeError):
        lending.__exit__(None, None, None)
    assert box.alive == (isolate == "test")
    assert box._fork == ""

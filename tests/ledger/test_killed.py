"""Writers and publishers are killed in the middle of what they do, 25 times: nothing that was promised is lost.

The processes are real, and so is SIGKILL; see `ledger_crowd.py`. A power failure is not tried here.
"""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from ledgers import AT
from test_merkle import root_of

from grader.ledger.audit import audit
from grader.ledger.checkpoint import checked_checkpoint
from grader.ledger.export import export
from grader.ledger.exported import audit_export
from grader.ledger.schema import bodies, entries, pending
from grader.merkle import leaf_hash

ROUNDS = 25
CROWD = Path(__file__).with_name("ledger_crowd.py")


@pytest.fixture
def killed(any_ledger, signer, tmp_path):
    """A log after 25 rounds of killing, and what its processes had told."""
    home = tmp_path / "home"
    any_ledger.found(signer, AT)
    url = any_ledger.database.url if any_ledger.database.shared else ""
    home.mkdir(exist_ok=True)
    any_ledger.close()
    command = [sys.executable, str(CROWD), str(home), url, signer.line(), str(ROUNDS)]
    path = os.pathsep.join([str(CROWD.parent), *filter(None, [os.environ.get("PYTHONPATH")])])
    subprocess.run(command, check=True, env={**os.environ, "PYTHONPATH": path}, timeout=240)
    return any_ledger, (home / "told").read_text().splitlines(), home / "export"


def test_nothing_that_was_promised_is_lost(killed, signer):
    """Promises, after 25 rounds of kill -9 of three writers and two publishers, each of these.

    Every checkpoint that was ever handed out re-derives from the entries. No index is there twice and none is missing.
    Everything that a writer was told to be in line is in the log once, and nothing else is. The export is whole.
    """
    ledger, told, folder = killed
    promised = {"award/{}/{}".format(*line.split()[1:]) for line in told if line.startswith("line ")}
    released = [bytes.fromhex(line.split()[1]) for line in told if line.startswith("note ")]
    assert len(promised) > ROUNDS
    assert len(released) > ROUNDS
    last = ledger.publish([signer])

    with ledger.database.reading() as connection:
        leaves = connection.execute(entries.select().order_by(entries.c.idx)).all()
        keys = connection.execute(bodies.select().order_by(bodies.c.idx)).all()
        assert connection.execute(pending.select()).all() == []
    assert [row.idx for row in leaves] == [row.idx for row in keys] == list(range(len(leaves)))
    counted = Counter(row.key for row in keys[1:])
    assert set(counted.values()) == {1}
    assert promised <= set(counted)
    # a key that nobody was told of was in the hands of a writer when it was killed: the next one asked for it again
    assert len(set(counted) - promised) <= 3

    hashes = [leaf_hash(row.leaf) for row in leaves]
    for size, root, text in sorted({(one.size, one.root, one.text) for one in map(checked(signer), {*released, last})}):
        assert root_of(hashes[:size]) == root, text
    assert audit(ledger).findings == ()
    export(ledger, folder)
    assert audit_export(folder, signer.verifier.vkey, released).findings == ()


def checked(signer):
    """Reads a checkpoint that the log's key has signed."""
    return lambda note: checked_checkpoint(note, [signer.verifier])

"""Suspending and reinstating by commands: as revoking, and the site of the export tells it."""

import pytest
from attempts import put_graded
from command import grader

from grader.canonical import digest_bytes
from grader.store import Store

AT_SCHOOL = {"GRADER_ISSUER": "School of Examples", "GRADER_PUBLIC_URL": "https://school.example/badges"}


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """An installation with keys and one certified attempt."""
    folder = tmp_path_factory.mktemp("house")
    home = folder / "home"
    assert run(folder, "keys", "new").returncode == 0
    (folder / "trust.toml").write_text(run(folder, "keys", "show", "--trust").stdout)
    store = Store(home)
    put_graded(store, "a1")
    store.database.close()
    done = run(folder, "certify", "a1", "--out", folder / "a1.zip")
    assert done.returncode == 0, done.stderr
    return folder


def run(folder, *words):
    done = grader(*words, home=folder / "home", **AT_SCHOOL)
    assert "Traceback" not in done.stderr
    return done


def verify(house, *lists):
    words = [word for one in lists for word in ("--status", one)]
    return run(house, "verify", house / "a1.zip", "--trust", house / "trust.toml", *words)


def test_the_whole_way_of_a_suspension(house):
    """Promises that suspended it is refused, reinstated it is established, by lists that the export hands out."""
    suspension = house / "public" / "status" / "1" / "suspension"
    told = verify(house)
    assert "not suspended as of" in told.stdout
    done = run(house, "suspend", "a1", "--reason", "looked into", "--out", house / "held.json")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("suspended; the status list that says so is")
    assert run(house, "ledger", "export", house / "public").returncode == 0
    assert suspension.read_bytes() == (house / "held.json").read_bytes()
    refused = verify(house, suspension)
    assert refused.returncode == 1
    assert "is suspended by its issuer" in refused.stdout
    assert "it is suspended" in run(house, "certify", "a1", "--out", house / "a1.zip").stderr
    assert run(house, "reinstate", "a1", "--reason", "nothing was found").returncode == 0
    assert run(house, "ledger", "export", house / "public").returncode == 0
    assert suspension.read_bytes() == (house / "home" / "status-lists" / "suspension.json").read_bytes()
    assert verify(house, suspension).returncode == 0
    assert "sound" in run(house, "ledger", "audit").stdout


def test_every_list_of_an_export_is_in_its_log(house):
    """Promises that whoever has the site finds each list's digest in a leaf, and that exporting again adds none."""
    for _ in range(2):
        assert run(house, "ledger", "export", house / "again").returncode == 0
        leaves = b"".join(
            path.read_bytes() for path in (house / "again" / "tile" / "entries").rglob("*") if path.is_file()
        )
        for purpose in ("revocation", "suspension"):
            content = (house / "again" / "status" / "1" / purpose).read_bytes()
            assert digest_bytes(content).encode() in leaves
    assert len({path.name for path in (house / "again" / "tile" / "entries").rglob("*") if path.is_file()}) == 1


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["suspend", "a9", "--reason", "why"], 2, "there is no certificate"),
        (["reinstate", "a9", "--reason", "why"], 2, "there is no certificate"),
        (["suspend", "a1"], 2, "--reason"),
        (["suspend", "a1", "--reason", "zwei\nZeilen"], 1, "reason"),
        (["suspend", "a1", "--reason", ""], 1, "reason"),
    ],
)
def test_what_cannot_be_is_told(house, words, code, sentence):
    done = run(house, *words)
    assert done.returncode == code
    assert sentence in done.stderr

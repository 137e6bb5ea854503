"""The commands of certificates as a person uses them: sentences, files, exit codes. Nothing is graded, so no Docker."""

import io
import json
import zipfile
from contextlib import closing

import pytest
from attempts import put_graded
from bundles import TRUST, bundle_of
from command import grader
from pypdf import PdfReader

from grader.certify.bundle import read_bundle, write_bundle
from grader.ledger import Ledger
from grader.ledger.keyfile import read_key
from grader.store import Store

ISSUER = {"GRADER_ISSUER": "School of Examples"}


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """An installation with keys, two certified attempts of which one is revoked, and one that cannot be certified."""
    folder = tmp_path_factory.mktemp("house")
    home = folder / "home"
    made = grader("keys", "new", home=home, **ISSUER)
    assert made.returncode == 0, made.stderr
    (folder / "trust.toml").write_text(grader("keys", "show", "--trust", home=home, **ISSUER).stdout)
    store = Store(home)
    put_graded(store, "a1")
    put_graded(store, "a2", learner="bob")
    uncounted = {"practice_only": ("memory: it counts no memory",)}
    put_graded(store, "a3", learner="eve", passed=False, circumstances=uncounted)
    store.database.close()
    for attempt in ("a1", "a2"):
        done = grader("certify", attempt, "--name", "Ada Lovelace", "--out", folder / f"{attempt}.certificate.zip",
                      home=home, **ISSUER)  # fmt: skip
        assert done.returncode == 0, done.stderr
    revoked = grader("revoke", "a2", "--reason", "copied", "--out", folder / "list.json", home=home, **ISSUER)
    assert revoked.returncode == 0, revoked.stderr
    return folder


def run(house, *words, **settings):
    done = grader(*words, home=house / "home", **{**ISSUER, **settings})
    assert "Traceback" not in done.stderr
    return done


def verify(house, file, *words):
    return run(house, "verify", file, *words)


def test_a_good_certificate_is_established_and_every_signed_line_is_shown(house):
    done = verify(house, house / "a1.certificate.zip", "--trust", house / "trust.toml")
    assert done.returncode == 0, done.stdout
    assert done.stdout.startswith("Established, for you and as of ")
    for line in ("Ada Lovelace", "Sorting and searching", "93.33 of 100", "public: anybody could have read them"):
        assert line in done.stdout
    assert "who wrote the code, and with what help" in done.stdout.partition("Not established:")[2]


def test_without_a_trust_file_it_is_by_nobody_you_trust_and_the_one_in_home_is_the_default(house):
    done = verify(house, house / "a1.certificate.zip")
    assert done.returncode == 6
    assert "by nobody you trust" in done.stdout
    (house / "home" / "trust.toml").write_bytes((house / "trust.toml").read_bytes())
    try:
        assert verify(house, house / "a1.certificate.zip").returncode == 0
    finally:
        (house / "home" / "trust.toml").unlink()


def test_a_revoked_certificate_is_refused_by_the_new_list(house):
    told = verify(house, house / "a2.certificate.zip", "--trust", house / "trust.toml")
    assert "was not revoked as of" in told.stdout
    done = verify(house, house / "a2.certificate.zip", "--trust", house / "trust.toml", "--status", house / "list.json")
    assert done.returncode == 1
    assert "REFUSED" in done.stdout
    assert "was revoked by its issuer" in done.stdout


@pytest.mark.parametrize("part", ["credential.json", "leaf.json", "private.json", "certificate.tlog-proof"])
def test_tampered_at_any_file_of_the_bundle_it_is_refused(house, tmp_path, part):
    """As somebody would: unpacked, changed, packed again by any program; or written as we write it."""
    content = (house / "a1.certificate.zip").read_bytes()
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"1", b"2", 1) if name == part else old.read(name))
    (tmp_path / "packed.zip").write_bytes(file.getvalue())
    bundle = read_bundle(content)
    field = {"credential.json": "credential", "leaf.json": "leaf", "private.json": "private"}.get(part, "proof")
    changed = {name: getattr(bundle, name) for name in bundle.__dataclass_fields__}
    changed[field] = changed[field].replace(b"1", b"2", 1)
    (tmp_path / "written.zip").write_bytes(write_bundle(type(bundle)(**changed)))
    for name in ("packed.zip", "written.zip"):
        assert verify(house, tmp_path / name, "--trust", house / "trust.toml").returncode == 1


def test_json_says_the_same(house):
    done = verify(house, house / "a1.certificate.zip", "--trust", house / "trust.toml", "--json")
    told = json.loads(done.stdout)
    assert (told["standing"], told["trusted_as"]) == ("established", "School of Examples")
    assert {"label": "learner", "value": "Ada Lovelace"} in told["signed"]


def test_a_complete_forgery_is_exit_6(house, tmp_path):
    (tmp_path / "forged.zip").write_bytes(write_bundle(bundle_of()))
    assert TRUST.issuers
    assert verify(house, tmp_path / "forged.zip", "--trust", house / "trust.toml").returncode == 6


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x1b[2J", b"{}", b"\x89PNG\r\n\x1a\n", b"[" * 100_000])
def test_anything_else_is_refused_and_acts_on_no_terminal(house, tmp_path, content):
    (tmp_path / "odd\x1b.zip").write_bytes(content)
    done = verify(house, tmp_path / "odd\x1b.zip")
    assert done.returncode == 1
    assert "\x1b" not in done.stdout + done.stderr


def test_a_file_or_a_trust_file_that_is_not_there_or_wrong_is_exit_2(house, tmp_path):
    (tmp_path / "trust.toml").write_text("[[log]]\nvkey = 'x'\n")
    (tmp_path / "typo.toml").write_text("[[isuer]]\n")
    for words in (
        [tmp_path / "none.zip"],
        [tmp_path],
        [house / "a1.certificate.zip", "--trust", tmp_path / "none.toml"],
        [house / "a1.certificate.zip", "--trust", tmp_path / "trust.toml"],
        [house / "a1.certificate.zip", "--trust", tmp_path / "typo.toml"],
    ):
        assert verify(house, *words).returncode == 2


def test_certified_again_it_is_the_same_file_and_another_file_is_not_overwritten(house, tmp_path):
    done = run(house, "certify", "a1", "--name", "Eve", "--out", tmp_path / "again.zip")
    assert done.returncode == 0
    assert (tmp_path / "again.zip").read_bytes() == (house / "a1.certificate.zip").read_bytes()
    (tmp_path / "mine.txt").write_text("mine")
    assert run(house, "certify", "a1", "--out", tmp_path / "mine.txt").returncode == 2
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_what_speaks_against_it_is_told_and_is_exit_1(house):
    done = run(house, "certify", "a3")
    assert done.returncode == 1
    assert "refused: this attempt cannot be certified:" in done.stderr
    assert "it did not pass" in done.stderr
    assert "memory: it counts no memory" in done.stderr


def test_without_an_issuer_or_keys_nothing_is_certified(house, tmp_path):
    assert "GRADER_ISSUER" in run(house, "certify", "a1", GRADER_ISSUER="").stderr
    done = grader("certify", "a1", home=tmp_path / "empty", **ISSUER)
    assert done.returncode == 2
    assert "grader keys new" in done.stderr
    again = run(house, "keys", "new")
    assert again.returncode == 2
    assert "never overwritten" in again.stderr


def test_no_key_is_ever_shown(house):
    secrets = [(house / "home" / "keys" / name).read_text().strip() for name in ("issuer.key", "log.key")]
    shown = run(house, "keys", "show").stdout + (house / "trust.toml").read_text()
    assert not any(secret in shown for secret in secrets)
    assert all((house / "home" / "keys" / name).stat().st_mode & 0o077 == 0 for name in ("issuer.key", "log.key"))


def test_the_ledger_is_sound_shown_exported_and_audited_from_its_files(house, tmp_path):
    assert "sound" in run(house, "ledger", "audit").stdout
    assert "award" in run(house, "ledger", "show", 1).stdout
    assert run(house, "ledger", "show", 99).returncode == 2
    done = run(house, "ledger", "export", tmp_path / "public")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "public" / "status-lists" / "revocation.json").is_file()
    assert "Check a certificate" in (tmp_path / "public" / "verify.html").read_text(encoding="utf-8")
    names = b"".join(path.read_bytes() for path in (tmp_path / "public").rglob("*") if path.is_file())
    assert b"Ada" not in names
    vkey = next(line.split()[-1] for line in run(house, "keys", "show").stdout.splitlines() if "ledger" in line)
    (tmp_path / "old.tlog-proof").write_bytes(read_bundle((house / "a1.certificate.zip").read_bytes()).proof)
    words = ("ledger", "audit", "--export", tmp_path / "public", "--vkey", vkey, "--old", tmp_path / "old.tlog-proof")
    assert run(house, *words).returncode == 0
    told = run(house, "ledger", "consistency", tmp_path / "old.tlog-proof")
    assert told.returncode == 0
    assert told.stdout.startswith("yes")
    tile = next((tmp_path / "public" / "tile" / "0").rglob("*.p/*"))
    tile.write_bytes(bytes(len(tile.read_bytes())))
    found = run(house, *words, "--json")
    assert found.returncode == 1
    assert json.loads(found.stdout)["findings"]


def test_a_ledger_that_lost_entries_is_told_by_an_older_checkpoint(house, tmp_path):
    """As after a database was restored from an older copy."""
    with closing(Ledger(house / "home")) as opened:
        (tmp_path / "checkpoint").write_bytes(opened.checkpoint())
    with closing(Ledger(tmp_path / "older")) as opened:
        opened.found(read_key(house / "home" / "keys" / "log.key"), "2026-11-28T12:00:00Z")
    done = grader("ledger", "consistency", tmp_path / "checkpoint", home=tmp_path / "older", **ISSUER)
    assert done.returncode == 1
    assert "entries were lost" in done.stdout
    assert grader("ledger", "consistency", tmp_path / "checkpoint", home=tmp_path / "none", **ISSUER).returncode == 2


def test_the_roadmap_says_what_is_there_and_what_is_missing(house):
    done = run(house, "skills", "ada")
    assert "Sorting and searching: Can do (1), certified" in done.stdout
    assert "NLP engineer: missing Cleaning tables at level 1; Text classification at level 2" in done.stdout
    told = json.loads(run(house, "skills", "bob", "--json").stdout)
    reached = {one["id"]: one["level"] for one in told["skills"] if one["level"]}
    assert reached == {"algorithms/sorting": "1"}
    assert len(told["skills"]) > 1
    assert not any(one["certified"] for one in told["skills"])
    assert run(house, "skills", "nobody").returncode == 0


def test_what_people_look_at_says_where_it_is_checked(house, tmp_path):
    """A page, a PDF that carries the bundle, and a picture that is a certificate itself; none without an address."""
    files = {option: tmp_path / f"a1.{option}" for option in ("page", "pdf", "badge")}
    words = [word for option, path in files.items() for word in (f"--{option}", path)]
    bundle = house / "a1.certificate.zip"
    told = run(house, "certify", "a1", "--out", bundle, *words)
    assert told.returncode == 2
    assert "GRADER_PUBLIC_URL" in told.stderr
    assert not any(path.exists() for path in files.values())


def test_they_are_written_for_who_has_an_address(tmp_path):
    """The whole way of an issuer with a site: keys, a certificate in each form, the export, the check."""
    at_school = {**ISSUER, "GRADER_PUBLIC_URL": "https://school.example/badges"}
    home = tmp_path / "home"
    assert grader("keys", "new", home=home, **at_school).returncode == 0
    (tmp_path / "trust.toml").write_text(grader("keys", "show", "--trust", home=home, **at_school).stdout)
    store = Store(home)
    put_graded(store, "a1")
    store.database.close()
    files = {option: tmp_path / f"a1.{option}" for option in ("page", "pdf", "badge")}
    words = [word for option, path in files.items() for word in (f"--{option}", path)]
    bundle = tmp_path / "a1.certificate.zip"
    done = grader("certify", "a1", "--name", "Ada Lovelace", "--out", bundle, *words, home=home, **at_school)
    assert done.returncode == 0, done.stderr
    page = files["page"].read_text(encoding="utf-8")
    assert "Ada Lovelace" in page
    assert "https://school.example/badges/verify.html#urn:uuid:" in page
    carried = {name: whole[0] for name, whole in PdfReader(files["pdf"]).attachments.items()}
    assert carried["a1.certificate.zip"] == bundle.read_bytes()
    for file in (bundle, files["badge"]):
        checked = grader("verify", file, "--trust", tmp_path / "trust.toml", home=home, **at_school)
        assert checked.returncode == 0, checked.stdout
    assert grader("ledger", "export", tmp_path / "public", home=home, **at_school).returncode == 0
    site = {path.relative_to(tmp_path / "public").as_posix() for path in (tmp_path / "public").rglob("*")}
    assert {"verify.html", "did.json", "checkpoint", "status/1/revocation"} <= site

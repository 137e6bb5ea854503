"""The trust file: whom a reader trusts is what the reader wrote down, strictly read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from credential_samples import DID, KEY, OTHER_KEY, WEB

from grader.credential import NOBODY, did, load_trust
from grader.errors import UsageError


def written(folder: Path, text: str) -> Path:
    path = folder / "trust.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_issuers_are_read_with_their_keys(tmp_path: Path) -> None:
    """Promises keys from a DID document beside the file, from a list, and from a did:key itself; logs as they are."""
    document = did.did_document(WEB, [OTHER_KEY.multikey, KEY.multikey])
    (tmp_path / "school.json").write_text(json.dumps(document), encoding="utf-8")
    trust = load_trust(
        written(
            tmp_path,
            f'[[issuer]]\ndid = "{WEB}"\nname = "School"\ndocument = "school.json"\n'
            f'[[issuer]]\ndid = "{DID}"\n'
            f'[[issuer]]\ndid = "did:web:other.example"\nkeys = ["{KEY.multikey}"]\n'
            '[[log]]\nvkey = "school.example/log+1234+AAAA"\nquorum = 2\n',
        )
    )
    assert set(trust.issuers) == {WEB, DID, "did:web:other.example"}
    assert trust.issuers[WEB].keys == did.keys_of(document, WEB)
    assert trust.issuers[WEB].name == "School"
    assert trust.issuers[DID].keys == did.own_keys(DID)
    assert list(trust.issuers["did:web:other.example"].keys.values()) == [KEY.multikey]
    assert trust.logs == ({"vkey": "school.example/log+1234+AAAA", "quorum": 2},)


def test_an_empty_file_trusts_nobody(tmp_path: Path) -> None:
    """Promises that trust is what is written, and nothing is by default."""
    assert load_trust(written(tmp_path, "")) == NOBODY


BAD = [
    ("not TOML", "[[issuer"),
    ("expected tables", "[issuer]\n"),
    ("expected tables", "issuer = 7"),
    ("expected tables", "witness = 1"),
    ("expected tables", 'log = ["vkey"]'),
    ("expected did:web", "[[issuer]]\n"),
    ("expected did:web", '[[issuer]]\ndid = "https://a.example"\n'),
    ("there is no key keyes", f'[[issuer]]\ndid = "{DID}"\nkeyes = []\n'),
    ("has no keys here", f'[[issuer]]\ndid = "{WEB}"\n'),
    ("is no Ed25519 public key", f'[[issuer]]\ndid = "{WEB}"\nkeys = ["{KEY.secret_multikey}"]\n'),
    ("keys is a list", f'[[issuer]]\ndid = "{WEB}"\nkeys = "{KEY.multikey}"\n'),
    ("keys is a list", f'[[issuer]]\ndid = "{WEB}"\nkeys = [7]\n'),
    ("are texts", f'[[issuer]]\ndid = "{WEB}"\nname = 7\n'),
    ("cannot be read", f'[[issuer]]\ndid = "{WEB}"\ndocument = "nowhere.json"\n'),
    ("is its own key", f'[[issuer]]\ndid = "{DID}"\nkeys = ["{OTHER_KEY.multikey}"]\n'),
    ("is there twice", f'[[issuer]]\ndid = "{DID}"\n[[issuer]]\ndid = "{DID}"\n'),
    ("no Ed25519", '[[issuer]]\ndid = "did:key:z6MkNothing"\n'),
]


@pytest.mark.parametrize(("words", "text"), BAD)
def test_a_wrong_file_says_what_is_wrong(tmp_path: Path, words: str, text: str) -> None:
    """Promises that a misspelt trust is an error of the command line, never a silent distrust or trust."""
    with pytest.raises(UsageError, match=words):
        load_trust(written(tmp_path, text))


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    """Promises a sentence for a path that leads nowhere."""
    with pytest.raises(UsageError, match="cannot be read"):
        load_trust(tmp_path / "trust.toml")


def test_a_document_of_another_issuer_is_refused(tmp_path: Path) -> None:
    """Promises that a document saved under the wrong issuer does not lend it its keys."""
    (tmp_path / "a.json").write_text(json.dumps(did.did_document(DID, [KEY.multikey])), encoding="utf-8")
    with pytest.raises(UsageError, match="not of"):
        load_trust(written(tmp_path, f'[[issuer]]\ndid = "{WEB}"\ndocument = "a.json"\n'))

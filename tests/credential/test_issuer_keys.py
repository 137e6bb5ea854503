"""Keys and names of issuers: Multikey, did:key, did:web, the DID document, and the file of a key."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from credential_samples import DID, KEY, OTHER_KEY, WEB
from hypothesis import given
from hypothesis import strategies as st

from grader.credential import Refused, did
from grader.credential.key_file import load_key, make_key
from grader.credential.multikey import (
    SigningKey,
    from_multibase,
    is_signed,
    multibase,
    public_bytes,
    signing_key,
)
from grader.errors import UsageError


@given(st.binary(max_size=64))
def test_multibase_is_reversible(content: bytes) -> None:
    """Promises that each text has one content and each content one text."""
    assert from_multibase(multibase(content)) == content


@given(st.text(alphabet="123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz", max_size=80))
def test_no_two_texts_have_one_content(text: str) -> None:
    """Promises that a signature or key cannot be spelled in another way."""
    assert multibase(from_multibase("z" + text)) == "z" + text


@pytest.mark.parametrize(
    "text", ["", "z0", "zO", "zl", "m" + KEY.multikey[1:], KEY.multikey[:-1], KEY.multikey + "1", KEY.secret_multikey,
             "z" + "2" * 200, "zé"],
)  # fmt: skip
def test_what_is_no_public_key_is_refused(text: str) -> None:
    """Promises that only the 32 bytes of an Ed25519 public key pass for one; a secret key does not."""
    with pytest.raises(Refused):
        public_bytes(text)


def test_a_key_does_not_show_its_secret() -> None:
    """Promises that a key in a log line or a traceback gives nothing away."""
    seed = KEY.seed.hex()
    assert seed not in repr(KEY)
    assert KEY.secret_multikey not in f"{KEY} {KEY!r}"
    assert KEY.multikey in repr(KEY)


def test_a_signature_is_of_one_key_and_one_message() -> None:
    """Promises that a signature holds for its message and key only; and that signing twice gives the same."""
    signature = KEY.sign(b"message")
    assert signature == KEY.sign(b"message")
    assert is_signed(KEY.multikey, b"message", signature)
    assert not is_signed(OTHER_KEY.multikey, b"message", signature)
    assert not is_signed(KEY.multikey, b"massage", signature)
    assert not is_signed(KEY.multikey, b"message", signature + b"\0")


# --- DIDs -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "name", "path"),
    [
        ("https://school.example", "did:web:school.example", ".well-known/did.json"),
        ("https://school.example/", "did:web:school.example", ".well-known/did.json"),
        ("https://school.example:8443/badges/cs", "did:web:school.example%3A8443:badges:cs", "badges/cs/did.json"),
    ],
)
def test_did_web_is_its_url(url: str, name: str, path: str) -> None:
    """Promises the names and places of the did:web method."""
    assert did.did_web(url) == name
    assert did.document_path(name) == path


@pytest.mark.parametrize(
    "url", ["http://school.example", "https://", "https://a/?b", "school", "https://u@a", "https://a/%2e"]
)
def test_other_urls_name_no_issuer(url: str) -> None:
    """Promises that what did:web cannot spell is refused with what would do."""
    with pytest.raises(UsageError, match="expected https://host"):
        did.did_web(url)


def test_every_key_ever_used_stays_in_the_document() -> None:
    """Promises that a certificate signed before a rotation still finds its key."""
    document = did.did_document(WEB, [OTHER_KEY.multikey, KEY.multikey])
    assert json.loads(json.dumps(document)) == document
    assert did.keys_of(document, WEB) == {
        f"{WEB}#{OTHER_KEY.multikey}": OTHER_KEY.multikey,
        f"{WEB}#{KEY.multikey}": KEY.multikey,
    }


def test_a_key_outside_assertion_method_is_no_key_for_certificates() -> None:
    """Promises that a key which the document lists for something else certifies nothing."""
    document = did.did_document(WEB, [OTHER_KEY.multikey, KEY.multikey])
    document["authentication"] = document["assertionMethod"][:1]
    document["assertionMethod"] = document["assertionMethod"][1:]
    assert list(did.keys_of(document, WEB).values()) == [KEY.multikey]


def test_a_document_of_somebody_else_is_refused() -> None:
    """Promises that neither a document nor a key in it can speak for another issuer."""
    document = did.did_document(WEB, [KEY.multikey])
    with pytest.raises(Refused, match="not of"):
        did.keys_of(document, "did:web:bank.example")
    for member, value in (("controller", DID), ("id", f"{DID}#{KEY.multikey}"), ("publicKeyMultibase", "z6Mk")):
        bad = did.did_document(WEB, [KEY.multikey])
        bad["verificationMethod"][0][member] = value
        bad["assertionMethod"] = [bad["verificationMethod"][0]["id"]]
        with pytest.raises(Refused):
            did.keys_of(bad, WEB)


def test_a_did_key_is_its_own_key() -> None:
    """Promises that a did:key needs no document, and that a did:web has no key by itself."""
    assert did.own_keys(DID) == {f"{DID}#{KEY.multikey}": KEY.multikey}
    assert did.own_keys(WEB) == {}
    with pytest.raises(Refused):
        did.own_keys("did:key:zDnaegE6RR3atJtHKwTRTWHsJ3kNHqFwv7n9YjTgmU7TyfU76")


# --- the file ---------------------------------------------------------------------------------------------------------


def test_a_key_file_is_for_its_owner_only(tmp_path: Path) -> None:
    """Promises mode 0600, one line, and the same key when read again."""
    path = tmp_path / "keys" / "issuing.key"
    key = make_key(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert load_key(path) == key == signing_key(path.read_text().strip())
    assert make_key(tmp_path / "another.key") != key


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o666, 0o644, 0o601])
def test_a_looser_file_is_refused(tmp_path: Path, mode: int) -> None:
    """Promises that a key which others may have read is not used, and says what would do."""
    path = tmp_path / "issuing.key"
    make_key(path)
    path.chmod(mode)
    with pytest.raises(UsageError, match=r"expected mode 0600.*chmod 600"):
        load_key(path)


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    """Promises that making a key where one is loses nothing."""
    path = tmp_path / "issuing.key"
    key = make_key(path)
    with pytest.raises(UsageError, match="never overwritten"):
        make_key(path)
    assert load_key(path) == key


@pytest.mark.parametrize("content", [b"", b"z3u2", b"\xff\xfe", KEY.multikey.encode(), b"x" * 10_000])
def test_a_file_without_a_key_says_so(tmp_path: Path, content: bytes) -> None:
    """Promises a sentence for every file that holds something else, and that it does not print what it holds."""
    path = tmp_path / "issuing.key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(UsageError, match="holds no issuing key") as caught:
        load_key(path)
    assert "xxxx" not in str(caught.value)


def test_what_is_no_file_says_so(tmp_path: Path) -> None:
    """Promises an answer, not a wait, for a folder, a pipe, or nothing at all."""
    os.mkfifo(tmp_path / "pipe", 0o600)
    for name in (".", "pipe", "nothing"):
        with pytest.raises(UsageError):
            load_key(tmp_path / name)


def test_a_seed_gives_its_key() -> None:
    """Promises RFC 8032's first test vector: seed to public key, and the signature of nothing."""
    key = SigningKey(bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"))
    assert public_bytes(key.multikey).hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert key.sign(b"").hex().startswith("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8")

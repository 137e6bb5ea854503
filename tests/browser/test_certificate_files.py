"""The PDF of a certificate and the exported site, as files: read back by programs that did not write them."""

import io
import json

import pypdf
import pytest
from claims import digest
from school import AT, School

from grader.certify.bundle import write_bundle
from grader.credential import Refused, issue
from grader.credential.claim import DEMO, Issuer, identified
from grader.errors import UsageError
from grader.ledger.exported import audit_export
from grader.render.pdf import certificate_pdf
from grader.render.site import page_url

URL = "https://school.example/badges/verify.html#urn:uuid:1"


@pytest.fixture
def school(tmp_path):
    (tmp_path / "home").mkdir()
    return School(tmp_path / "home")


def test_a_pdf_carries_the_very_bytes_that_prove_it(school):
    bundle = school.bundle(school.claim())
    packed = write_bundle(bundle)
    content = certificate_pdf(bundle.credential, url=URL, attached={"ada.certificate.zip": packed})
    read = pypdf.PdfReader(io.BytesIO(content))
    assert {name: files[0] for name, files in read.attachments.items()} == {
        "credential.json": bundle.credential,
        "ada.certificate.zip": packed,
    }
    text = " ".join(" ".join(page.extract_text() for page in read.pages).split())
    for words in ("Text classification", "Ada Lovelace", "20 November 2026", "44 / 50", "84 / 100", "proves nothing"):
        assert words in text
    for words in (digest("report"), URL):
        assert words in text.replace(" ", "")
    assert b"pdfaid:part>3<" in content.replace(b"\n", b"")


def test_the_same_certificate_is_the_same_pdf(school):
    credential = issue(school.claim(), school.key, created=AT)
    assert certificate_pdf(credential, url=URL) == certificate_pdf(credential, url=URL)
    assert len({certificate_pdf(credential, url=url) for url in (URL, URL + "2")}) == 2


def test_a_demonstration_says_so_on_paper(school):
    claim = school.claim(issuer=Issuer(did=school.did, name=DEMO))
    content = certificate_pdf(issue(claim, school.key, created=AT), url=URL)
    assert "DEMO: issued for demonstration" in pypdf.PdfReader(io.BytesIO(content)).pages[0].extract_text()


def test_names_are_text_to_the_typesetter(school):
    """Nothing in a name is read as Typst: no file, no code, no markup."""
    name = '#read("credential.json") *bold* $x$ \\ "] //'
    claim = school.claim(learner=identified(name, "x", "userName", bytes(16)))
    content = certificate_pdf(issue(claim, school.key, created=AT), url=URL)
    assert '#read("credential.json")' in pypdf.PdfReader(io.BytesIO(content)).pages[0].extract_text()


@pytest.mark.parametrize("name", ["Ádám Żółć", "Ольга", "Ελένη", "יעל כהן"])
def test_names_of_many_scripts_are_set(school, name):
    claim = school.claim(learner=identified(name, "x", "userName", bytes(16)))
    assert certificate_pdf(issue(claim, school.key, created=AT), url=URL).startswith(b"%PDF")


def test_only_certificates_of_ours_are_set(school):
    signed = json.loads(issue(school.claim(), school.key, created=AT))
    with pytest.raises(Refused, match="not in the form"):
        certificate_pdf(json.dumps(signed | {"name": "Another"}).encode(), url=URL)


def test_the_site_is_a_log_that_others_can_audit_with_lists_and_keys_at_their_addresses(school, tmp_path):
    school.bundle(school.claim())
    site = tmp_path / "site"
    assert school.export(site) == site / "verify.html"
    assert audit_export(site, school.signer.verifier.vkey).sound
    assert json.loads((site / "did.json").read_bytes())["id"] == school.did
    revocation = json.loads((site / "status/1/revocation").read_bytes())
    assert revocation["id"] == "https://school.example/badges/status/1/revocation"
    school.bundle(school.claim("bob"))
    school.export(site)
    assert audit_export(site, school.signer.verifier.vkey).sound


def test_the_site_holds_nothing_of_a_learner(school, tmp_path):
    bundle = school.bundle(school.claim())
    site = tmp_path / "site"
    school.export(site)
    private = json.loads(bundle.private)
    for path in filter(lambda one: one.is_file(), site.rglob("*")):
        content = path.read_bytes()
        for told in (b"Ada Lovelace", digest("submission").encode(), private["nonce"].encode(), bundle.credential[:60]):
            assert told not in content, path


def test_a_host_of_its_own_has_its_document_where_did_web_looks_for_it(tmp_path):
    (tmp_path / "home").mkdir()
    school = School(tmp_path / "home", did="did:web:school.example")
    school.export(tmp_path / "site")
    assert json.loads((tmp_path / "site/.well-known/did.json").read_bytes())["id"] == "did:web:school.example"
    assert (tmp_path / "site/badges/status/1/suspension").exists()


def test_a_list_that_would_lie_elsewhere_is_refused(school, tmp_path):
    document = json.loads(school.status_list("revocation"))
    for name in ("../up/revocation", "tile/revocation", "a/../b/revocation", "checkpoint", "verify.html", ".git/x"):
        bad = json.dumps(document | {"id": f"https://school.example/badges/{name}"}).encode()
        with pytest.raises(UsageError, match="cannot lie on the site"):
            school.export(tmp_path / "site", lists=[bad])


def test_an_address_holds_page_and_certificate():
    assert page_url("https://school.example/badges/", "urn:uuid:1") == URL

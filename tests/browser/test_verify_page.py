"""The page that checks certificates, in a real Chromium, opened from a disk as a copy of the site would be.

A school issues certificates into a real ledger and exports its site; each test hands the page a file and reads what a
person would. At the end of each, the page must have asked for nothing and complained of nothing.
"""

import base64
import json
import struct
import zipfile
import zlib
from dataclasses import replace
from io import BytesIO

import pytest
from claims import digest
from school import AT, LATER, PLACES, School

from grader.certify.bundle import Bundle, write_bundle
from grader.credential import badge_image, issue
from grader.credential.claim import DEMO, Issuer
from grader.credential.multikey import SigningKey
from grader.credential.proof import RDFC

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def school(tmp_path_factory):
    return School(tmp_path_factory.mktemp("school"))


@pytest.fixture(scope="module")
def bundles(school):
    return {
        name: school.bundle(school.claim(who))
        for name, who in {"good": "ada", "revoked": "bob", "suspended": "eve"}.items()
    }


@pytest.fixture(scope="module")
def site(school, bundles, tmp_path_factory):
    return school.export(tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """A school named DEMO, which certifies an example that ships, and its site."""
    demo = School(tmp_path_factory.mktemp("demo"), name=DEMO, did="did:web:demo.example", seed="demo")
    claim = demo.claim()
    bundle = demo.bundle(replace(claim, evidence=replace(claim.evidence, known_example=True, pack_is_public=True)))
    return bundle, demo.export(tmp_path_factory.mktemp("demo-site"))


@pytest.fixture
def visit(browser):
    """Open a site's page; at the end nothing was asked for but the page, and nothing was complained of."""
    contexts, heard = [], []

    def visit(page_path, *, scheme="light", fragment=""):
        context = browser.new_context(color_scheme=scheme)
        contexts.append(context)
        page = context.new_page()
        address = page_path.as_uri()
        page.on("console", lambda message: heard.append(message.text))
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.on("dialog", lambda dialog: heard.append(f"dialog {dialog.message}"))
        page.on("request", lambda request: request.url == address or heard.append(request.url))
        page.goto(address + fragment)
        page.wait_for_function("!document.getElementById('file').disabled")
        return page

    yield visit
    for context in contexts:
        context.close()
    assert heard == []


def hand_over(page, content, name="a.certificate.zip"):
    """Choose a file, as a person would, and wait for the answer; returns headline and findings by standing."""
    content = write_bundle(content) if isinstance(content, Bundle) else content
    page.evaluate("document.getElementById('result').replaceChildren()")
    page.set_input_files("#file", {"name": name, "mimeType": "application/octet-stream", "buffer": content})
    page.wait_for_selector("#answer", timeout=20_000)
    found: dict[str, list[str]] = {"headline": [page.inner_text("#answer")], "whole": [page.inner_text("#result")]}
    for item in page.query_selector_all(".findings > li"):
        found.setdefault(item.query_selector(".word").inner_text(), []).append(item.query_selector("p").inner_text())
    return found


# --- what a person reads ----------------------------------------------------------------------------------------------


def test_a_good_certificate_is_shown_with_all_that_is_established_and_what_is_not(visit, site, bundles):
    found = hand_over(visit(site), bundles["good"])
    assert found["headline"] == ["✓ Signed by School of Examples, and in its ledger"]
    assert "Refused" not in found
    assert "Not known" not in found
    assert len(found["Established"]) == 6
    for part in ("by the word of whoever runs this site", "not a letter of it was changed", "is entry 1 of the log"):
        assert any(part in sentence for sentence in found["Established"]), part
    as_of = "27 November 2026, 10:00 UTC"
    said = f"It was not revoked as of {as_of}, and not suspended as of {as_of}, says the newest status list at hand."
    assert said in found["Established"]
    assert found["Not established"][0] == "Who wrote the code, and with what help."
    for word in ("Ada Lovelace", "Text classification", "level 2 of 3", "44 / 50", "84 / 100", digest("submission")):
        assert word in found["whole"][0], word
    assert "valid" not in found["whole"][0].lower()


def test_a_badge_and_a_bare_credential_are_read_and_their_missing_ledger_entry_is_said(visit, site, bundles):
    page = visit(site)
    credential = bundles["good"].credential
    for content in (credential, badge_image.bake(picture(), credential)):
        found = hand_over(page, content)
        assert found["headline"] == ["✓ Signed by School of Examples; one thing is not known"]
        assert "came without its ledger proof" in found["Not known"][0]


@pytest.mark.parametrize(
    ("name", "headline", "sentence"),
    [
        ("revoked", "✕ Revoked by its issuer", "It was revoked by its issuer; the status list of 27 November 2026"),
        ("suspended", "✕ Suspended by its issuer", "It is suspended by its issuer, who may take that back"),
    ],
)
def test_what_the_issuer_took_back_is_the_first_thing_said(visit, site, bundles, name, headline, sentence):
    page = visit(site)
    found = hand_over(page, bundles[name])
    assert found["headline"] == [headline]
    assert [one.startswith(sentence) for one in found["Refused"]] == [True]
    assert page.locator(".findings .word").first.inner_text() == "Refused"


def test_a_strangers_certificate_is_by_nobody_this_site_knows(visit, site, tmp_path):
    """A complete forgery: own key, own did:web, own log, own status lists, all of it signed well."""
    stranger = School(tmp_path, did="did:web:scool.example", seed="stranger", log_name="scool.example/ledger")
    found = hand_over(visit(site), stranger.bundle(stranger.claim()))
    assert found["headline"] == ["? By nobody this site knows"]
    assert any("anybody can make such a certificate" in one for one in found["Not known"])
    assert any("which this site does not know" in one for one in found["Not known"])
    assert "What it says of itself" in found["whole"][0]
    assert "Whoever made it writes that Ada Lovelace" in found["whole"][0]
    assert any("that list is by the same unknown issuer" in one for one in found["Not known"])


def test_a_forgery_in_the_schools_own_name_is_refused(visit, site, school, bundles):
    """The school's DID, and its log's name, by other keys."""
    found = hand_over(visit(site), school.bundle(school.claim(), key=SigningKey(bytes(32))))
    assert found["headline"] == ["✕ Do not rely on this file"]
    assert "Ada Lovelace" not in found["whole"][0]


def test_a_certificate_beside_a_forged_log_is_refused(visit, site, school, bundles, tmp_path):
    forger = School(tmp_path, seed="forger")
    credential = issue(school.claim("mallory"), school.key, created=AT)
    forged = forger.bundle(school.claim("mallory"), key=school.key)
    assert forged.credential == credential
    found = hand_over(visit(site), forged)
    assert found["headline"] == ["✕ Do not rely on this file"]
    assert "no key of it that this site knows has signed" in found["Refused"][0]


def test_a_rewritten_history_is_found_from_an_old_certificate(visit, school, bundles, tmp_path):
    """The log's own key signs another history: the certificate's checkpoint does not fit to it any more."""
    (tmp_path / "home").mkdir()
    rewritten = School(tmp_path / "home")
    for who in ("carl", "dora", "emil", "fred", "gina"):
        rewritten.bundle(rewritten.claim(who))
    found = hand_over(visit(rewritten.export(tmp_path / "site")), bundles["good"])
    assert found["headline"] == ["✕ Do not rely on this file"]
    assert any("history was rewritten" in one for one in found["Refused"])


def test_growth_that_could_not_be_checked_is_said(visit, site, school, bundles, tmp_path, monkeypatch):
    """A certificate that is newer than the site's copy of the log, and a log too large for a page."""
    found = hand_over(visit(site), school.bundle(school.claim("nina")))
    assert found["headline"] == ["✓ Signed by School of Examples; one thing is not known"]
    assert "the proof is newer than this copy of the log" in found["Not known"][0]
    monkeypatch.setattr("grader.render.site.MOST_HASHES", 1)
    found = hand_over(visit(school.export(tmp_path)), bundles["good"])
    assert "the log is too large to be held in this page" in found["Not known"][0]


def test_demo_and_a_known_example_are_said_loudly(visit, demo):
    bundle, page_path = demo
    page = visit(page_path)
    assert "named DEMO" in page.inner_text(".loud:visible")
    found = hand_over(page, bundle)
    assert found["headline"] == ["– A demonstration, which certifies nothing"]
    assert page.locator("#result .loud").all_inner_texts() == [
        "DEMO: issued for demonstration. It certifies nothing about anybody.",
        "KNOWN EXAMPLE: the files that were graded are an example that ships with the assignment.",
    ]
    assert "tests are public" in found["whole"][0]


def test_dates_are_looked_at(visit, site, school):
    page = visit(site)
    ended = replace(school.claim("otto"), valid_until="2026-11-21T10:00:00Z")
    assert hand_over(page, school.bundle(ended))["Refused"] == ["It expired on 21 November 2026, 10:00 UTC."]
    early = replace(school.claim("otto"), valid_from="2125-11-21T10:00:00Z")
    assert "dated later than now" in hand_over(page, school.bundle(early))["Refused"][0]


def test_an_old_status_list_says_no_more_than_it_can(visit, school, bundles, tmp_path):
    old = {purpose: school.status_list(purpose, at=AT, until=LATER) for purpose in ("revocation", "suspension")}
    page_path = school.export(tmp_path, lists=list(old.values()))
    found = hand_over(visit(page_path), replace(bundles["good"], **old))
    assert found["headline"] == ["✓ Signed by School of Examples; one thing is not known"]
    assert "that list ended on 27 November 2026" in found["Not known"][0]


def test_of_suspensions_the_newest_list_decides(visit, school, bundles, tmp_path):
    """A suspension that has ended is not held against a certificate; of two lists of one second, it is."""
    clear, held = (school.status_list("suspension", *places, at=LATER) for places in ((), (PLACES["eve"],)))
    revocation = school.status_list("revocation", at=LATER)
    earlier = replace(bundles["suspended"], suspension=school.status_list("suspension", PLACES["eve"], at=AT))
    page = visit(school.export(tmp_path / "clear", lists=[revocation, clear]))
    assert hand_over(page, earlier)["headline"] == ["✓ Signed by School of Examples, and in its ledger"]
    assert hand_over(page, replace(earlier, suspension=held))["headline"] == ["✕ Suspended by its issuer"]
    page = visit(school.export(tmp_path / "held", lists=[revocation, held]))
    assert hand_over(page, replace(earlier, suspension=clear))["headline"] == ["✕ Suspended by its issuer"]


def test_a_suspension_list_that_ended_is_said_and_one_that_is_missing_too(visit, school, bundles, tmp_path):
    revocation = school.status_list("revocation", at=LATER)
    old = school.status_list("suspension", at=AT, until=LATER)
    page = visit(school.export(tmp_path / "old", lists=[revocation, old]))
    found = hand_over(page, replace(bundles["good"], suspension=old))
    assert "not suspended as of 20 November 2026, 10:00 UTC; that list ended on 27 November" in found["Not known"][0]
    page = visit(school.export(tmp_path / "none", lists=[revocation]))
    found = hand_over(page, replace(bundles["good"], suspension=None))
    assert any("whether it is suspended could not be looked up" in one for one in found["Established"])


# --- tampering --------------------------------------------------------------------------------------------------------

CHANGES = {
    "credential": lambda content: content.replace(b"Ada Lovelace", b"Eva Lovelace"),
    "leaf": lambda content: content.replace(b"2026-11-20", b"2026-11-19"),
    "private": lambda content: content.replace(b'"nonce":"', b'"nonce":"0')[:-2] + b"}",
    "proof": lambda content: content.replace(b"index 1\n", b"index 0\n"),
}


@pytest.mark.parametrize("part", CHANGES)
def test_a_change_in_any_part_that_proves_is_refused(visit, site, bundles, part):
    content = getattr(bundles["good"], part)
    changed = CHANGES[part](content)
    assert changed != content
    found = hand_over(visit(site), replace(bundles["good"], **{part: changed}))
    assert found["headline"] == ["✕ Do not rely on this file"]
    assert found["Refused"]


@pytest.mark.parametrize("part", ["credential", "leaf", "private", "proof"])
def test_parts_of_another_certificate_are_refused(visit, site, bundles, part):
    other = getattr(bundles["suspended"], part)
    found = hand_over(visit(site), replace(bundles["good"], **{part: other}))
    assert found["headline"] == ["✕ Do not rely on this file"]


@pytest.mark.parametrize("part", ["revocation", "suspension", "did"])
def test_what_merely_comes_along_is_never_believed_when_changed(visit, site, bundles, part):
    """Status lists of the site still count, and a bundle's DID document is no trust, changed or not."""
    content = getattr(bundles["revoked"], part)
    changed = content.replace(b"2026-11-20", b"2026-11-28") if part != "did" else content.replace(b"z6Mk", b"z6Mm")
    assert changed != content
    found = hand_over(visit(site), replace(bundles["revoked"], **{part: changed}))
    assert found["headline"] == ["✕ Revoked by its issuer"]
    if part != "did":
        assert "A status list was passed over" in found["whole"][0]


def test_every_signed_member_counts(visit, site, bundles):
    """Each text of the credential changed in one letter, each member taken out: none is ever shown as signed."""
    signed = json.loads(bundles["good"].credential)
    page = visit(site)
    changed = list(mutations(signed))
    assert len(changed) > 150
    encoded = [json.dumps(one).encode().decode("latin-1") for one in changed]
    answers = page.evaluate(
        """async (files) => {
            const site = await readSite(JSON.parse(document.getElementById("site").textContent));
            const answers = [];
            for (const file of files) {
                const found = await verify(Uint8Array.from(file, (letter) => letter.charCodeAt(0)), site, Date.now());
                answers.push([found.findings.some((one) => one.standing === "refused"), found.claim !== null]);
            }
            return answers;
        }""",
        encoded,
    )
    accepted = [one for one, (refused, _) in zip(changed, answers, strict=True) if not refused]
    # the second proof is looked at for its form only, and the page says so; another issuer is nobody known
    odd = [one for one in accepted if one["issuer"]["id"] == signed["issuer"]["id"] and without(one) != without(signed)]
    assert odd == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"a":1,"a":2}',
        b'{"__proto__":{"polluted":1}}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'"' + b"\\ud800" + b'"',
        b'{"a":1.5}',
        b"\xff\xfe",
        b"PK\x03\x04",
        b"PK\x03\x04" + b"\xff" * 100,
        b"\x89PNG\r\n\x1a\n" + b"\0" * 30,
        b"%PDF-1.7",
        b"{" + b" " * 600_000 + b"}",
    ],
    ids=lambda content: repr(content[:12]),
)
def test_odd_files_are_answered_at_once(visit, site, content):
    page = visit(site)
    found = hand_over(page, content)
    assert found["headline"] in (["✕ Do not rely on this file"], ["? Nothing can be said about this file"])
    assert page.evaluate("({}).polluted") is None


def test_hostile_bundles_are_refused(visit, site, bundles):
    page = visit(site)
    good = write_bundle(bundles["good"])
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("credential.json", b"0" * 50_000_000)
    lying = bytearray(good)
    lying[18:26] = struct.pack("<II", 2**31, 2**31)
    for content in (packed.getvalue(), bytes(lying), good + b"x", b"PK\x05\x06" + good, good[:-1], bytes(9_000_000)):
        assert hand_over(page, content)["headline"] == ["✕ Do not rely on this file"]


def test_a_status_list_that_unpacks_to_no_end_is_passed_over(visit, site, school, bundles):
    bomb = zlib.compressobj(9, zlib.DEFLATED, 31)
    packed = bomb.compress(bytes(100_000_000)) + bomb.flush()
    answer = visit(site).evaluate(
        "(packed) => unpacked(Uint8Array.from(atob(packed), (l) => l.charCodeAt(0))).catch((error) => error.message)",
        base64.b64encode(packed).decode(),
    )
    assert answer == "a status list unpacks to more than any list has"


def test_what_a_stranger_wrote_is_only_text(visit, site, tmp_path):
    markup = "<img src=x onerror=alert(1)>\"' {{7*7}} $script"
    stranger = School(tmp_path, did="did:web:evil.example", seed="evil", log_name="evil.example/<script>")
    claim = stranger.claim()
    claim = replace(
        claim,
        learner=replace(claim.learner, name=f"{markup} \u200bAda\ufeff"),
        issuer=Issuer(did="did:web:evil.example", name=markup),
        course=markup * 20,
        skill=replace(claim.skill, name=markup),
    )
    page = visit(site)
    found = hand_over(page, stranger.bundle(claim), name="<b>.zip")
    assert "<img src=x onerror=alert(1)>" in found["whole"][0]
    assert "⟨U+200B⟩Ada⟨U+FEFF⟩" in found["whole"][0]
    assert page.locator("#result img, #result script").count() == 0


def test_the_policy_runs_no_other_script_and_sends_nothing(browser, site):
    """The last net: markup that slipped in, and a script that would send what it sees."""
    path = site.with_name("broken.html")
    hole = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
    path.write_text(site.read_text("utf-8").replace("</main>", f"{hole}</main>"), encoding="utf-8")
    context = browser.new_context()
    page = context.new_page()
    page.goto(path.as_uri())
    assert page.title() == "Check a certificate"
    assert page.evaluate("fetch('https://example.org/').then(() => 'sent', () => 'refused')") == "refused"
    assert page.evaluate("fetch('checkpoint').then(() => 'sent', () => 'refused')") == "refused"
    context.close()


# --- codes, dropping, keys --------------------------------------------------------------------------------------------


def test_a_printed_code_names_the_certificate_that_is_meant(visit, site, school, bundles):
    page = visit(site, fragment=f"#{school.claim().id}")
    assert school.claim().id in page.inner_text("#wanted")
    assert hand_over(page, bundles["good"])["headline"] == ["✓ Signed by School of Examples, and in its ledger"]
    found = hand_over(page, bundles["suspended"])
    assert "another certificate than the one whose code" in found["Refused"][0]


def test_a_file_can_be_dropped_and_another_after_it(visit, site, bundles):
    page = visit(site)
    for name, headline in (("good", "✓ Signed by"), ("revoked", "✕ Revoked")):
        page.evaluate(
            """(content) => {
                const data = new DataTransfer();
                data.items.add(new File([Uint8Array.from(content, (l) => l.charCodeAt(0))], "a.zip"));
                const how = {dataTransfer: data, bubbles: true, cancelable: true};
                document.body.dispatchEvent(new DragEvent("drop", how));
            }""",
            write_bundle(bundles[name]).decode("latin-1"),
        )
        page.wait_for_function(
            "(start) => document.getElementById('answer')?.innerText.startsWith(start)", arg=headline
        )


def test_the_keyboard_reaches_the_file_and_the_answer_takes_the_focus(visit, site, bundles):
    page = visit(site)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "file"
    # the chooser itself is the browser's; that the key asks for it is the page's
    page.evaluate(
        "document.activeElement.addEventListener('click', (event) => { event.preventDefault(); globalThis.asked = 1; })"
    )
    page.keyboard.press("Enter")
    page.wait_for_function("globalThis.asked === 1")
    page.set_input_files("#file", {"name": "a.zip", "mimeType": "", "buffer": write_bundle(bundles["good"])})
    page.wait_for_selector("#answer")
    assert page.evaluate("document.activeElement.id") == "answer"
    said = page.locator("[role=status]")
    assert said.inner_text().startswith("✓ Signed by School of Examples")


# --- how it looks -----------------------------------------------------------------------------------------------------


def test_paper_has_the_answer_and_no_chooser(visit, site, bundles):
    page = visit(site, scheme="dark")
    hand_over(page, bundles["good"])
    page.emulate_media(media="print")
    assert not page.locator("#drop").is_visible()
    assert page.locator("#answer").is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


# --- making things odd ------------------------------------------------------------------------------------------------


def picture():
    """The smallest PNG: one grey pixel."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


def without(signed):
    """A signed document without what the page does not check: which key made the other proof, when, and its value."""
    unseen = dict.fromkeys(("proofValue", "verificationMethod", "created"))
    proofs = [{**one, **unseen} if one.get("cryptosuite") == RDFC else one for one in signed["proof"]]
    return {**signed, "proof": proofs}


def mutations(value):
    """Yield a document with each text changed by a letter, and with each member or item taken out."""
    for path in ways(value):
        for kind in ("change", "drop"):
            copy = json.loads(json.dumps(value))
            *outer, last = path
            place = copy
            for step in outer:
                place = place[step]
            if kind == "drop":
                del place[last]
            elif isinstance(place[last], str):
                place[last] += "x"
            else:
                continue
            if isinstance(copy.get("issuer"), dict) and "id" in copy["issuer"] and isinstance(copy.get("proof"), list):
                yield copy


def ways(value, path=()):
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, one in inner:
        yield (*path, step)
        yield from ways(one, (*path, step))

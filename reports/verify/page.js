// What a person sees: the file they choose, what was found, what the certificate says. All that comes from a file is put
// into the page as text, never as markup, and what would act instead of being seen is made visible first (`shown`).

const MARKS = {
  established: ["✓", "Established", "pass"],
  refused: ["✕", "Refused", "fail"],
  unknown: ["?", "Not known", "part"],
  remark: ["–", "Beside this", "none"],
};
/** What a reader must not overlook comes first. */
const ORDER = ["refused", "unknown", "established"];
const DIGEST_NAMES = {
  submission: "The learner's files",
  pack: "Assignment and hidden tests",
  rubric: "Rubric",
  recipe: "Recipe of the box",
  "proctor-recipe": "Recipe of the proctor",
  engine: "Engine",
  findings: "Findings",
  report: "Report",
};
let turn = 0;

/** Text with nothing in it that turns a line round, hides, or breaks it; at most 2,000 characters. */
function shown(text) {
  const whole = String(text).toWellFormed().slice(0, 2000);
  return whole.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Cf}]/gu, (one) => (/[\u200c\u200d]/.test(one) ? one : `⟨U+${one.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`));
}

/** An element of ours with text and elements in it; attributes are ours alone. */
function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  for (const child of children) made.append(child instanceof Node ? child : document.createTextNode(shown(child)));
  return made;
}

/** A stranger's text, whose direction is its own. */
function theirs(text) {
  return element("bdi", {}, text);
}

/** The answer in one line, with its tone and a sentence. */
function headlineOf(found) {
  const wrong = found.findings.filter((one) => one.standing === "refused");
  const open = found.findings.filter((one) => one.standing === "unknown");
  const { claim } = found;
  const by = (subject) => wrong.some((one) => one.subject === subject);
  if (wrong.some((one) => !["revoked", "suspended", "dates"].includes(one.subject))) return ["fail", "✕ Do not rely on this file", "Something in it does not fit; below is what."];
  if (by("revoked")) return ["fail", "✕ Revoked by its issuer", "It was genuine, and its issuer has taken it back."];
  if (by("suspended")) return ["fail", "✕ Suspended by its issuer", "It is genuine, and its issuer has put it on hold."];
  if (by("dates")) return ["fail", "✕ Not in force on this date", "See its dates below."];
  if (!claim) return ["part", "? Nothing can be said about this file", "Below is why."];
  if (!found.trusted) return ["part", "? By nobody this site knows", "Whoever made it may have made up all that it says."];
  if (claim.issuer.name === "DEMO") return ["wait", "– A demonstration, which certifies nothing", "Signature and ledger are real; the achievement is not."];
  if (open.length) return ["part", `✓ Signed by ${claim.issuer.name}; ${open.length === 1 ? "one thing is" : `${open.length} things are`} not known`, "What could be checked holds; below is what could not."];
  return ["pass", `✓ Signed by ${claim.issuer.name}, and in its ledger`, "What is established, as of when, and what is not, stands below."];
}

function bannersOf(claim) {
  const found = [];
  if (claim?.issuer.name === "DEMO") found.push(element("p", { class: "loud" }, "DEMO: issued for demonstration. It certifies nothing about anybody."));
  if (claim?.knownExample) found.push(element("p", { class: "loud" }, "KNOWN EXAMPLE: the files that were graded are an example that ships with the assignment."));
  return found;
}

function answerOf(found) {
  const [tone, headline, sentence] = headlineOf(found);
  const { claim } = found;
  const who = found.trusted ? [theirs(claim?.issuer.name ?? ""), " says that "] : ["Whoever made it writes that "];
  const whose = claim && [element("p", {}, ...who, theirs(claim.learner.name), " reached “", theirs(levelName(claim)), "” in “", theirs(claim.skill.name), `”, with ${claim.points} of ${claim.possible} points.`)];
  return element("section", { class: "answer plain", "aria-labelledby": "answer" }, element("div", {}, ...bannersOf(claim), element("h2", { id: "answer", class: tone, tabindex: "-1" }, headline), element("p", { class: "distance" }, sentence), ...(whose || [])));
}

function levelName(claim) {
  return claim.skill.levels.find((one) => one.id === claim.skill.level).name;
}

function findingsOf(found, at) {
  const items = ORDER.flatMap((standing) => found.findings.filter((one) => one.standing === standing));
  const remarks = new Set(found.findings.filter((one) => one.standing === "remark").map((one) => one.sentence));
  return element(
    "section",
    { "aria-labelledby": "found" },
    element("h2", { id: "found" }, "What was found just now, without asking anyone"),
    element("p", { class: "soft" }, `${spelled(at)}, by this device's clock`),
    element("ul", { class: "findings" }, ...items.map((one) => findingItem(one.standing, `${capital(one.sentence)}.`))),
    element("h3", { class: "gap" }, "Not established, by this or any other check"),
    element("ul", { class: "findings" }, ...NOT_ESTABLISHED.map((one) => item("–", "Not established", "none", `${capital(one)}.`))),
    ...[...remarks].map((one) => element("p", { class: "note" }, one)),
  );
}

function findingItem(standing, sentence) {
  return item(...MARKS[standing], sentence);
}

function item(symbol, word, tone, sentence) {
  return element("li", {}, element("span", { class: `symbol ${tone}`, "aria-hidden": "true" }, symbol), element("p", {}, sentence), element("span", { class: `word ${tone}` }, word));
}

/** A sentence of a finding, which may leave out that it speaks of the certificate ("was revoked ..."). */
function capital(text) {
  const whole = /^(is|was|names|says|expired|came) /.test(text) ? `it ${text}` : text;
  return whole[0].toUpperCase() + whole.slice(1);
}

function contentOf(found) {
  const { claim } = found;
  if (!claim) return element("p", { class: "note" }, "What the file says is not shown, since nobody is known to have signed it as it is.");
  return element(
    "section",
    { "aria-labelledby": "says" },
    element("h2", { id: "says" }, found.trusted ? "What is signed" : "What it says of itself"),
    element("p", { class: "soft" }, theirs(claim.issuer.name), " · skill certificate"),
    element("h3", { class: "skill" }, theirs(claim.skill.name)),
    element("p", { class: "distance" }, "“", theirs(levelName(claim)), `”, level ${claim.skill.levels.findIndex((one) => one.id === claim.skill.level) + 1} of ${claim.skill.levels.length}; awarded to `, element("strong", {}, theirs(claim.learner.name)), ` on ${spelled(instant(claim.awarded))}`),
    element("p", { class: "soft" }, theirs(claim.skill.description)),
    criteriaOf(claim),
    factsOf(claim),
  );
}

function criteriaOf(claim) {
  const row = (one) => element("tr", {}, element("th", { scope: "row" }, theirs(one.title)), element("td", {}, OUTCOMES[one.outcome]), element("td", { class: "number" }, `${one.points} / ${one.weight}`));
  const heads = ["Criterion", "How it went", "Points"].map((name, at) => element("th", { scope: "col", ...(at === 2 ? { class: "number" } : {}) }, name));
  const total = element("tr", {}, element("th", { scope: "row" }, "Total"), element("td", {}, `pass mark ${claim.passMark}`), element("td", { class: "number" }, element("strong", {}, `${claim.points} / ${claim.possible}`)));
  return element("table", { class: "assessed" }, element("caption", {}, "What was assessed"), element("thead", {}, element("tr", {}, ...heads)), element("tbody", {}, ...claim.criteria.map(row)), element("tfoot", {}, total));
}

function factsOf(claim) {
  const facts = [
    ["Course", claim.course],
    ["Assignment", claim.assignment],
    ["Tests", claim.packIsPublic ? "public: anybody can read them" : "hidden from learners"],
    ["Levels", claim.skill.levels.map((one) => one.name).join(", ")],
    ["In force from", spelled(instant(claim.validFrom))],
    ["In force until", claim.validUntil ? spelled(instant(claim.validUntil)) : "no end"],
    ["Issuer", claim.issuer.url ? `${claim.issuer.name}, ${claim.issuer.url}` : claim.issuer.name],
    ["Graded by", `grader ${claim.engineVersion}`],
  ];
  return element("dl", { class: "digests gap" }, ...facts.map(([name, value]) => fact(name, theirs(value))));
}

function fact(name, value) {
  return element("div", {}, element("dt", {}, name), element("dd", {}, value));
}

/** A word of the standard as words: `emailAddress` is "email address". */
function spaced(word) {
  return word.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function digestsOf(found) {
  const { claim, entry } = found;
  const code = (text) => element("code", {}, text);
  const rows = found.digest ? [["This certificate", found.digest]] : [];
  if (claim) rows.push(["Its name", claim.id], ["Issuer", claim.issuer.did], ["Skill", claim.skill.id]);
  if (claim) rows.push(...Object.entries(DIGEST_NAMES).map(([genre, name]) => [name, claim.digests[genre]]));
  if (claim) rows.push([`Learner's ${spaced(claim.learner.type)}, hashed`, claim.learner.hash], ["Salt of that", claim.learner.salt]);
  if (claim?.status) rows.push(["Status list", `${claim.status.list}, place ${claim.status.index}`]);
  if (entry) rows.push(["Ledger entry", `${entry.origin}, entry ${entry.index} of ${entry.size}`], ["Evidence it names", entry.evidence], ["Subject there", entry.subject]);
  return rows.length ? [element("section", { "aria-labelledby": "rests" }, element("h2", { id: "rests" }, "For whoever wants to check"), element("dl", { class: "digests" }, ...rows.map(([name, value]) => fact(name, code(value)))))] : [];
}

/** Show what was found in the place of what was shown before, and lead whoever listens or tabs to it. */
function show(found, at) {
  const result = document.getElementById("result");
  result.replaceChildren(answerOf(found), findingsOf(found, at), contentOf(found), ...digestsOf(found));
  const [, headline, sentence] = headlineOf(found);
  say(`${headline}. ${sentence}`, { heard: true });
  document.getElementById("answer").focus();
}

/** Say a sentence to whoever listens; one that is only heard stands larger elsewhere on the page. */
function say(sentence, { heard = false } = {}) {
  const said = document.getElementById("said");
  said.classList.toggle("unseen", heard);
  said.textContent = shown(sentence);
}

async function take(file, site) {
  const mine = (turn += 1);
  document.getElementById("result").replaceChildren();
  say(`Looking at ${file.name} …`);
  const at = Date.now();
  let found;
  if (file.size > MAX_FILE_BYTES) found = { findings: [refused("file", `the file has ${file.size} bytes; a certificate has at most ${MAX_FILE_BYTES}`)], claim: null, digest: "", trusted: "" };
  else found = await verify(new Uint8Array(await file.arrayBuffer()), site, at);
  const wanted = wantedId();
  if (found.claim && wanted && wanted !== found.claim.id) {
    found.findings.unshift(refused("code", `this is another certificate than the one whose code or link was followed (${excerpt(wanted)})`));
  }
  if (mine === turn) show(found, at);
}

/** The certificate whose printed code or link was followed, by its name (a URI); empty for none. */
function wantedId() {
  try {
    const name = decodeURIComponent(location.hash.slice(1));
    return name.includes(":") ? name : "";
  } catch {
    return "";
  }
}

function showSite(site) {
  const trusted = document.getElementById("trusted");
  for (const one of site.issuers) trusted.append(fact("Issuer", element("span", {}, theirs(one.name), " ", element("code", {}, one.document.id))));
  for (const log of site.logs) trusted.append(fact("Ledger", element("span", {}, element("code", {}, log.checkpoint.origin), ` up to entry ${log.checkpoint.size - 1n}`)));
  trusted.append(fact("As of", spelled(instant(site.at))));
  if (site.issuers.some((one) => one.name === "DEMO")) document.getElementById("demo").hidden = false;
}

function showWanted() {
  const wanted = wantedId();
  const place = document.getElementById("wanted");
  place.hidden = !wanted;
  place.replaceChildren(...(wanted ? ["You followed the code of the certificate ", element("code", {}, wanted), ". A printed code or a link shows nothing by itself: choose the certificate's file, and it is compared."].map((part) => (part instanceof Node ? part : document.createTextNode(part))) : []));
}

async function begin() {
  const chooser = document.getElementById("file");
  const drop = document.getElementById("drop");
  let site;
  try {
    site = await readSite(JSON.parse(document.getElementById("site").textContent));
  } catch (error) {
    document.getElementById("said").classList.add("notice");
    say(`This page cannot check anything here: ${error instanceof TypeError ? "this browser lets pages from a disk, or without https, compute nothing" : sentenceOf(error)}.`);
    return;
  }
  showSite(site);
  showWanted();
  addEventListener("hashchange", showWanted);
  chooser.disabled = false;
  chooser.addEventListener("change", () => chooser.files[0] && take(chooser.files[0], site));
  chooser.addEventListener("click", () => { chooser.value = ""; });
  for (const kind of ["dragover", "dragenter", "dragleave", "drop"]) {
    addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.toggle("over", kind === "dragover" || kind === "dragenter");
      if (kind === "drop" && event.dataTransfer.files[0]) take(event.dataTransfer.files[0], site);
    });
  }
}

begin();

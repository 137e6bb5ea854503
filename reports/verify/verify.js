// Verifying what was dropped: a list of findings, each with its own standing, and never a bare yes.
// What is trusted is what the site embedded when it was exported: its issuers' DID documents, its log's keys. A DID
// document inside a bundle can show a certificate intact; by whom it is, it cannot show.

const NOT_ESTABLISHED = [
  "who wrote the code, and with what help",
  "that whoever shows this certificate is the learner it names",
  "anything that happened after the dates given here",
];

const finding = (standing) => (subject, sentence) => ({ subject, standing, sentence });
const established = finding("established");
const refused = finding("refused");
const unknown = finding("unknown");
const remark = (sentence) => finding("remark")("remark", sentence);

/** What was found about the bytes of a file: findings, and the claim where its signature does not speak against it. */
async function verify(bytes, site, at) {
  const found = { findings: [], claim: null, digest: "", entry: null, trusted: "" };
  try {
    const parts = partsOf(bytes);
    found.digest = await digestOf(parts["credential.json"]);
    await verifyParts(parts, site, at, found);
  } catch (error) {
    found.findings.push(fault("file", error));
  }
  return found;
}

/** The finding that an error is: what was not foreseen is a fault of the page's or the browser's, and refuses nothing. */
function fault(subject, error) {
  return error instanceof Refused ? refused(subject, error.message) : unknown(subject, sentenceOf(error));
}

async function verifyParts(parts, site, at, found) {
  const sealed = takeApart(readObject(parts["credential.json"], "the certificate"));
  const keys = checkIssuer(sealed, parts, site, found);
  if (!(await checkProofOf(sealed, keys, found))) return;
  try {
    found.claim = claimOf(sealed.document);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    found.findings.push(unknown("form", error.message));
    return;
  }
  checkDates(sealed, found.claim, at, found);
  await checkLog(parts, found.claim, site, found);
  const retired = site.issuers.find((one) => one.document.id === sealed.issuer)?.retired ?? [];
  checkKey(sealed, retired, found);
  const status = await findStatus(found.claim, [...site.statusLists, ...listsIn(parts)], keys, at, retired);
  found.findings.push(...(found.trusted ? status : status.map(byItself)));
  found.findings.push(...remarksOn(found.claim));
}

/** What a status list of an unknown issuer says, which is no more than what its certificate says. */
function byItself(one) {
  return one.standing === "established" ? unknown(one.subject, `${one.sentence}; that list is by the same unknown issuer`) : one;
}

/** The issuer's keys: those of the site, else those that merely came along. */
function checkIssuer(sealed, parts, site, found) {
  const known = site.issuers.find((one) => one.document.id === sealed.issuer);
  if (known) {
    found.trusted = known.name;
    return Object.assign(keysOf(known.document), Object.fromEntries(known.retired.map((one) => [`${sealed.issuer}#${one.key}`, one.key])));
  }
  found.findings.push(unknown("issuer", `says that it is by ${sealed.issuer}, an issuer that this site does not know: anybody can make such a certificate`));
  const offered = parts["did.json"] ? readObject(parts["did.json"], "did.json") : {};
  return Object.assign(offered.id === sealed.issuer ? keysOf(offered) : Object.create(null), ownKey(sealed.issuer));
}

async function checkProofOf(sealed, keys, found) {
  const methods = [JCS, RDFC].map((suite) => sealed.proofs[suite].verificationMethod);
  if (!found.trusted && !methods.every((method) => keys[method])) {
    found.findings.push(unknown("signature", "its signature could not be checked, since no key of its issuer is known"));
    return true;
  }
  const strange = methods.find((method) => !keys[method]);
  if (strange) {
    found.findings.push(refused("signature", `names ${sealed.issuer} as its issuer, and is signed by a key that is none of theirs (${excerpt(strange)})`));
    return false;
  }
  if (!(await holds(sealed, keys[methods[0]]))) {
    found.findings.push(refused("signature", `names ${sealed.issuer} as its issuer, and they did not sign it as it is: it was changed after signing, or they never signed it`));
    return false;
  }
  if (found.trusted) {
    const when = spelled(instant(sealed.proofs[JCS].created, "the time of signing"));
    found.findings.push(established("issuer", `is by ${found.trusted} (${sealed.issuer}), whose keys are part of this page, by the word of whoever runs this site`));
    found.findings.push(established("signature", `was signed with their key, dated ${when}, and not a letter of it was changed since`));
  } else {
    found.findings.push(established("signature", "was signed with the key that it names itself, and not a letter of it was changed since; whose key that is, nobody here can say"));
  }
  return true;
}

function checkDates(sealed, claim, at, found) {
  const begins = instant(claim.validFrom, "validFrom");
  const ends = claim.validUntil ? instant(claim.validUntil, "validUntil") : null;
  instant(claim.awarded, "awardedDate");
  if (ends !== null && ends <= begins) throw new Refused("it ends before it begins");
  const signed = Math.max(...[JCS, RDFC].map((suite) => instant(sealed.proofs[suite].created)));
  if (begins > at || signed > at) found.findings.push(refused("dates", `is dated later than now (${spelled(at)}, by this device's clock)`));
  else if (ends !== null && ends <= at) found.findings.push(refused("dates", `expired on ${spelled(ends)}`));
  else found.findings.push(established("dates", `is in force from ${spelled(begins)}${ends === null ? ", without an end" : ` until ${spelled(ends)}`}`));
}

/** The key that signed, if its issuer gave it up. */
function retiredKey(sealed, retired) {
  const names = [JCS, RDFC].map((suite) => sealed.proofs[suite].verificationMethod);
  return retired.find((one) => names.includes(`${sealed.issuer}#${one.key}`));
}

/** Whether a key that was given up signed before that: by the date, and by the place in the ledger where that is known. */
function checkKey(sealed, retired, found) {
  const key = retiredKey(sealed, retired);
  if (!key) return;
  const given = `was signed with a key that its issuer gave up on ${key.until}`;
  const signed = [JCS, RDFC].map((suite) => dayOf(instant(sealed.proofs[suite].created))).sort()[1];
  const place = found.entry?.origin === key.log ? Number(found.entry.index) : null;
  if (signed > key.until || (place !== null && place >= key.entries)) found.findings.push(refused("key", `${given}, and is from after that`));
  else if (place !== null) found.findings.push(established("key", `${given}; the log has it from before that`));
  else if (key.stolen) found.findings.push(unknown("key", `${given}, since somebody else has it: only the log could show that it is from before`));
  else found.findings.push(established("key", `${given}, and is dated before that`));
}

/** The day of an instant, in UTC. */
function dayOf(at) {
  return new Date(at).toISOString().slice(0, 10);
}

/** Find out whether the very bytes of the certificate are in the ledger; the rest of it is looked at in any case. */
async function checkLog(parts, claim, site, found) {
  try {
    await findInLog(parts, claim, site, found);
  } catch (error) {
    found.findings.push(fault("log", error));
  }
}

async function findInLog(parts, claim, site, found) {
  if (!parts["certificate.tlog-proof"]) {
    found.findings.push(unknown("log", "came without its ledger proof, so whether it was logged is not known; the bundle (.certificate.zip) has it"));
    return;
  }
  const entry = await readEntry(parts["leaf.json"], parts["private.json"]);
  const { private: held } = entry;
  if (held.credential !== found.digest) throw new Refused("the ledger entry in the bundle is that of another certificate");
  if (held.submission !== claim.digests.submission || held.rubric !== claim.digests.rubric) {
    throw new Refused("the ledger entry names another submission or rubric than the certificate");
  }
  const proof = readLogProof(parts["certificate.tlog-proof"]);
  const checkpoint = await checkedCheckpoint(proof.note, site.logs.flatMap((log) => log.keys));
  await checkInclusion(await leafHash(parts["leaf.json"]), proof.index, checkpoint.size, proof.hashes, checkpoint.root);
  found.entry = { ...held, index: proof.index, size: checkpoint.size, origin: checkpoint.origin };
  found.findings.push(established("log", `is entry ${proof.index} of the log ${checkpoint.origin}, recorded on ${spelled(instant(held.at))}, under a checkpoint of ${checkpoint.size} entries that the log signed`));
  await checkSiteLog(checkpoint, site, found);
}

async function checkSiteLog(checkpoint, site, found) {
  const log = site.logs.find((one) => one.checkpoint.origin === checkpoint.origin);
  try {
    await checkGrowth(checkpoint, log);
    found.findings.push(established("growth", `the log as this site holds it, ${log.checkpoint.size} entries, begins with the log that the certificate is in`));
  } catch (error) {
    if (!(error instanceof NotKnown)) throw error;
    found.findings.push(unknown("growth", `whether today's log begins with that one was not checked: ${sentenceOf(error)}`));
  }
}

function listsIn(parts) {
  return ["status-lists/revocation.json", "status-lists/suspension.json"].filter((name) => parts[name]).map((name) => parts[name]);
}

function remarksOn(claim) {
  const found = [];
  if (claim.packIsPublic) found.push(remark("The assignment's tests are public: the learner could have read them."));
  found.push(remark(`The second proof in the file (${RDFC}) is for other programs and was not checked here.`));
  return found;
}

/** The sentence of an error. */
function sentenceOf(error) {
  if (error instanceof Refused || error instanceof NotKnown) return error.message;
  console.error(error);
  return "this page could not look at it to the end; an older browser may lack what it needs";
}

/** An instant as a person writes it, in UTC. */
function spelled(at) {
  const month = new Intl.DateTimeFormat("en", { month: "long", timeZone: "UTC" }).format(at);
  const when = new Date(at);
  return `${when.getUTCDate()} ${month} ${when.getUTCFullYear()}, ${when.toISOString().slice(11, 16)} UTC`;
}

/** The site's trust as the page embeds it, made ready: keys read, checkpoints checked. */
async function readSite(embedded) {
  const logs = [];
  for (const log of embedded.logs) {
    const keys = await Promise.all(log.vkeys.map(async (vkey) => ({ ...(await readVkey(vkey)), limit: log.limits[vkey] })));
    const hashes = log.hashes === null ? null : chunked(fromBase64(log.hashes, "the hashes of the log"), 32);
    const checkpoint = await checkedCheckpoint(utf8(log.checkpoint), keys);
    logs.push({ keys, hashes: hashes?.length === Number(checkpoint.size) ? hashes : null, checkpoint });
  }
  return { issuers: embedded.issuers, logs, statusLists: embedded.statusLists.map(utf8), at: embedded.at };
}

function chunked(bytes, width) {
  return Array.from({ length: Math.floor(bytes.length / width) }, (_, at) => bytes.slice(at * width, (at + 1) * width));
}

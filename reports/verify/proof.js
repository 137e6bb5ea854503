// The proof `eddsa-jcs-2022` of a document: SHA-256 of its configuration, then SHA-256 of the document without proofs,
// both canonical JSON, signed with Ed25519. It covers every member. Source: W3C Data Integrity EdDSA 1.0, section 3.3.
// The proof `eddsa-rdfc-2022` beside it needs JSON-LD, which no small page has; it has to be there, and is not checked.

const JCS = "eddsa-jcs-2022";
const RDFC = "eddsa-rdfc-2022";
const PROOF_MEMBERS = ["created", "cryptosuite", "proofPurpose", "proofValue", "type", "verificationMethod"];
const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

/** Milliseconds of an RFC 3339 instant, on a day that there is: a browser takes 30 February for 2 March. */
function instant(text, what) {
  const [, year, month, day] = (typeof text === "string" && RFC3339.exec(text)) || [];
  const midnight = new Date(`${year}-${month}-${day}T00:00:00Z`);
  const isDay = Number(year) > 0 && midnight.getUTCDate() === Number(day);
  const at = isDay ? Date.parse(text) : NaN;
  if (Number.isNaN(at)) throw new Refused(`${what} is ${excerpt(text ?? "nothing")}; expected an instant such as 2026-01-31T12:00:00Z`);
  return at;
}

/** A signed document taken apart: without its proofs, the two proofs, its issuer's DID. */
function takeApart(signed) {
  const document = Object.assign(Object.create(null), signed);
  delete document.proof;
  const listed = Array.isArray(signed.proof) ? signed.proof : [signed.proof];
  if (listed.length > 4 || !listed.every(isObject)) throw new Refused("it holds no proof, or too many");
  const issuer = isObject(document.issuer) ? document.issuer.id : document.issuer;
  if (typeof issuer !== "string" || !/^did:(web|key):/.test(issuer)) throw new Refused("its issuer is neither a did:web nor a did:key");
  const found = Object.create(null);
  for (const proof of listed.filter((one) => [JCS, RDFC].includes(one.cryptosuite))) {
    if (found[proof.cryptosuite]) throw new Refused(`two proofs are by ${proof.cryptosuite}`);
    checkProof(proof, document, issuer);
    found[proof.cryptosuite] = proof;
  }
  for (const suite of [JCS, RDFC]) if (!found[suite]) throw new Refused(`the proof ${suite} is missing`);
  return { document, issuer, proofs: found };
}

function checkProof(proof, document, issuer) {
  const suite = proof.cryptosuite;
  const expected = suite === JCS ? ["@context", ...PROOF_MEMBERS] : PROOF_MEMBERS;
  if (Object.keys(proof).sort().join() !== expected.join()) throw new Refused(`the proof ${suite} has other members than it should`);
  if (proof.type !== "DataIntegrityProof" || proof.proofPurpose !== "assertionMethod") throw new Refused(`the proof ${suite} is for another purpose`);
  if (suite === JCS && canonical(proof["@context"]) !== canonical(document["@context"] ?? null)) throw new Refused(`the proof ${suite} has other contexts than the document`);
  if (typeof proof.verificationMethod !== "string" || proof.verificationMethod.split("#")[0] !== issuer) throw new Refused(`the proof ${suite} is by a key of somebody else`);
  instant(proof.created, `the time of the proof ${suite}`);
  if (fromMultibase(proof.proofValue, "a signature").length !== 64) throw new Refused("a signature does not have 64 bytes");
}

/** Whether the jcs proof of a document is by this Multikey. */
async function holds(sealed, multikey) {
  const { proofValue, ...configuration } = sealed.proofs[JCS];
  const hashes = await Promise.all([configuration, sealed.document].map((one) => sha256(utf8(canonical(one)))));
  return isSigned(publicKeyOf(multikey), joined(...hashes), fromMultibase(proofValue, "a signature"));
}

/** The keys that a DID document allows for assertions, Multikey by verification method. */
function keysOf(document) {
  const keys = Object.create(null);
  const allowed = Array.isArray(document.assertionMethod) ? document.assertionMethod : [];
  for (const method of Array.isArray(document.verificationMethod) ? document.verificationMethod : []) {
    const fits = isObject(method) && method.type === "Multikey" && method.controller === document.id;
    if (fits && allowed.includes(method.id) && String(method.id).startsWith(`${document.id}#`)) keys[method.id] = method.publicKeyMultibase;
  }
  return keys;
}

/** The key that a did:key is, in the same form. */
function ownKey(issuer) {
  const key = issuer.startsWith("did:key:") ? issuer.slice("did:key:".length) : "";
  return Object.assign(Object.create(null), key ? { [`${issuer}#${key}`]: key } : {});
}

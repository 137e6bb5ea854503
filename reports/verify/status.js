// Whether a certificate was revoked or suspended, as far as the status lists at hand say (Bitstring Status List 1.0).
// A list counts only if the certificate's issuer signed it. Revoked once is revoked for good; of suspensions the newest
// list decides; that nothing was revoked or suspended is said with the date of the list. As in
// `grader/credential/revocation.py`.

const MIN_LIST_BYTES = 16 * 1024;
const MAX_LIST_BYTES = 128 * 1024;

/** What an accepted list says of a certificate: purpose, whether the bit is set, from when to when. */
async function readStatusList(bytes, claim, keys, at, retired) {
  const signed = readObject(bytes, "a status list");
  const names = { [claim.status.list]: "revocation", [claim.status.list.replace(/revocation$/, "suspension")]: "suspension" };
  if (!Object.hasOwn(names, signed.id)) return null;
  const sealed = takeApart(signed);
  const { document } = sealed;
  const expected = ["@context", "credentialSubject", "id", "issuer", "type", "validFrom", "validUntil"];
  if (Object.keys(document).sort().join() !== expected.join()) throw new Refused("a status list has other members than it should");
  if (canonical(document.type) !== '["VerifiableCredential","BitstringStatusListCredential"]') throw new Refused("a status list is of another type");
  const subject = document.credentialSubject;
  if (!isObject(subject) || subject.statusPurpose !== names[signed.id] || typeof subject.encodedList !== "string") {
    throw new Refused("a status list is for another purpose than its name says");
  }
  if (sealed.issuer !== claim.issuer.did) throw new Refused("a status list is by another issuer");
  const key = keys[sealed.proofs[JCS].verificationMethod];
  if (!key || !(await holds(sealed, key))) throw new Refused("the signature of a status list does not hold");
  const begins = instant(document.validFrom, "validFrom of a status list");
  if (begins > at) throw new Refused("a status list is from later than now, by this device's clock");
  const given = retiredKey(sealed, retired);
  if (given && (given.stolen || dayOf(begins) > given.until)) throw new Refused("a status list is signed with a key that its issuer gave up");
  const bits = await unpacked(fromBase64Url(subject.encodedList, "a status list"));
  const index = Number(claim.status.index);
  if (index >= bits.length * 8) throw new Refused("a status list has no place for this certificate");
  return {
    purpose: subject.statusPurpose,
    isSet: Boolean(bits[index >> 3] & (0x80 >> (index & 7))),
    begins,
    ends: instant(document.validUntil, "validUntil of a status list"),
  };
}

/** The bits of a packed list; stops as soon as more comes out than the largest list has. */
async function unpacked(packed) {
  const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  const parts = [];
  let size = 0;
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      size += part.value.length;
      if (size > MAX_LIST_BYTES) throw new Refused("a status list unpacks to more than any list has");
      parts.push(part.value);
    }
  } catch (error) {
    reader.cancel().catch(() => {});
    throw error instanceof Refused ? error : new Refused("a status list cannot be unpacked");
  }
  if (size < MIN_LIST_BYTES) throw new Refused("a status list is shorter than lists are");
  return joined(...parts);
}

/** The findings of all lists about a certificate. */
async function findStatus(claim, lists, keys, at, retired) {
  if (!claim.status) return [unknown("status", "names no status list, so its issuer cannot revoke it there")];
  const told = [];
  const found = [];
  for (const bytes of lists) {
    try {
      const one = await readStatusList(bytes, claim, keys, at, retired);
      if (one) told.push(one);
    } catch (error) {
      found.push(remark(`A status list was passed over: ${sentenceOf(error)}.`));
    }
  }
  return [...found, judged(told, at)];
}

function judged(told, at) {
  const newest = (purpose) => told.filter((one) => one.purpose === purpose).sort((one, other) => other.begins - one.begins || other.isSet - one.isSet)[0];
  const revoked = told.find((one) => one.purpose === "revocation" && one.isSet);
  if (revoked) return refused("revoked", `was revoked by its issuer; the status list of ${spelled(revoked.begins)} says so`);
  const suspension = newest("suspension");
  if (suspension?.isSet) return refused("suspended", `is suspended by its issuer, who may take that back; the status list of ${spelled(suspension.begins)} says so`);
  const revocation = newest("revocation");
  if (!revocation) return unknown("status", "no status list is at hand, so whether it was revoked is not known");
  const asOf = `was not revoked as of ${spelled(revocation.begins)}`;
  const suspended = suspension ? `, and not suspended as of ${spelled(suspension.begins)}` : "; whether it is suspended could not be looked up";
  const ends = Math.min(revocation.ends, suspension?.ends ?? Infinity);
  if (ends <= at) return unknown("status", `${asOf}${suspended}; that list ended on ${spelled(ends)}, so look at the issuer's own site for a newer one`);
  return established("status", `${asOf}${suspended}, says the newest status list at hand`);
}

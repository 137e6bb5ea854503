// Signed notes, checkpoints, proofs and entries of a ledger: C2SP signed-note, tlog-checkpoint, tlog-proof.
// What an entry says is `docs/concepts/ledger.md`; the leaf commits to a private part that travels in the bundle.

const EM_DASH = "\u2014 ";
const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** A public key of a log from its vkey: name, id (four bytes in hex) and the 32 bytes of the key. */
async function readVkey(vkey) {
  const [name, id, ...rest] = vkey.split("+");
  const bytes = fromBase64(rest.join("+"), "a log's key");
  if (bytes.length !== 33 || bytes[0] !== 1) throw new Refused("a log's key is no Ed25519 key");
  const expected = hex((await sha256(joined(utf8(`${name}\n`), bytes))).slice(0, 4));
  if (id !== expected) throw new Refused("a log's key is damaged");
  return { name, id, key: bytes.slice(1) };
}

/** A note taken apart, nothing of it checked but how it is written. */
function readNote(bytes) {
  const whole = textOf(bytes, "the checkpoint");
  const gap = whole.lastIndexOf("\n\n");
  if (gap < 0 || !whole.endsWith("\n")) throw new Refused("the checkpoint is no signed note");
  const text = whole.slice(0, gap + 1);
  if (/[\u0000-\u0009\u000b-\u001f]/.test(text)) throw new Refused("the checkpoint holds a control character");
  const lines = whole.slice(gap + 2).split("\n").slice(0, -1);
  if (lines.length > 100) throw new Refused("the checkpoint has too many signatures");
  const signatures = lines.map((line) => {
    const match = /^\u2014 ([^\s+]+) (\S+)$/u.exec(line);
    if (!match) throw new Refused("a line below the checkpoint is no signature");
    const value = fromBase64(match[2], "a signature below the checkpoint");
    if (value.length <= 4) throw new Refused("a signature below the checkpoint is too short");
    return { name: match[1], id: hex(value.slice(0, 4)), value: value.slice(4) };
  });
  return { text, signatures };
}

/** What a checkpoint says: origin, size, root. */
function readCheckpoint(note) {
  const lines = note.text.split("\n").slice(0, -1);
  if (lines.length !== 3 || !lines[0]) throw new Refused("the signed note is no checkpoint of a log");
  const root = fromBase64(lines[2], "the root of the checkpoint");
  if (root.length !== 32) throw new Refused("the root of the checkpoint does not have 32 bytes");
  return { origin: lines[0], size: readNumber(lines[1], "the size of the checkpoint"), root };
}

function readNumber(text, what) {
  if (!/^(0|[1-9][0-9]{0,18})$/.test(text) || BigInt(text) >= 2n ** 63n) throw new Refused(`${what} is no whole number`);
  return BigInt(text);
}

/** What a checkpoint says, signed by a known key of the log that it names; NotKnown if it is another's log. */
async function checkedCheckpoint(bytes, keys) {
  const note = readNote(bytes);
  const checkpoint = readCheckpoint(note);
  let signed = false;
  for (const key of keys.filter((one) => Number(checkpoint.size) <= (one.limit ?? Infinity))) {
    for (const line of note.signatures.filter((one) => one.name === key.name && one.id === key.id)) {
      if (!(await isSigned(key.key, utf8(note.text), line.value))) {
        throw new Refused("the log's signature under the checkpoint does not hold: the checkpoint was changed");
      }
      signed ||= key.name === checkpoint.origin;
    }
  }
  if (signed) return checkpoint;
  const known = keys.some((key) => key.name === checkpoint.origin);
  const whose = `the log ${excerpt(checkpoint.origin)}`;
  if (known) throw new Refused(`the checkpoint names ${whose}, but no key of it that this site knows has signed, or one that was given up before`);
  throw new NotKnown(`its proof is from ${whose}, which this site does not know`);
}

/** A tlog-proof taken apart. */
function readLogProof(bytes) {
  const gap = firstGap(bytes);
  const lines = textOf(bytes.slice(0, gap), "the ledger proof").split("\n");
  if (lines.shift() !== "c2sp.org/tlog-proof@v1") throw new Refused("the ledger proof is no tlog-proof of version 1");
  if (lines[0]?.startsWith("extra ")) fromBase64(lines.shift().slice(6), "the extra of the ledger proof");
  if (!lines[0]?.startsWith("index ")) throw new Refused("the ledger proof does not say the index of its entry");
  const index = readNumber(lines.shift().slice(6), "the index of the ledger proof");
  if (lines.length > 63) throw new Refused("the ledger proof has too many hashes");
  const hashes = lines.map((line) => fromBase64(line, "a hash of the ledger proof"));
  return { index, hashes, note: bytes.slice(gap + 2) };
}

function firstGap(bytes) {
  for (let at = 0; at + 1 < bytes.length; at += 1) if (bytes[at] === 10 && bytes[at + 1] === 10) return at;
  throw new Refused("the ledger proof has no checkpoint");
}

/** The entry of an award: its leaf and its private part, in their one spelling, and belonging together. */
async function readEntry(leafBytes, privateBytes) {
  const leaf = readCanonical(leafBytes, "leaf.json", ["at", "commitment", "kind", "v"]);
  if (leaf.commitment !== (await digestOf(privateBytes))) {
    throw new Refused("the private part (private.json) is not the one that the entry (leaf.json) commits to");
  }
  const names = ["at", "credential", "evidence", "kind", "nonce", "rubric", "subject", "submission", "v"];
  const held = readCanonical(privateBytes, "private.json", leaf.kind === "regrade" ? [...names, "of"] : names);
  if (leaf.kind !== held.kind || String(held.at).slice(0, 10) !== leaf.at) {
    throw new Refused("entry and private part are of another kind or day");
  }
  if (!["award", "regrade"].includes(leaf.kind)) throw new Refused("the ledger entry is not that of a certificate");
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(held.at)) throw new Refused("the time of the ledger entry is none");
  return { leaf, private: held };
}

/** A table in canonical JSON of version 1 with exactly these keys. */
function readCanonical(bytes, what, names) {
  const table = readObject(bytes, what);
  if (!same(utf8(canonical(table)), bytes)) throw new Refused(`${what} is not spelled as the ledger spells it`);
  if (table.v !== 1) throw new Refused(`${what} is of a version that this page does not know`);
  if (Object.keys(table).sort().join() !== [...names].sort().join()) throw new Refused(`${what} has other keys than an award's`);
  for (const name of ["commitment", "credential", "evidence", "rubric", "submission"]) {
    if (name in table && !DIGEST.test(table[name])) throw new Refused(`${name} in ${what} is no digest`);
  }
  return table;
}

/** Check that the log of this site begins with the log of a checkpoint, from the leaf hashes that the page holds. */
async function checkGrowth(then, log) {
  const now = log.checkpoint;
  if (then.size > now.size) throw new NotKnown(`the proof is newer than this copy of the log, which ends at ${now.size} entries`);
  if (then.size === now.size) {
    if (!same(then.root, now.root)) throw new Refused(`this site's log of ${now.size} entries is another than the one the proof is from`);
    return;
  }
  if (log.hashes === null) throw new NotKnown("the log is too large to be held in this page");
  const roots = [await rootOf(log.hashes.slice(0, Number(then.size))), await rootOf(log.hashes)];
  if (!same(roots[1], now.root)) throw new NotKnown("this site's copy of its log is damaged");
  if (!same(roots[0], then.root)) throw new Refused("this site's log of today does not begin with the log that the proof is from: history was rewritten");
}

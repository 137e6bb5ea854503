// Merkle trees of RFC 6962, checked by the loops of RFC 9162; the same as `grader/merkle.py`, which says why.
// Sizes and indices are BigInt: a browser's bit operations end at 32 bits.

async function leafHash(leaf) {
  return sha256(joined(Uint8Array.of(0), leaf));
}

async function nodeHash(left, right) {
  return sha256(joined(Uint8Array.of(1), left, right));
}

/** The root of the tree with these leaf hashes, or null for no leaves, which no checkpoint of ours has. */
async function rootOf(hashes) {
  if (hashes.length === 0) return null;
  let level = hashes;
  while (level.length > 1) {
    const above = [];
    for (let at = 0; at + 1 < level.length; at += 2) above.push(await nodeHash(level[at], level[at + 1]));
    if (level.length % 2) above.push(level.at(-1));
    level = above;
  }
  return level[0];
}

/** Check that a leaf, given as its hash, is number `index` in the tree of `size` leaves that has this root. */
async function checkInclusion(leaf, index, size, proof, root) {
  if (index < 0n || index >= size) throw new Refused(`entry ${index} cannot be in a log of ${size} entries`);
  let value = leaf;
  for (const [other, onTheLeft] of climb(index, size - 1n, proof)) {
    value = onTheLeft ? await nodeHash(other, value) : await nodeHash(value, other);
  }
  if (!same(value, root)) throw new Refused("the proof does not lead from this entry to the log that was signed");
}

/** Yield each hash of a path, and whether it stands on the left of what is being climbed from. */
function* climb(at, last, path) {
  for (const other of path) {
    if (other.length !== 32) throw new Refused("a hash of a proof does not have 32 bytes");
    if (last === 0n) throw new Refused("the proof is too long for its log");
    const onTheLeft = Boolean(at & 1n) || at === last;
    while (onTheLeft && at && !(at & 1n)) {
      at >>= 1n;
      last >>= 1n;
    }
    at >>= 1n;
    last >>= 1n;
    yield [other, onTheLeft];
  }
  if (last) throw new Refused("the proof is too short for its log");
}

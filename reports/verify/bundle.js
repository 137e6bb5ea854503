// What was dropped: a bundle (ZIP), a baked badge (PNG) or a bare credential (JSON), taken apart within bounds.
// Theory of operation. A ZIP file can say everything twice, and two programs can read it differently. So its entries are
// read in order, without asking its directory, and then written again as `grader/certify/bundle.py` writes them: what
// comes out has to be the very bytes that were dropped. Entries are stored as they are, so nothing is ever unpacked.

const KIB = 1024;
const PARTS = {
  "credential.json": 512 * KIB,
  "leaf.json": 64 * KIB,
  "private.json": 64 * KIB,
  "certificate.tlog-proof": 64 * KIB,
  "status-lists/revocation.json": 512 * KIB,
  "status-lists/suspension.json": 512 * KIB,
  "did.json": 64 * KIB,
};
const NEEDED = Object.keys(PARTS).slice(0, 4);
const MAX_FILE_BYTES = 8 * KIB * KIB;
const PNG_SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const BADGE_KEYWORD = "openbadgecredential";

/** The parts of what was dropped, by name; a badge or a bare credential has one part only. */
function partsOf(bytes) {
  if (bytes.length > MAX_FILE_BYTES) throw new Refused(`the file has ${bytes.length} bytes; a certificate has at most ${MAX_FILE_BYTES}`);
  if (begins(bytes, utf8("PK"))) return readBundle(bytes);
  if (begins(bytes, PNG_SIGNATURE)) return { "credential.json": readBadge(bytes) };
  if (begins(bytes, utf8("%PDF"))) {
    throw new NotKnown("a PDF is for people: anybody can edit its text. Take the attached file out of it (most readers list attachments) and choose that one");
  }
  return { "credential.json": bytes };
}

function begins(bytes, start) {
  return same(bytes.slice(0, start.length), start);
}

/** The parts of a bundle, which is written in one way only. */
function readBundle(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const parts = Object.create(null);
  let at = 0;
  while (at + 30 <= bytes.length && view.getUint32(at, true) === 0x04034b50) {
    const size = view.getUint32(at + 18, true);
    const nameEnd = at + 30 + view.getUint16(at + 26, true);
    const name = Array.from(bytes.slice(at + 30, nameEnd), (byte) => String.fromCharCode(byte)).join("");
    if (!Object.hasOwn(PARTS, name)) throw new Refused(`the bundle holds ${excerpt(name)}, which is no part of a bundle`);
    if (view.getUint16(at + 8, true) !== 0) throw new Refused(`${name} is compressed; a bundle holds its parts as they are`);
    if (size > PARTS[name] || nameEnd + size > bytes.length) throw new Refused(`${name} is larger than it may be, or cut off`);
    parts[name] = bytes.slice(nameEnd, nameEnd + size);
    at = nameEnd + size;
  }
  for (const name of NEEDED) if (!parts[name]) throw new Refused(`the bundle has no ${name}`);
  if (!same(writeBundle(parts), bytes)) {
    throw new Refused("the ZIP file is not written as a bundle is: it was damaged or packed again, or something is hidden in it");
  }
  return parts;
}

/** The bytes of a bundle with these parts. Source: PKWARE APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16. */
function writeBundle(parts) {
  const written = [];
  const directory = [];
  let at = 0;
  for (const name of Object.keys(PARTS).filter((one) => one in parts)) {
    const content = parts[name];
    const about = [[20, 2], [0, 2], [0, 2], [0, 2], [0x21, 2], [crc32(content), 4], [content.length, 4], [content.length, 4], [name.length, 2]];
    const entry = joined(little([[0x04034b50, 4], ...about, [0, 2]]), utf8(name), content);
    const unix = [[0, 2], [0, 2], [0, 2], [0, 2], [0o100644 * 65536, 4], [at, 4]];
    directory.push(little([[0x02014b50, 4], [(3 << 8) | 20, 2], ...about, ...unix]), utf8(name));
    written.push(entry);
    at += entry.length;
  }
  const listed = joined(...directory);
  const count = written.length;
  const end = little([[0x06054b50, 4], [0, 2], [0, 2], [count, 2], [count, 2], [listed.length, 4], [at, 4], [0, 2]]);
  return joined(...written, listed, end);
}

/** Numbers, each with how many bytes it takes, least significant byte first. */
function little(numbers) {
  return Uint8Array.from(numbers.flatMap(([value, width]) => Array.from({ length: width }, (_, byte) => Math.floor(value / 256 ** byte) % 256)));
}

/** The credential inside a PNG: exactly one uncompressed iTXt (`grader/credential/badge_image.py`). */
function readBadge(bytes) {
  const found = pngChunks(bytes).filter((chunk) => ["iTXt", "tEXt", "zTXt"].includes(chunk.kind) && keywordOf(chunk.data) === BADGE_KEYWORD);
  if (found.length !== 1) throw new Refused(`the picture holds ${found.length || "no"} certificates; expected exactly one`);
  const [{ kind, data }] = found;
  let at = BADGE_KEYWORD.length + 1;
  if (kind !== "iTXt" || data[at] !== 0 || data[at + 1] !== 0) throw new Refused("the certificate in the picture is not an uncompressed iTXt");
  at += 2;
  for (let texts = 0; texts < 2; texts += 1) {
    const end = data.indexOf(0, at);
    if (end < 0) throw new Refused("the certificate in the picture is damaged");
    at = end + 1;
  }
  return data.slice(at);
}

function keywordOf(data) {
  const end = data.indexOf(0);
  return end < 0 || end > 79 ? "" : Array.from(data.slice(0, end), (byte) => String.fromCharCode(byte)).join("");
}

function pngChunks(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const chunks = [];
  let at = PNG_SIGNATURE.length;
  while (chunks.length < 4096) {
    if (bytes.length - at < 12) throw new Refused("the picture ends too early");
    const length = view.getUint32(at);
    if (length > bytes.length - at - 12) throw new Refused("a part of the picture is longer than the file");
    const kind = String.fromCharCode(...bytes.slice(at + 4, at + 8));
    if (crc32(bytes.slice(at + 4, at + 8 + length)) !== view.getUint32(at + 8 + length)) throw new Refused("the picture is damaged");
    if ((chunks.length === 0) !== (kind === "IHDR")) throw new Refused("the picture does not begin with its one header");
    chunks.push({ kind, data: bytes.slice(at + 8, at + 8 + length) });
    at += 12 + length;
    if (kind === "IEND") {
      if (at !== bytes.length) throw new Refused("something follows the end of the picture");
      return chunks;
    }
  }
  throw new Refused("the picture has too many parts");
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

/** CRC-32 as ZIP and PNG use it. */
function crc32(bytes) {
  let value = 0xffffffff;
  for (const byte of bytes) value = CRC_TABLE[(value ^ byte) & 255] ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}

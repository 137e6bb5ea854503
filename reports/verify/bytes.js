// Bytes and how they are spelled: UTF-8, hexadecimal, base64, base58. Every spelling is strict: one text, one meaning.
// Why here: a browser's own readers are lenient (atob passes over spaces and unused bits), and lenient is forgeable.

/** Something in the file is not as it has to be; the sentence is for a person. */
class Refused extends Error {}

/** Something cannot be told here, which says nothing against the certificate. */
class NotKnown extends Error {}

const ALPHABET_58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

function utf8(text) {
  return new TextEncoder().encode(text);
}

/** Text of bytes that are exactly UTF-8; a byte order mark is not passed over. */
function textOf(bytes, what) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Refused(`${what} is not text in UTF-8`);
  }
}

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function same(one, other) {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function sha256(bytes) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

/** `sha256:<hex>`, as credentials and ledger write digests. */
async function digestOf(bytes) {
  return `sha256:${hex(await sha256(bytes))}`;
}

/** A stranger's text cut short, for a sentence; what it would do to the line is made visible elsewhere (`shown`). */
function excerpt(value) {
  const text = typeof value === "string" ? value : String(JSON.stringify(value));
  return `“${text.length > 60 ? `${text.slice(0, 60)}…` : text}”`;
}

function toBase64(bytes) {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/** Bytes of base64 as RFC 4648 spells them, and in no other way. */
function fromBase64(text, what) {
  let bytes;
  try {
    bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  } catch {
    throw new Refused(`${what} is not base64`);
  }
  if (toBase64(bytes) !== text) throw new Refused(`${what} is not spelled as base64 spells these bytes`);
  return bytes;
}

/** Bytes of a multibase text in base64url (`u…`), without padding. */
function fromBase64Url(text, what) {
  if (!/^u[A-Za-z0-9_-]*$/.test(text)) throw new Refused(`${what} is no base64url after a u`);
  const plain = text.slice(1).replaceAll("-", "+").replaceAll("_", "/");
  return fromBase64(plain + "=".repeat((4 - (plain.length % 4)) % 4), what);
}

/** Bytes of a multibase text in base58btc (`z…`), such as a key or a signature. */
function fromMultibase(text, what) {
  if (typeof text !== "string" || text.length > 128 || !/^z[1-9A-HJ-NP-Za-km-z]*$/.test(text)) {
    throw new Refused(`${what} is not base58btc after a z`);
  }
  let number = 0n;
  for (const letter of text.slice(1)) number = number * 58n + BigInt(ALPHABET_58.indexOf(letter));
  const bytes = [];
  for (; number > 0n; number >>= 8n) bytes.unshift(Number(number & 255n));
  const zeros = text.slice(1).match(/^1*/)[0].length;
  return Uint8Array.from([...new Array(zeros).fill(0), ...bytes]);
}

/** The 32 bytes of an Ed25519 public key written as Multikey. */
function publicKeyOf(multikey) {
  const bytes = fromMultibase(multikey, "a key");
  if (bytes.length !== 34 || bytes[0] !== 0xed || bytes[1] !== 0x01) {
    throw new Refused(`${excerpt(multikey)} is no Ed25519 public key`);
  }
  return bytes.slice(2);
}

/** Whether the holder of an Ed25519 key (32 bytes) signed exactly this message. */
async function isSigned(key, message, signature) {
  let imported;
  try {
    imported = await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
  } catch (error) {
    if (error.name === "NotSupportedError") throw new NotKnown("this browser cannot check Ed25519 signatures; use a newer one");
    return false;
  }
  return crypto.subtle.verify({ name: "Ed25519" }, imported, signature, message);
}

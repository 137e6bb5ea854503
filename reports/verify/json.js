// JSON read so that it can mean one thing only, and written in the one way of RFC 8785 (JCS).
// Why not JSON.parse: it takes the last of two members of one name, and rounds numbers. Of a signed text, the program
// that checks and the one that shows would then see two documents. The same is refused here as in `strict_json.py`.

const MAX_JSON_BYTES = 512 * 1024;
const MAX_DEPTH = 24;
const ESCAPES = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

/** The JSON value that the bytes are; objects have no prototype, so that a member may have any name. */
function readJson(bytes, what) {
  if (bytes.length > MAX_JSON_BYTES) throw new Refused(`${what} has ${bytes.length} bytes; at most ${MAX_JSON_BYTES} are read`);
  return new JsonReader(textOf(bytes, what), what).whole();
}

/** The same, of a text that has to be an object. */
function readObject(bytes, what) {
  const value = readJson(bytes, what);
  if (!isObject(value)) throw new Refused(`${what} is JSON, but no object`);
  return value;
}

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Canonical JSON (RFC 8785) of what `readJson` returns, as text: members sorted by their UTF-16 units, no spaces. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (isObject(value)) {
    const members = Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`);
    return `{${members.join(",")}}`;
  }
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) throw new Refused(`the number ${value} has no one canonical form`);
    return String(value);
  }
  return JSON.stringify(value);
}

class JsonReader {
  constructor(text, what) {
    this.text = text;
    this.what = what;
    this.at = 0;
  }

  whole() {
    const value = this.value(1);
    this.space();
    if (this.at < this.text.length) this.refuse("something follows its end");
    return value;
  }

  refuse(why) {
    throw new Refused(`${this.what} is not the JSON it should be: ${why} (at ${this.at})`);
  }

  space() {
    while (" \t\n\r".includes(this.text[this.at] ?? "-")) this.at += 1;
  }

  take(expected) {
    this.space();
    if (!this.text.startsWith(expected, this.at)) this.refuse(`expected ${expected}`);
    this.at += expected.length;
  }

  next(wanted) {
    this.space();
    if (this.text[this.at] !== wanted) return false;
    this.at += 1;
    return true;
  }

  value(depth) {
    this.space();
    const first = this.text[this.at];
    if (first === "{" || first === "[") {
      if (depth > MAX_DEPTH) this.refuse(`it is nested deeper than ${MAX_DEPTH} levels`);
      return first === "{" ? this.object(depth) : this.array(depth);
    }
    if (first === '"') return this.string();
    for (const [word, value] of [["true", true], ["false", false], ["null", null]]) {
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length;
        return value;
      }
    }
    return this.number();
  }

  object(depth) {
    this.take("{");
    const found = Object.create(null);
    if (this.next("}")) return found;
    do {
      this.space();
      const name = this.string();
      if (Object.hasOwn(found, name)) this.refuse(`the member ${excerpt(name)} occurs twice in one object`);
      this.take(":");
      found[name] = this.value(depth + 1);
    } while (this.next(","));
    this.take("}");
    return found;
  }

  array(depth) {
    this.take("[");
    const found = [];
    if (this.next("]")) return found;
    do found.push(this.value(depth + 1));
    while (this.next(","));
    this.take("]");
    return found;
  }

  number() {
    const match = /-?(0|[1-9][0-9]*)([.eE])?/y;
    match.lastIndex = this.at;
    const found = match.exec(this.text);
    if (!found) this.refuse("expected a value");
    if (found[2]) this.refuse("a number is no integer; credentials write such numbers as text");
    if (found[0].length > 17 || !Number.isSafeInteger(Number(found[0]))) this.refuse("a number is too large to be exact");
    this.at += found[0].length;
    return Number(found[0]) + 0;
  }

  string() {
    if (!this.text.startsWith('"', this.at)) this.refuse("expected a text");
    this.at += 1;
    const parts = [];
    for (;;) {
      const plain = /[^"\\\u0000-\u001f]*/y;
      plain.lastIndex = this.at;
      const [run] = plain.exec(this.text);
      parts.push(run);
      this.at += run.length;
      const letter = this.text[this.at];
      if (letter === '"') break;
      if (letter !== "\\") this.refuse("a text has no end, or holds a control character");
      parts.push(this.escape());
    }
    this.at += 1;
    const text = parts.join("");
    if (!text.isWellFormed()) this.refuse("a text holds half a surrogate pair");
    return text;
  }

  escape() {
    const letter = this.text[this.at + 1];
    if (letter === "u") {
      const digits = this.text.slice(this.at + 2, this.at + 6);
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) this.refuse("an escape is damaged");
      this.at += 6;
      return String.fromCharCode(parseInt(digits, 16));
    }
    if (!Object.hasOwn(ESCAPES, letter ?? "")) this.refuse("an escape is damaged");
    this.at += 2;
    return ESCAPES[letter];
  }
}

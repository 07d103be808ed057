// What our checks use of Node's Buffer. Built into the offline page in its place.

type Encoding = "hex" | "base64" | "base64url" | "latin1" | "utf8";

const hexOf = (bytes: Uint8Array): string => {
  let text = "";
  for (const octet of bytes) text += octet.toString(16).padStart(2, "0");
  return text;
};

function latin1Of(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 8192)
    parts.push(String.fromCharCode(...bytes.subarray(at, at + 8192)));
  return parts.join("");
}

/** As Node does, up to the first character that is no digit. */
function bytesOfHex(text: string): Uint8Array {
  const digits = /^(?:[0-9a-fA-F]{2})*/.exec(text)![0];
  return Uint8Array.from({ length: digits.length / 2 }, (_, index) =>
    Number.parseInt(digits.slice(index * 2, index * 2 + 2), 16),
  );
}

function bytesOfText(text: string, encoding: Encoding): Uint8Array {
  switch (encoding) {
    case "hex":
      return bytesOfHex(text);
    case "latin1":
      return Uint8Array.from(text, (character) => character.charCodeAt(0));
    case "base64":
    case "base64url": {
      const plain = text
        .replace(/-/g, "+")
        .replace(/_/g, "/")
        .replace(/[^A-Za-z0-9+/]/g, "");
      return bytesOfText(atob(plain.slice(0, plain.length - (plain.length % 4 === 1 ? 1 : 0))), "latin1");
    }
    default:
      return new TextEncoder().encode(text);
  }
}

class BufferView extends Uint8Array<ArrayBuffer> {
  override toString(encoding: Encoding = "utf8"): string {
    switch (encoding) {
      case "hex":
        return hexOf(this);
      case "latin1":
        return latin1Of(this);
      case "base64":
        return btoa(latin1Of(this));
      case "base64url":
        return btoa(latin1Of(this)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
      default:
        return new TextDecoder("utf-8", { ignoreBOM: true }).decode(this);
    }
  }

  override indexOf(searched: number | Uint8Array, from = 0): number {
    if (typeof searched === "number") return super.indexOf(searched, from);
    const [first] = searched;
    if (first === undefined) return from;
    for (let at = super.indexOf(first, from); at >= 0; at = super.indexOf(first, at + 1)) {
      if (at + searched.length > this.length) return -1;
      let length = 1;
      while (length < searched.length && this[at + length] === searched[length]) length++;
      if (length === searched.length) return at;
    }
    return -1;
  }
}

const viewOf = (bytes: Uint8Array) =>
  new BufferView(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength);

export const Buffer = {
  from(source: string | Uint8Array | ArrayBuffer, second?: Encoding | number, length?: number): BufferView {
    if (typeof source === "string") return viewOf(bytesOfText(source, (second as Encoding) ?? "utf8"));
    if (source instanceof Uint8Array) return viewOf(source.slice());
    return new BufferView(source, second as number | undefined, length);
  },
  compare(a: Uint8Array, b: Uint8Array): number {
    const shared = Math.min(a.length, b.length);
    for (let index = 0; index < shared; index++)
      if (a[index] !== b[index]) return a[index]! < b[index]! ? -1 : 1;
    return Math.sign(a.length - b.length);
  },
  concat(parts: readonly Uint8Array[]): BufferView {
    const whole = viewOf(new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0)));
    let position = 0;
    for (const part of parts) {
      whole.set(part, position);
      position += part.length;
    }
    return whole;
  },
};

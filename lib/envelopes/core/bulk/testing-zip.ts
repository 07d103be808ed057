import { deflateRawSync } from "node:zlib";
import { concatBytes, fromUtf8 } from "#lib/bytes.ts";

/** A ZIP archive of these files, without the checksums that our reader does not look at. */
export function zipOf(files: Readonly<Record<string, string | Uint8Array>>): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const [name, content] of Object.entries(files)) {
    const plain = typeof content === "string" ? fromUtf8(content) : content;
    const packed = new Uint8Array(deflateRawSync(plain));
    const named = fromUtf8(name);
    const local = new DataView(new ArrayBuffer(30));
    local.setUint32(0, 0x04034b50, true);
    local.setUint16(8, 8, true);
    local.setUint16(26, named.length, true);
    const entry = new DataView(new ArrayBuffer(46));
    entry.setUint32(0, 0x02014b50, true);
    entry.setUint16(10, 8, true);
    entry.setUint32(20, packed.length, true);
    entry.setUint32(24, plain.length, true);
    entry.setUint16(28, named.length, true);
    entry.setUint32(42, at, true);
    directory.push(new Uint8Array(entry.buffer), named);
    parts.push(new Uint8Array(local.buffer), named, packed);
    at += 30 + named.length + packed.length;
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  const end = new DataView(new ArrayBuffer(22));
  end.setUint32(0, 0x06054b50, true);
  end.setUint16(8, directory.length / 2, true);
  end.setUint16(10, directory.length / 2, true);
  end.setUint32(12, size, true);
  end.setUint32(16, at, true);
  return concatBytes([...parts, ...directory, new Uint8Array(end.buffer)]);
}

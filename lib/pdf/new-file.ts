import { concatBytes, fromLatin1, sha256 } from "#lib/bytes.ts";
import { type PdfObject, PdfRef, PdfStream, PdfString, pdfDict, serialize } from "./objects.ts";
import type { ObjectSink } from "./update.ts";

/** Collects the objects of a new file, and writes it as one revision with a plain cross-reference table. */
export class NewFile implements ObjectSink {
  readonly #objects: (PdfObject | undefined)[] = [];

  add(object: PdfObject): PdfRef {
    this.#objects.push(object);
    return new PdfRef(this.#objects.length);
  }

  /** A number for an object whose content comes later. */
  reserve(): PdfRef {
    this.#objects.push(undefined);
    return new PdfRef(this.#objects.length);
  }

  fill(ref: PdfRef, object: PdfObject): void {
    this.#objects[ref.number - 1] = object;
  }

  /**
   * The bytes of the file.
   *
   * @param seed 32 random bytes for the file's ID.
   * @throws TypeError when a reserved object was never filled
   * @see ISO 32000-2 §7.5; ISO 19005-3 §6.1 for the white space around each part
   */
  bytes(version: string, catalog: PdfRef, info: PdfRef, seed: Uint8Array): Uint8Array {
    const parts: Uint8Array[] = [];
    let position = 0;
    const push = (part: Uint8Array | string) => {
      const bytes = typeof part === "string" ? fromLatin1(part) : part;
      parts.push(bytes);
      position += bytes.length;
    };
    // The comment's bytes above 127 tell transfer programs that the file is binary (§7.5.2).
    push(`%PDF-${version}\n%\xe2\xe3\xcf\xd3\n`);
    let rows = `xref\n0 ${this.#objects.length + 1}\n0000000000 65535 f\r\n`;
    for (const [index, object] of this.#objects.entries()) {
      if (object === undefined) throw new TypeError(`object ${index + 1} was never filled`);
      rows += `${String(position).padStart(10, "0")} 00000 n\r\n`;
      push(`${index + 1} 0 obj\n`);
      if (object instanceof PdfStream) for (const part of streamParts(object)) push(part);
      else push(serialize(object));
      push("\nendobj\n");
    }
    const start = position;
    const id = new PdfString(sha256(seed, fromLatin1("ID")).subarray(0, 16), true);
    const trailer = pdfDict({ Size: this.#objects.length + 1, Root: catalog, Info: info, ID: [id, id] });
    push(`${rows}trailer\n${serialize(trailer)}\nstartxref\n${start}\n%%EOF\n`);
    return concatBytes(parts);
  }
}

function streamParts({ dict, data }: PdfStream): (Uint8Array | string)[] {
  if (!(data instanceof Uint8Array)) throw new TypeError("a new file writes streams from bytes");
  return [`${serialize(new Map(dict).set("Length", data.length))}\nstream\n`, data, "\nendstream"];
}

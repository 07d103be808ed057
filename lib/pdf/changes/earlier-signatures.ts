import { type ByteSource, toLatin1 } from "#lib/bytes.ts";
import { isRefusal } from "#lib/errors.ts";
import type { FileFinding } from "../changes.ts";
import { find } from "../indirect.ts";
import { PdfFile } from "../reader.ts";
import { printable } from "./change.ts";
import { type FoundSignature, findSignatures } from "./found-signature.ts";

const MAX_REVISIONS = 40;
const MAX_CANDIDATES = 20_000;

/**
 * Signatures of revisions before the first that is kept, which that one no longer has. It was made over the file
 * without them, so they are only told; with no signature kept at all, somebody took them away.
 *
 * @param end of the revision with the first signature; null when there is none.
 */
export function lostSignatures(
  source: ByteSource,
  file: PdfFile,
  kept: readonly FoundSignature[],
  end: number | null,
): FileFinding[] {
  const present = new Set(kept.map(({ objectAt }) => objectAt));
  const lost = new Map<number, FoundSignature>();
  for (const earlier of earlierEnds(source, file, end ?? source.size)) {
    for (const signature of signaturesUpTo(source, earlier)) {
      const { objectAt, faults } = signature;
      if (objectAt !== null && faults.length === 0 && !present.has(objectAt)) lost.set(objectAt, signature);
    }
  }
  return [...lost.values()].map(({ field }) => ({
    severity: end === null ? "error" : "warning",
    code: "signature-lost",
    message: `the signature in field "${printable(field.name)}" of an earlier revision is no longer there`,
  }));
}

function signaturesUpTo(source: ByteSource, end: number): FoundSignature[] {
  const read = (position: number, length: number) =>
    source.read(position, Math.max(0, Math.min(length, end - position)));
  try {
    const file = PdfFile.open({ size: end, read });
    return file.condition.isDamaged ? [] : findSignatures(file);
  } catch (error) {
    if (isRefusal(error)) return [];
    throw error;
  }
}

/** Where revisions before the newest end, also those that the newest no longer leads back to. */
function earlierEnds(source: ByteSource, { xref }: PdfFile, before: number): number[] {
  const ends: number[] = [];
  const sections = new Map<number, boolean>();
  let from = 0;
  for (let count = 0; count < MAX_CANDIDATES; count++) {
    const at = find(source, from, "startxref", before);
    if (at === null) break;
    from = at + 9;
    const match = /^startxref\s{1,8}(\d{1,12})\s{1,8}%%EOF(?:\r\n|\r|\n)?/.exec(
      toLatin1(source.read(at, 64)),
    );
    if (!match) continue;
    const position = Number(match[1]) + xref.shift;
    const end = at + match[0].length;
    const isThere = sections.get(position) ?? isSection(source, position);
    sections.set(position, isThere);
    if (isThere && position < at && end < before) ends.push(end);
    if (ends.length > MAX_REVISIONS) ends.shift();
  }
  return ends;
}

const isSection = (source: ByteSource, position: number): boolean =>
  /^[\s\0]*(?:xref|\d+\s+\d+\s+obj)/.test(toLatin1(source.read(position, 64)));

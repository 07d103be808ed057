import { fromUtf8 } from "#lib/bytes.ts";

/**
 * A name as it may stand in a ZIP file: nothing a file system objects to, and no longer than there is room for.
 *
 * @param ending kept whole, as `.pdf`. @param mostBytes of UTF-8, for name and ending.
 */
export function nameInZip(text: string, ending: string, mostBytes: number): string {
  const plain = text
    .toWellFormed()
    .normalize("NFC")
    .replace(/[\p{Cc}\p{Cf}<>:"/\\|?*]+/gu, " ")
    .replace(/\s+/gu, " ")
    .replace(/^[.\s]+/u, "");
  const room = mostBytes - fromUtf8(ending).length;
  let [name, size] = ["", 0];
  for (const character of plain) {
    size += fromUtf8(character).length;
    if (size > room) break;
    name += character;
  }
  return `${name.replace(/[.\s]+$/u, "") || "file"}${ending}`;
}

/** Whether a name is met for the first time, as file systems that know no capitals compare. */
export function isNamedOnce(): (name: string) => boolean {
  const seen = new Set<string>();
  return (name) => {
    const folded = name.toLowerCase();
    if (seen.has(folded)) return false;
    seen.add(folded);
    return true;
  };
}

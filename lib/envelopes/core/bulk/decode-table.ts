export const TABLE_ENCODINGS = ["utf-8", "utf-16le", "utf-16be", "windows-1252"] as const;
export type TableEncoding = (typeof TABLE_ENCODINGS)[number];

/** How much of a file tells UTF-16 without a mark from everything else. */
const SAMPLE_BYTES = 4_096;

/**
 * The text of a table in whatever encoding a spreadsheet saved it: by its byte order mark, by the zero bytes of UTF-16,
 * as UTF-8 where it is that, and else as Windows-1252, in which every byte is a character.
 */
export function decodeTable(bytes: Uint8Array): { readonly text: string; readonly encoding: TableEncoding } {
  const encoding =
    markedEncoding(bytes) ?? zeroedEncoding(bytes) ?? (isUtf8(bytes) ? "utf-8" : "windows-1252");
  // The decoder takes a byte order mark away by itself.
  return { text: new TextDecoder(encoding).decode(bytes), encoding };
}

function markedEncoding(bytes: Uint8Array): TableEncoding | null {
  const [first, second, third] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf) return "utf-8";
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  return null;
}

/** Latin text in UTF-16 has a zero in every second byte, and no other text has any. */
function zeroedEncoding(bytes: Uint8Array): TableEncoding | null {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  let [even, odd] = [0, 0];
  for (let at = 0; at < sample.length; at++) if (sample[at] === 0) at % 2 === 0 ? even++ : odd++;
  if (even + odd < sample.length / 8 || even + odd === 0) return null;
  return even > odd ? "utf-16be" : "utf-16le";
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

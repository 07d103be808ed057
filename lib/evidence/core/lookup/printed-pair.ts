/** Hexadecimal digits of a SHA-256 that somebody has to know: 48 bits, which nobody guesses over a network. */
export const LEAST_DIGITS = 12;

const LETTERS = /^[0-9A-HJKMNP-TV-Z]{8}$/;

/**
 * A short id as a person types it from paper: case, spaces and hyphens do not matter, and letters that the alphabet
 * leaves out stand for the digits they look like.
 *
 * @returns `WH-7K2M-9QXD`, or null when it is none
 */
export function typedShortId(text: string): string | null {
  const plain = text.toUpperCase().replaceAll(/[^\p{L}\p{N}]/gu, "");
  const letters = (plain.length === 10 && plain.startsWith("WH") ? plain.slice(2) : plain)
    .replaceAll("O", "0")
    .replaceAll(/[IL]/g, "1");
  return LETTERS.test(letters) ? `WH-${letters.slice(0, 4)}-${letters.slice(4)}` : null;
}

/**
 * The beginning of a SHA-256 as a person types it, in groups or not.
 *
 * @returns 12 to 64 hexadecimal digits in lower case, or null
 */
export function typedSha256(text: string): string | null {
  const digits = text.toLowerCase().replaceAll(/[\s:.…-]/g, "");
  return digits.length >= LEAST_DIGITS && /^[0-9a-f]{1,64}$/.test(digits) ? digits : null;
}

/** What a file was, by whose hash somebody asks. */
export type RecordedKind = "original" | "earlier" | "newest" | "paper";

export interface Recorded {
  readonly kind: RecordedKind;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** Null where nothing of that sort was given. */
export interface PairFound {
  readonly kind: RecordedKind;
  readonly typed: "equal" | "other" | null;
  readonly file: "equal" | "other" | null;
}

/**
 * What was recorded under a short id, against what somebody holds.
 *
 * @param typed the beginning of a hash. @param file a whole one
 * @returns null when nothing they hold was recorded: whoever has the short id alone gets no other answer
 */
export function comparePair(
  recorded: readonly Recorded[],
  { typed, file }: { readonly typed: string | null; readonly file: string | null },
): PairFound | null {
  const byFile = file === null ? undefined : recorded.find(({ sha256 }) => sha256 === file);
  const byTyped = typed === null ? undefined : recorded.find(({ sha256 }) => sha256.startsWith(typed));
  const found = byFile ?? byTyped;
  if (!found) return null;
  const isTyped = typed !== null && found.sha256.startsWith(typed);
  return {
    kind: found.kind,
    typed: typed === null ? null : isTyped ? "equal" : "other",
    file: file === null ? null : byFile ? "equal" : "other",
  };
}

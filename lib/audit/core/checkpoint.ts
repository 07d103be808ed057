import { auditError } from "#lib/audit/errors.ts";
import { fromBase64, toBase64, toHex } from "#lib/bytes.ts";

/** How large the log is, and the one hash that stands for all of it. @see C2SP tlog-checkpoint */
export interface Checkpoint {
  /** Names the log: its address without the scheme. */
  readonly origin: string;
  /** How many leaves. */
  readonly size: number;
  /** 32 bytes. */
  readonly root: Uint8Array;
  /** SHA-256 of the note published before, as it was published; null for the first. */
  readonly previousSha256: Uint8Array | null;
}

/** So that a published checkpoint cannot be left out of the row later: each names the one before. */
const PREVIOUS = /^previous ([0-9a-f]{64})$/;
const SIZE = /^(0|[1-9]\d{0,15})$/;

/** The text that is signed. */
export function checkpointText({ origin, size, root, previousSha256 }: Checkpoint): string {
  const lines = [origin, String(size), toBase64(root)];
  if (previousSha256) lines.push(`previous ${toHex(previousSha256)}`);
  return `${lines.join("\n")}\n`;
}

/** Reads the text of a note; extension lines other than ours are passed over. @throws audit/checkpoint-malformed */
export function parseCheckpoint(text: string): Checkpoint {
  const malformed = (why: string) => auditError("checkpoint-malformed", why);
  if (!text.endsWith("\n")) throw malformed("no line feed at its end");
  const [origin, size, root, ...extensions] = text.slice(0, -1).split("\n");
  if (!origin) throw malformed("no origin");
  if (size === undefined || !SIZE.test(size) || !Number.isSafeInteger(Number(size)))
    throw malformed("no tree size");
  const hash = fromBase64(root ?? "");
  if (hash.length !== 32 || toBase64(hash) !== root) throw malformed("no root hash");
  if (extensions.includes("")) throw malformed("an empty line");
  const previous = extensions.flatMap((line) => PREVIOUS.exec(line)?.[1] ?? []);
  if (previous.length > 1) throw malformed("two checkpoints before it");
  return {
    origin,
    size: Number(size),
    root: hash,
    previousSha256: previous[0] === undefined ? null : Uint8Array.from(Buffer.from(previous[0], "hex")),
  };
}

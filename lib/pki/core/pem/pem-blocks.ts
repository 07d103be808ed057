import { fromBase64 } from "#lib/bytes.ts";
import { pkiError } from "#lib/pki/errors.ts";

/** One block of a PEM text. @see RFC 7468 §2, RFC 1421 §4.6 */
export interface PemBlock {
  /** Such as `CERTIFICATE`. */
  readonly label: string;
  readonly der: Uint8Array;
  /** The header lines of RFC 1421 are there: old OpenSSL encrypted keys so. */
  readonly isTraditionallyEncrypted: boolean;
  /** The whole block, from its first line to its last. */
  readonly text: string;
}

export const MAX_PEM_CHARACTERS = 4 * 1024 * 1024;
const MAX_BLOCKS = 500;
const BEGIN = "-----BEGIN ";
const DASHES = "-----";

/**
 * The blocks of a PEM text in their order. What stands between them is passed over, and so are spaces and the
 * way lines end.
 *
 * @param text untrusted. @returns empty when there is none.
 * @throws pki/malformed when a block has no end or is not base64; pki/too-large
 * @see RFC 7468 §3
 */
export function readPemBlocks(text: string): PemBlock[] {
  if (text.length > MAX_PEM_CHARACTERS) throw pkiError("too-large", `PEM of ${text.length} characters`);
  const blocks: PemBlock[] = [];
  for (let from = text.indexOf(BEGIN); from >= 0; ) {
    if (blocks.length === MAX_BLOCKS) throw pkiError("too-large", `PEM of more than ${MAX_BLOCKS} blocks`);
    const labelEnd = text.indexOf(DASHES, from + BEGIN.length);
    const label = text.slice(from + BEGIN.length, labelEnd);
    if (labelEnd < 0 || !/^[A-Z0-9#][A-Z0-9# ]{0,63}$/.test(label))
      throw pkiError("malformed", "PEM: a first line without an end");
    const last = `-----END ${label}-----`;
    const end = text.indexOf(last, labelEnd);
    if (end < 0) throw pkiError("malformed", `PEM: the block ${label} has no last line`);
    const body = text.slice(labelEnd + DASHES.length, end);
    if (body.includes(BEGIN)) throw pkiError("malformed", `PEM: the block ${label} has no last line`);
    blocks.push(blockOf(label, body, text.slice(from, end + last.length)));
    from = text.indexOf(BEGIN, end);
  }
  return blocks;
}

function blockOf(label: string, body: string, text: string): PemBlock {
  const headers = /^\s*(?:[A-Za-z][A-Za-z-]{0,40}:[^\n]*\n(?:[ \t]+\S[^\n]*\n)*)+/.exec(body)?.[0] ?? "";
  const base64 = body.slice(headers.length).replace(/\s/g, "");
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(base64) || base64 === "")
    throw pkiError("malformed", `PEM: the block ${label} is not base64`);
  const isTraditionallyEncrypted = /^\s*Proc-Type:\s*4,\s*ENCRYPTED/m.test(headers);
  return { label, der: fromBase64(base64), isTraditionallyEncrypted, text };
}

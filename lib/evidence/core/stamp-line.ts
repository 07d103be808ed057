import { canonicalJson } from "#lib/audit/core/canonical-json.ts";
import { equalBytes, fromUtf8, sha256, toHex } from "#lib/bytes.ts";
import { parseTimestampToken, verifyTimestampToken } from "#lib/pki/core/timestamps/timestamp-token.ts";

/** A file of a record, and its SHA-256 in lower-case hex. */
export interface CoveredFile {
  readonly name: string;
  readonly sha256: string;
}

/** One time-stamp in the line of a record's. */
export interface LineStamp {
  readonly number: number;
  /** Null of the record's own. */
  readonly statement: string | null;
  /** TimeStampToken, DER; null where the record has none of its own. */
  readonly token: Uint8Array | null;
  /** JSON; null of the record's own. */
  readonly status: string | null;
}

const FORMAT = "whereof-renewal/1";

/**
 * What a renewal is over: every file of the record, the time-stamp before, and what is needed to check that one later.
 *
 * @returns canonical JSON (RFC 8785); its SHA-256 in UTF-8 is what the token is over. @see RFC 4998 §5.2
 */
export function renewalStatement(
  record: { readonly kind: string; readonly subject: string; readonly files: readonly CoveredFile[] },
  before: LineStamp,
  status: string,
): string {
  return canonicalJson({
    format: FORMAT,
    record: { kind: record.kind, subject: record.subject, files: record.files.map((file) => ({ ...file })) },
    number: before.number + 1,
    tokenBeforeSha256: before.token ? toHex(sha256(before.token)) : null,
    statementBeforeSha256: before.statement === null ? null : toHex(sha256(fromUtf8(before.statement))),
    statusSha256: toHex(sha256(fromUtf8(status))),
  });
}

/**
 * Where a line of time-stamps stops holding: a token that is not over its statement, a statement that does not follow
 * from the record and the one before, or a token that came after the one before could be checked.
 *
 * @returns the number of the first stamp that does not hold; null when all do
 */
export function lineBreak(
  record: Parameters<typeof renewalStatement>[0],
  line: readonly LineStamp[],
): number | null {
  for (const [index, stamp] of line.entries()) {
    const before = line[index - 1];
    if (stamp.number !== index || (before === undefined) !== (stamp.statement === null)) return index;
    if (!before) continue;
    const { statement, token, status } = stamp;
    if (statement === null || !token || status === null) return index;
    if (statement !== renewalStatement(record, before, status)) return index;
    if (!isOver(token, statement) || !isInTime(token, before.token)) return index;
  }
  return null;
}

function isOver(token: Uint8Array, statement: string): boolean {
  try {
    const parsed = parseTimestampToken(token);
    const imprint = sha256(fromUtf8(statement));
    return (
      equalBytes(parsed.imprint.value, imprint) &&
      verifyTimestampToken(parsed, imprint).subIndication === null
    );
  } catch {
    return false;
  }
}

/** The next one is made while the certificate of the one before still is in its time. */
function isInTime(token: Uint8Array, before: Uint8Array | null): boolean {
  if (!before) return true;
  const parsed = parseTimestampToken(before);
  const { signer } = verifyTimestampToken(parsed, parsed.imprint.value);
  return signer !== null && parseTimestampToken(token).generatedAt <= signer.notAfter;
}

import { endOfDigest, endOfKey } from "./core/algorithm-ends.ts";
import { digestNeededBy } from "./core/cms/parse-cms.ts";
import { parseTimestampToken, verifyTimestampToken } from "./core/timestamps/timestamp-token.ts";
import { pkiError } from "./errors.ts";

/**
 * How long a time-stamp can be checked without another one over it: as long as its authority's certificate lives,
 * or until one of its algorithms is no longer relied on.
 *
 * @param der TimeStampToken. @throws pki/malformed
 */
export function timestampUntil(der: Uint8Array): Date {
  const token = parseTimestampToken(der);
  const { signer } = verifyTimestampToken(token, token.imprint.value);
  if (!signer) throw pkiError("malformed", "time-stamp token: its authority is not in it");
  const digests = [token.imprint.digest, digestNeededBy(token.cms)].flatMap((digest) => digest ?? []);
  const ends = [signer.notAfter, endOfKey(signer.key), ...digests.map(endOfDigest)];
  return new Date(Math.min(...ends.map((end) => end.getTime())));
}

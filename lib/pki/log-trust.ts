import { sha256 } from "#lib/bytes.ts";
import { isRefusal } from "#lib/errors.ts";
import type { Runtime } from "#lib/runtime.ts";
import { WHEREOF_OID } from "./core/asn1/oids.ts";
import { type Certificate, readableCertificates } from "./core/certificates/certificate.ts";
import { parseTimestampToken, verifyTimestampToken } from "./core/timestamps/timestamp-token.ts";
import { findPath, type TrustAnchor, trustAnchorOf } from "./core/validation/path.ts";
import { loadAuthorities } from "./store.ts";

/** Whose checkpoints and time-stamps of the log are believed. */
export interface LogTrust {
  /** SubjectPublicKeyInfo of every key whose certificate leads to a trust anchor, DER. */
  readonly logKeys: readonly Uint8Array[];
  /** When a token says a note existed, and why it is not believed; both null when it cannot be read. */
  stampOf(note: Uint8Array, token: Uint8Array): Stamp;
}

export interface Stamp {
  readonly generatedAt: Date | null;
  /** Who stamped, as the certificate names them. */
  readonly authority: string | null;
  /** Why it is no time-stamp of that note; null when it is. */
  readonly problem: string | null;
  /** Its authority leads to no trust anchor. */
  readonly isForeign: boolean;
}

/**
 * @param anchors what the caller believes; null for the roots this database names, which whoever owns the database
 *   could have replaced.
 */
export async function logTrust(
  { database }: Pick<Runtime, "database">,
  anchors: readonly TrustAnchor[] | null,
): Promise<LogTrust> {
  const rows = await loadAuthorities(database.db);
  const of = (wanted: string) =>
    readableCertificates(rows.filter(({ kind }) => kind === wanted).map((row) => row.certificateDer));
  const believed = anchors ?? of("root").map(({ der }) => trustAnchorOf(der));
  const candidates = [...of("issuing"), ...of("root"), ...of("tsa")];
  const isBelieved = (certificate: Certificate, at: Date, more: readonly Certificate[] = []) =>
    findPath({ certificate, candidates: [...candidates, ...more], anchors: believed, at }).isValid;
  const signers = of("log").filter(
    (certificate) =>
      certificate.extendedKeyUsage?.includes(WHEREOF_OID.logSigning) === true &&
      isBelieved(certificate, certificate.notBefore),
  );
  return {
    logKeys: signers.map(({ publicKey }) => publicKey),
    stampOf: (note, token) => readStamp(note, token, candidates, isBelieved),
  };
}

function readStamp(
  note: Uint8Array,
  der: Uint8Array,
  candidates: readonly Certificate[],
  isBelieved: (certificate: Certificate, at: Date, more: readonly Certificate[]) => boolean,
): Stamp {
  try {
    const token = parseTimestampToken(der);
    const carried = readableCertificates(token.cms.certificates);
    const { generatedAt } = token;
    const check = verifyTimestampToken(token, sha256(note), [...candidates, ...carried]);
    const failed = check.findings.find(({ severity }) => severity === "error");
    if (check.subIndication !== null || !check.signer || failed)
      return {
        generatedAt,
        authority: null,
        problem: failed?.message ?? "it does not hold",
        isForeign: false,
      };
    const isForeign = !isBelieved(check.signer, generatedAt, carried);
    return { generatedAt, authority: check.signer.subject.text, problem: null, isForeign };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { generatedAt: null, authority: null, problem: "it cannot be read", isForeign: false };
  }
}

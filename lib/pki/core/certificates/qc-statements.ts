import { isRefusal } from "#lib/errors.ts";
import { childrenOf, fieldsOf, readDer, readOid } from "#lib/pki/core/asn1/read-der.ts";

/** What the issuer states of a certificate. @see EN 319 412-5 §4.2, §4.3 */
export interface QualifiedStatements {
  /** It is a qualified certificate of the European Union (QcCompliance, and no other legislation is named). */
  readonly isQualified: boolean;
  /** For electronic signatures (QcType esign). */
  readonly isForSignatures: boolean;
  /** Its key lies in a qualified signature creation device (QcSSCD). */
  readonly hasDevice: boolean;
}

const OIDS = {
  ...{ compliance: "0.4.0.1862.1.1", device: "0.4.0.1862.1.4", type: "0.4.0.1862.1.6" },
  ...{ forSignatures: "0.4.0.1862.1.6.1", legislation: "0.4.0.1862.1.7" },
} as const;
const MOST_BYTES = 64 * 1024;
const MOST = 50;

/**
 * Reads the statements of a qualified certificate.
 *
 * @param value of the extension (RFC 3739 §3.2.6), DER, untrusted; null where it has none.
 * @returns that nothing is stated where it cannot be read; never throws for what it says
 */
export function readQualifiedStatements(value: Uint8Array | null): QualifiedStatements {
  const found = new Map<string, readonly string[]>();
  try {
    if (value)
      for (const statement of childrenOf(readDer(value, "statements", MOST_BYTES), "statements", MOST)) {
        const fields = fieldsOf(statement, "statement");
        const id = readOid(fields.takeAny("id"), "statement");
        found.set(id, id === OIDS.type ? typesIn(fields.takeAny("types")) : []);
      }
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { isQualified: false, isForSignatures: false, hasDevice: false };
  }
  return {
    isQualified: found.has(OIDS.compliance) && !found.has(OIDS.legislation),
    isForSignatures: found.get(OIDS.type)?.includes(OIDS.forSignatures) ?? false,
    hasDevice: found.has(OIDS.device),
  };
}

const typesIn = (value: Parameters<typeof childrenOf>[0]): string[] =>
  childrenOf(value, "types", MOST).map((one) => readOid(one, "type"));

import { compareBytes, equalBytes, fromHex, sha256, toHex } from "#lib/bytes.ts";
import { algorithmOf } from "#lib/pki/core/algorithms.ts";
import { TAG } from "#lib/pki/core/asn1/der.ts";
import { generalNamesOf } from "#lib/pki/core/asn1/general-names.ts";
import { type Name, nameOf, sameName } from "#lib/pki/core/asn1/names.ts";
import { OID } from "#lib/pki/core/asn1/oids.ts";
import {
  type DerValue,
  eachChild,
  fieldsOf,
  integerHex,
  onlyChild,
  readBoolean,
  readDer,
  readInteger,
  readSmallInteger,
  readTime,
} from "#lib/pki/core/asn1/read-der.ts";
import type { Certificate } from "#lib/pki/core/certificates/certificate.ts";
import {
  type Extension,
  extensionsOf,
  readAuthorityKeyId,
} from "#lib/pki/core/certificates/read-extensions.ts";
import type { SignatureCheck } from "#lib/pki/core/public-key.ts";
import { type RevocationReason, reasonOf } from "#lib/pki/core/revocation/reasons.ts";
import { readSigned, type Signed, verifySigned } from "#lib/pki/core/signed.ts";
import { pkiError } from "#lib/pki/errors.ts";

/** A certificate revocation list as read. @see RFC 5280 §5.1 */
export interface Crl extends Signed {
  readonly der: Uint8Array;
  /** Hexadecimal SHA-256 of `der`. */
  readonly sha256: string;
  readonly issuer: Name;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date | null;
  /** Hexadecimal CRLNumber. */
  readonly numberHex: string | null;
  /** Hexadecimal. */
  readonly authorityKeyId: string | null;
  readonly isDelta: boolean;
  readonly scope: CrlScope | null;
  /** Entries stay after their certificates expired, for those that expired after this. */
  readonly keepsExpiredSince: Date | null;
  /** OIDs. */
  readonly unknownCriticalExtensions: readonly string[];
  /** SEQUENCE OF entries, DER; null when nothing is revoked. */
  readonly entries: Uint8Array | null;
}

/** IssuingDistributionPoint. @see RFC 5280 §5.2.5 */
export interface CrlScope {
  readonly urls: readonly string[];
  readonly covers: "all" | "end-entities" | "authorities" | "attributes";
  readonly isPartial: boolean;
  readonly isIndirect: boolean;
}

export interface Revocation {
  readonly revokedAt: Date;
  readonly reason: RevocationReason;
  /** When the key is believed to have been lost, where the CRL says so (RFC 5280 §5.3.2). */
  readonly invalidSince: Date | null;
}

/** Whoever may sign a CRL or an OCSP response about what it issued: a certificate or a trust anchor. */
export type Issuing = Pick<Certificate, "subject" | "publicKey"> &
  Partial<Pick<Certificate, "keyUsage" | "subjectKeyId">>;

const MAX_CRL_BYTES = 32 * 1024 * 1024;
const UNDERSTOOD: readonly string[] = [
  OID.crlNumber,
  OID.authorityKeyIdentifier,
  OID.issuingDistributionPoint,
  OID.deltaCrlIndicator,
  OID.issuerAlternativeName,
  OID.expiredCertificatesOnCrl,
  OID.freshestCrl,
  OID.authorityInfoAccess,
];

/**
 * Reads a CRL; its entries only when looked up.
 *
 * @param der untrusted.
 * @throws pki/malformed, pki/too-large
 */
export function parseCrl(der: Uint8Array): Crl {
  const { signed, tbs, rest } = readSigned(der, "CRL", MAX_CRL_BYTES);
  rest.end();
  const fields = fieldsOf(tbs, "CRL");
  const version = fields.maybe(TAG.integer);
  if (version && readSmallInteger(version, "CRL version") !== 1)
    throw pkiError("malformed", "CRL: not version 2");
  const algorithm = algorithmOf(fields.takeAny("algorithm"), "CRL algorithm");
  if (!equalBytes(algorithm.der, signed.signatureAlgorithm.der)) {
    throw pkiError("malformed", "CRL: two different signature algorithms");
  }
  const issuer = nameOf(fields.takeAny("issuer"));
  const thisUpdate = readTime(fields.takeAny("this update"), "CRL this update");
  const nextUpdate = fields.maybe(TAG.utcTime) ?? fields.maybe(TAG.generalizedTime);
  const entries = fields.maybe(TAG.sequence);
  const list = fields.maybe(0xa0);
  fields.end();
  return {
    der,
    sha256: toHex(sha256(der)),
    ...signed,
    issuer,
    thisUpdate,
    nextUpdate: nextUpdate ? readTime(nextUpdate, "CRL next update") : null,
    entries: entries?.bytes ?? null,
    ...readCrlExtensions(list && onlyChild(list, "CRL extensions")),
  };
}

function readCrlExtensions(list: DerValue | undefined) {
  const all = extensionsOf(list, "CRL extensions");
  const read = <Value>(id: string, reader: (value: DerValue, what: string) => Value): Value | null => {
    const found = all.get(id);
    return found ? reader(valueIn(found), `CRL extension ${id}`) : null;
  };
  return {
    numberHex: read(OID.crlNumber, (value, what) => integerHex(readInteger(value, what))),
    authorityKeyId: read(OID.authorityKeyIdentifier, readAuthorityKeyId),
    isDelta: all.has(OID.deltaCrlIndicator),
    scope: read(OID.issuingDistributionPoint, readScope),
    keepsExpiredSince: read(OID.expiredCertificatesOnCrl, readTime),
    unknownCriticalExtensions: unknownCritical(all, UNDERSTOOD),
  };
}

const valueIn = (found: Extension): DerValue =>
  readDer(found.value, `extension ${found.oid}`, found.value.length);

const unknownCritical = (all: ReadonlyMap<string, Extension>, understood: readonly string[]): string[] =>
  [...all.values()]
    .filter(({ oid, isCritical }) => isCritical && !understood.includes(oid))
    .map(({ oid }) => oid);

function readScope(value: DerValue, what: string): CrlScope {
  const fields = fieldsOf(value, what);
  const point = fields.maybe(0xa0);
  const [endEntities, authorities, reasons, indirect, attributes] = [0x81, 0x82, 0x83, 0x84, 0x85].map(
    (tag) => fields.maybe(tag),
  );
  fields.end();
  const isSet = (flag: DerValue | undefined) =>
    flag !== undefined && readBoolean({ ...flag, tag: TAG.boolean }, what);
  const full = point && onlyChild(point, what);
  return {
    // A name relative to the issuer is not understood: an empty text that matches no address stands for it.
    urls: !full ? [] : full.tag === 0xa0 ? generalNamesOf(full, what).map((name) => name.value) : [""],
    covers: isSet(endEntities)
      ? "end-entities"
      : isSet(authorities)
        ? "authorities"
        : isSet(attributes)
          ? "attributes"
          : "all",
    isPartial: reasons !== undefined,
    isIndirect: isSet(indirect),
  };
}

/**
 * Whether the CRL is signed by `issuer` and may be used at all.
 *
 * Delta and indirect CRLs, and such with critical extensions that are not understood, are refused: a
 * certificate missing from them says nothing.
 */
export function verifyCrl(crl: Crl, issuer: Issuing): SignatureCheck {
  const refused = (reason: string, isUnsupported: boolean): SignatureCheck => ({
    isValid: false,
    reason,
    isUnsupported,
    weaknesses: [],
  });
  if (!sameName(crl.issuer, issuer.subject)) return refused("issued by another name", false);
  if (crl.authorityKeyId && issuer.subjectKeyId && crl.authorityKeyId !== issuer.subjectKeyId) {
    return refused("issued with another key", false);
  }
  if (issuer.keyUsage && !issuer.keyUsage.includes("crlSign"))
    return refused("issuer may not sign CRLs", false);
  if (crl.isDelta) return refused("delta CRLs are not accepted", true);
  if (crl.scope?.isIndirect) return refused("indirect CRLs are not accepted", true);
  const [unknown] = crl.unknownCriticalExtensions;
  if (unknown) return refused(`critical extension ${unknown} is not understood`, true);
  return verifySigned(crl, issuer.publicKey);
}

/** Whether a certificate that is missing from the CRL is thereby good. @see RFC 5280 §6.3.3 (b) */
export function isInScope({ scope }: Crl, certificate: Certificate): boolean {
  if (!scope) return true;
  const isAuthority = certificate.basicConstraints?.isAuthority ?? false;
  const covers = scope.covers === "all" || scope.covers === (isAuthority ? "authorities" : "end-entities");
  const isNamed = scope.urls.length === 0 || scope.urls.some((url) => certificate.crlUrls.includes(url));
  return covers && isNamed && !scope.isPartial;
}

/**
 * The entry of one certificate, null when it is not listed.
 *
 * @param serialHex as in `Certificate`. @throws pki/malformed when the entries cannot be read
 */
export function findRevocation(crl: Crl, serialHex: string): Revocation | null {
  if (!crl.entries) return null;
  const wanted = fromHex(serialHex);
  const list = readDer(crl.entries, "CRL entries", crl.entries.length);
  for (const entry of eachChild(list, "CRL entries")) {
    const [serial] = eachChild(entry, "CRL entry");
    if (!serial || !isSerial(readInteger(serial, "CRL entry"), wanted)) continue;
    const revocation = readEntry(entry);
    if (revocation.reason !== "removeFromCrl") return revocation;
  }
  return null;
}

function isSerial(content: Uint8Array, wanted: Uint8Array): boolean {
  if (content.length === wanted.length) return compareBytes(content, wanted) === 0;
  return content.length > wanted.length && integerHex(content) === toHex(wanted);
}

function readEntry(entry: DerValue): Revocation {
  const fields = fieldsOf(entry, "CRL entry");
  fields.takeAny("serial number");
  const revokedAt = readTime(fields.takeAny("revocation date"), "CRL entry");
  const list = fields.maybe(TAG.sequence);
  fields.end();
  const all = extensionsOf(list, "CRL entry extensions");
  const reason = all.get(OID.crlReason);
  const invalidity = all.get(OID.invalidityDate);
  return {
    revokedAt,
    reason: reason ? reasonOf(readSmallInteger(valueIn(reason), "reason", TAG.enumerated)) : "unspecified",
    invalidSince: invalidity ? readTime(valueIn(invalidity), "invalidity date") : null,
  };
}

import { fromUtf8 } from "#lib/bytes.ts";
import { unrun } from "#lib/envelopes/core/csv.ts";
import { OID } from "#lib/pki/core/asn1/oids.ts";
import { type Certificate, parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { toPem } from "#lib/pki/core/certificates/pem.ts";
import { certificateBundle } from "#lib/pki/core/cms/assemble-cms.ts";
import { parseTimestampToken } from "#lib/pki/core/timestamps/timestamp-token.ts";
import { BROUGHT, broughtName, certificateName, LOG_CERTIFICATE, ROOT, slug, TRUSTED } from "./names.ts";
import type { PackageDocument, PackageFacts, PackageFile, PackageSignature } from "./package-facts.ts";
import type { PackageWords } from "./package-words.ts";
import { jsonBytes } from "./records.ts";

/** A certificate of the package, and where it is. */
export interface NamedCertificate {
  /** Without its ending. */
  readonly name: string;
  readonly certificate: Certificate;
  readonly isPersonal: boolean;
}

/** Every certificate the package needs, each once: signers, seals, the root, and what is between and beside them. */
export function namedCertificates(facts: PackageFacts): NamedCertificate[] {
  const found = new Map<string, NamedCertificate>();
  const add = (der: Uint8Array, name: string, isPersonal: boolean) => {
    const certificate = parseCertificate(der);
    if (!found.has(certificate.sha256)) found.set(certificate.sha256, { name, certificate, isPersonal });
  };
  for (const one of facts.certificates) add(one.der, certificateName(facts, one), one.kind === "signer");
  anchorsOf(facts).forEach((der, index) => {
    add(der, index === 0 ? ROOT : `${ROOT}-${index + 1}`, false);
  });
  add(facts.issuingDer, "05-certificates/issuing", false);
  facts.log?.certificates.forEach((der, index) => {
    add(der, index === 0 ? LOG_CERTIFICATE : `${LOG_CERTIFICATE}-authority-${index}`, false);
  });
  let count = 0;
  for (const der of facts.documents.flatMap(({ certificates }) => certificates)) {
    const certificate = parseCertificate(der);
    if (found.has(certificate.sha256)) continue;
    const isPersonal = !isOfAuthority(certificate);
    const common = certificate.subject.parts.findLast(({ attribute }) => attribute === "CN")?.value ?? "";
    const name = isPersonal && facts.order.variant === "redacted" ? "" : common;
    add(der, `05-certificates/other-${++count}-${slug(name, "certificate")}`, isPersonal);
  }
  return [...found.values()];
}

const anchorsOf = ({ rootDer, otherAnchors }: PackageFacts) => [rootDer, ...otherAnchors];

/** An authority's, or of what it runs: answers about revocation, and time-stamps. */
const isOfAuthority = ({ basicConstraints, extendedKeyUsage }: Certificate): boolean =>
  basicConstraints?.isAuthority === true ||
  [OID.ocspSigning, OID.timeStamping].some((purpose) => extendedKeyUsage?.includes(purpose));

/** Where the pieces of one signature are. */
export function signatureNames(index: number, { field, kind }: PackageSignature) {
  const name = `${index + 1}-${slug(field, "signature")}`;
  return {
    signature: `05-certificates/signatures/${name}.p7s`,
    token: (which: number) => `06-validation/tokens/${name}${which > 0 ? `-${which + 1}` : ""}.tst`,
    isToken: kind === "timestamp",
  };
}

export const ocspName = (index: number) => `06-validation/ocsp/${index + 1}.ors`;
export const crlName = (index: number) => `06-validation/crl/${index + 1}.crl`;

/** OCSP responses and CRLs of all documents, each once. */
export function statusItems(documents: readonly PackageDocument[]) {
  const distinct = (items: readonly Uint8Array[]) => [
    ...new Map(items.map((der) => [Buffer.from(der).toString("base64"), der])).values(),
  ];
  return {
    ocspResponses: distinct(documents.flatMap(({ ocspResponses }) => ocspResponses)),
    crls: distinct(documents.flatMap(({ crls }) => crls)),
  };
}

/** Certificates, signatures, tokens and status as files of their own, for programs that know nothing of PDF. */
export function certificateFiles(facts: PackageFacts, words: PackageWords): PackageFile[] {
  const file = (name: string, bytes: Uint8Array, about: string, isPersonal = false): PackageFile => ({
    ...{ name, bytes, about: words(`about.${about}`), isPersonal },
  });
  const named = namedCertificates(facts);
  const shown = named.filter(({ isPersonal }) => !isPersonal || facts.order.variant === "full");
  const ders = shown.map(({ certificate }) => certificate.der);
  const { ocspResponses, crls } = statusItems(facts.documents);
  return [
    ...named.flatMap(({ name, certificate, isPersonal }) => [
      file(`${name}.cer`, certificate.der, "certificate", isPersonal),
      file(`${name}.pem`, fromUtf8(toPem(certificate.der)), "certificate", isPersonal),
    ]),
    file("05-certificates/chain.p7b", certificateBundle(ders), "chain"),
    file("05-certificates/chain.pem", fromUtf8(ders.map((der) => toPem(der)).join("")), "chain"),
    file(
      TRUSTED,
      fromUtf8(
        anchorsOf(facts)
          .map((der) => toPem(der))
          .join(""),
      ),
      "trusted",
    ),
    file("05-certificates/index.csv", fromUtf8(indexOf(shown)), "index"),
    ...broughtFiles(facts, words),
    ...facts.documents.flatMap(({ signatures }, document) =>
      signatures.flatMap((signature) => {
        const names = signatureNames(document, signature);
        const isPersonal = signature.kind === "signature";
        const tokens = names.isToken ? [signature.cms] : signature.tokens;
        return [
          ...(names.isToken ? [] : [file(names.signature, signature.cms, "signature", isPersonal)]),
          ...tokens.map((token, index) => file(names.token(index), token, "token")),
        ];
      }),
    ),
    ...ocspResponses.map((der, index) => file(ocspName(index), der, "ocsp")),
    ...crls.map((der, index) => file(crlName(index), der, "crl")),
  ];
}

/** What signers brought along, each with those that came with it, and a list that says whose and that nobody proved it. */
function broughtFiles(facts: PackageFacts, words: PackageWords): PackageFile[] {
  if (facts.brought.length === 0) return [];
  const list = facts.brought.map(({ recipientId, der, eventId, at, isAttachedLater }, index) => {
    const { subject, issuer, serialHex, sha256, notBefore, notAfter } = parseCertificate(der);
    return {
      ...{ file: broughtName(facts, index), recipient: recipientId, isProven: false, event: eventId },
      // After the signature: it goes with every document of the envelope, and stands in none.
      ...(isAttachedLater ? { isAttachedLater, documents: facts.documents.map(({ id }) => id) } : {}),
      ...{
        broughtAt: at.toISOString(),
        subject: subject.text,
        issuer: issuer.text,
        serial: serialHex,
        sha256,
      },
      ...{ notBefore: notBefore.toISOString(), notAfter: notAfter.toISOString() },
    };
  });
  return [
    ...facts.brought.map(({ der, chainPem, isAttachedLater }, index) => {
      const about = words(isAttachedLater ? "about.attached" : "about.brought");
      const bytes = fromUtf8(`${toPem(der)}${chainPem ?? ""}`);
      return { name: broughtName(facts, index), bytes, about, isPersonal: true };
    }),
    { name: BROUGHT, bytes: jsonBytes(list), about: words("about.broughtIndex"), isPersonal: true },
  ];
}

const COLUMNS = ["file", "subject", "issuer", "serial", "notBefore", "notAfter", "sha256"];

function indexOf(named: readonly NamedCertificate[]): string {
  const rows = named.map(({ name, certificate: { subject, issuer, serialHex, sha256, ...rest } }) => [
    ...[`${name}.cer`, subject.text, issuer.text, serialHex],
    ...[rest.notBefore.toISOString(), rest.notAfter.toISOString(), sha256],
  ]);
  return [COLUMNS, ...rows].map((row) => `${row.map(csvCell).join(",")}\r\n`).join("");
}

/** A cell that no spreadsheet takes for a formula. @see RFC 4180 */
export function csvCell(text: string): string {
  const safe = unrun(text);
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** When a token was made. */
export const tokenTime = (der: Uint8Array): Date => parseTimestampToken(der).generatedAt;

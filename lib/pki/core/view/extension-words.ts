import { toHex } from "#lib/bytes.ts";
import { isRefusal } from "#lib/errors.ts";
import type { GeneralName } from "#lib/pki/core/asn1/general-names.ts";
import { OID, WHEREOF_OID } from "#lib/pki/core/asn1/oids.ts";
import { childrenOf, fieldsOf, readDer, readOid, readText } from "#lib/pki/core/asn1/read-der.ts";
import type { Certificate } from "#lib/pki/core/certificates/certificate.ts";
import type { Extension } from "#lib/pki/core/certificates/read-extensions.ts";
import {
  extensionName,
  KEY_USAGE_WORDS,
  policyWords,
  purposeWords,
  QC_STATEMENT_WORDS,
} from "#lib/pki/core/view/oid-words.ts";
import { visible } from "#lib/pki/core/view/visible.ts";

/** One extension, as a person reads it. */
export interface ExtensionView {
  readonly oid: string;
  readonly name: string;
  /** Whoever does not understand it must not use the certificate. */
  readonly isCritical: boolean;
  /** Never empty; what is not understood is hexadecimal. */
  readonly words: readonly string[];
}

const MAX_LINES = 30;
const MAX_HEX_BYTES = 64;

/** The extensions of a certificate in their order, in words. */
export const extensionViews = (certificate: Certificate): ExtensionView[] =>
  certificate.extensions.map((extension) => {
    const lines = (WORDS[extension.oid]?.(certificate, extension) ?? []).map(visible);
    const words = lines.length > 0 ? lines : [hexOf(extension.value)];
    const more = words.length - MAX_LINES;
    return {
      oid: extension.oid,
      name: extensionName(extension.oid),
      isCritical: extension.isCritical,
      words: more > 0 ? [...words.slice(0, MAX_LINES), `and ${more} more`] : words,
    };
  });

type Words = (certificate: Certificate, extension: Extension) => string[];

const WORDS: Readonly<Record<string, Words>> = {
  [OID.subjectKeyIdentifier]: ({ subjectKeyId }) => [subjectKeyId ?? ""],
  [OID.authorityKeyIdentifier]: ({ authorityKeyId }) => (authorityKeyId === null ? [] : [authorityKeyId]),
  [OID.keyUsage]: ({ keyUsage }) => (keyUsage ?? []).map((use) => `${use}: ${KEY_USAGE_WORDS[use]}`),
  [OID.extendedKeyUsage]: ({ extendedKeyUsage }) =>
    (extendedKeyUsage ?? []).map((id) => `${purposeWords(id)} (${id})`),
  [OID.basicConstraints]: ({ basicConstraints }) => [
    basicConstraints?.isAuthority
      ? `An authority: it issues certificates${pathWords(basicConstraints.pathLength)}.`
      : "No authority: it issues no certificates.",
  ],
  [OID.certificatePolicies]: ({ policies }) => policies.map((id) => `${policyWords(id)} (${id})`),
  [OID.subjectAlternativeName]: ({ alternativeNames }) => alternativeNames.map(nameWords),
  [OID.nameConstraints]: ({ nameConstraints }) => [
    ...(nameConstraints?.permitted ?? []).map((name) => `only below ${nameWords(name)}`),
    ...(nameConstraints?.excluded ?? []).map((name) => `not below ${nameWords(name)}`),
  ],
  [OID.authorityInfoAccess]: ({ ocspUrls, issuerUrls }) => [
    ...ocspUrls.map((url) => `status: ${url}`),
    ...issuerUrls.map((url) => `issuer's certificate: ${url}`),
  ],
  [OID.crlDistributionPoints]: ({ crlUrls }) => [...crlUrls],
  [OID.privateKeyUsagePeriod]: ({ privateKeyUsage }) => [
    ...(privateKeyUsage?.from ? [`from ${privateKeyUsage.from.toISOString()}`] : []),
    ...(privateKeyUsage?.until ? [`until ${privateKeyUsage.until.toISOString()}`] : []),
  ],
  [OID.qcStatements]: (_, { value }) => statementsIn(value),
  [OID.ocspNoCheck]: () => ["Whoever asks this responder does not ask about the responder itself."],
  [OID.noRevocationAvailable]: () => ["Its issuer never publishes whether it was revoked (RFC 9608)."],
  [OID.validityAssuredShortTerm]: () => ["It lives so short that it is not revoked (EN 319 412-1)."],
  [WHEREOF_OID.authorizingEvent]: ({ authorizingEventSha256 }) =>
    authorizingEventSha256 === null ? [] : [authorizingEventSha256],
  "2.16.840.1.113730.1.13": (_, { value }) =>
    guarded(() => [readText(readDer(value, "comment", 4096)) ?? ""]),
};

const pathWords = (length: number | null): string =>
  length === null
    ? ""
    : length === 0
      ? ", but none of other authorities"
      : `, with at most ${length} authorities below it`;

const KIND_WORDS = {
  email: "mail",
  dns: "host",
  uri: "address",
  directory: "name",
  ip: "IP",
  other: "other",
} as const satisfies Record<GeneralName["kind"], string>;

/** A name in one line. */
export const nameWords = ({ kind, value }: GeneralName): string =>
  `${KIND_WORDS[kind]} ${kind === "ip" ? addressWords(value) : value}`;

/** IPv4 with its dots, IPv6 in groups; with a mask, as hexadecimal. */
function addressWords(hex: string): string {
  if (hex.length === 8) return (hex.match(/../g) ?? []).map((octet) => Number.parseInt(octet, 16)).join(".");
  return hex.length === 32 ? (hex.match(/.{4}/g) ?? []).join(":") : hex;
}

const statementsIn = (value: Uint8Array): string[] =>
  guarded(() =>
    childrenOf(readDer(value, "statements", 64 * 1024), "statements", 50).map((statement) => {
      const id = readOid(fieldsOf(statement, "statement").takeAny("id"), "statement");
      return `${QC_STATEMENT_WORDS[id] ?? "A statement not known here."} (${id})`;
    }),
  );

/** What cannot be read is shown as it is. */
function guarded(read: () => string[]): string[] {
  try {
    return read();
  } catch (error) {
    if (isRefusal(error)) return [];
    throw error;
  }
}

function hexOf(value: Uint8Array): string {
  const pairs = toHex(value.subarray(0, MAX_HEX_BYTES)).match(/../g) ?? [];
  return (
    `${pairs.join(" ")}${value.length > MAX_HEX_BYTES ? ` … (${value.length} bytes)` : ""}`.trim() || "empty"
  );
}

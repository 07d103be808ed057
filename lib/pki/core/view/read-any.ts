import { fromBase64, toLatin1 } from "#lib/bytes.ts";
import { isRefusal } from "#lib/errors.ts";
import { derFromBer } from "#lib/pki/core/asn1/ber.ts";
import { TAG } from "#lib/pki/core/asn1/der.ts";
import { childrenOf, type DerValue, readDer } from "#lib/pki/core/asn1/read-der.ts";
import { type Certificate, parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { parseCms } from "#lib/pki/core/cms/parse-cms.ts";
import { readPemBlocks } from "#lib/pki/core/pem/pem-blocks.ts";
import { pkiError } from "#lib/pki/errors.ts";

/** Certificates as somebody brought them. */
export interface BroughtCertificates {
  readonly form: "der" | "pem" | "pkcs7";
  /** At least one, in their order, each once. */
  readonly certificates: readonly Certificate[];
  /** How many others there were that cannot be read. */
  readonly unreadable: number;
}

export const MAX_BROUGHT_BYTES = 1024 * 1024;
export const MAX_BROUGHT_CERTIFICATES = 100;
const CERTIFICATES = ["CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"];
const BUNDLES = ["PKCS7", "CMS"];
const what = "certificate file";

/**
 * Reads the certificates of a file in any usual form: DER, PEM, PKCS#7 (RFC 5652 §5.2) or bare base64.
 *
 * @param bytes untrusted, at most 1 MiB.
 * @throws pki/not-a-certificate, pki/holds-a-key for a private key or a file that carries one, pki/too-large,
 *   pki/nested-too-deep; pki/malformed when the only certificate is damaged
 */
export function readCertificates(bytes: Uint8Array): BroughtCertificates {
  if (bytes.length > MAX_BROUGHT_BYTES)
    throw pkiError("too-large", `${what}: ${bytes.length} bytes, limit ${MAX_BROUGHT_BYTES}`);
  const text = textIn(bytes);
  if (text?.includes("-----BEGIN ")) return readPem(text);
  if (text === null) return readBinary(bytes);
  const base64 = text.replace(/\s/g, "");
  if (!/^[A-Za-z0-9+/]{40,}={0,2}$/.test(base64))
    throw pkiError("not-a-certificate", "text that is no certificate");
  return readBinary(fromBase64(base64));
}

/** Null for what is no text. DER of any size has a zero somewhere, or begins with a long length. */
function textIn(bytes: Uint8Array): string | null {
  const hasLongLength = bytes[0] === TAG.sequence && (bytes[1] ?? 0) >= 0x80;
  const isControl = (octet: number) => octet < 0x20 && octet !== 0x09 && octet !== 0x0a && octet !== 0x0d;
  return hasLongLength || bytes.some(isControl) ? null : toLatin1(bytes);
}

function readPem(text: string): BroughtCertificates {
  const blocks = readPemBlocks(text);
  if (blocks.some(({ label }) => label.endsWith("PRIVATE KEY")))
    throw pkiError("holds-a-key", "PEM with a private key");
  const isBundle = blocks.some(({ label }) => BUNDLES.includes(label));
  const ders = blocks.flatMap(({ label, der }) =>
    CERTIFICATES.includes(label) ? [der] : BUNDLES.includes(label) ? parseCms(shallow(der)).certificates : [],
  );
  return collect(ders, isBundle ? "pkcs7" : "pem");
}

function readBinary(bytes: Uint8Array): BroughtCertificates {
  const der = shallow(bytes);
  const [first, second] = membersOf(der);
  if (first?.tag === TAG.integer || (first?.tag === TAG.sequence && second?.tag === TAG.octetString))
    throw pkiError("holds-a-key", "a private key, or a PFX that may hold one");
  if (first?.tag === TAG.oid) return collect(parseCms(der).certificates, "pkcs7");
  return collect([bytes], "der");
}

/** In DER, and nowhere nested deeper than anything real. @throws pki/nested-too-deep, pki/not-a-certificate */
function shallow(bytes: Uint8Array): Uint8Array {
  try {
    return derFromBer(bytes, what, "nested-too-deep").der;
  } catch (cause) {
    if (!isRefusal(cause, "pki/malformed")) throw cause;
    throw pkiError("not-a-certificate", cause.message, { cause });
  }
}

function membersOf(der: Uint8Array): DerValue[] {
  const outer = readDer(der, what, der.length);
  return outer.tag === TAG.sequence ? childrenOf(outer, what) : [];
}

function collect(ders: readonly Uint8Array[], form: BroughtCertificates["form"]): BroughtCertificates {
  if (ders.length > MAX_BROUGHT_CERTIFICATES) throw pkiError("too-large", `${ders.length} certificates`);
  const found = new Map<string, Certificate>();
  let unreadable = 0;
  let reason: unknown = null;
  for (const der of ders) {
    try {
      shallow(der);
      const certificate = parseCertificate(der);
      found.set(certificate.sha256, certificate);
    } catch (error) {
      if (!isRefusal(error) || error.code === "pki/nested-too-deep") throw error;
      unreadable++;
      reason = error;
    }
  }
  if (found.size > 0) return { form, certificates: [...found.values()], unreadable };
  const isDamaged = form === "pem" && isRefusal(reason, "pki/malformed");
  if (isDamaged || isRefusal(reason, "pki/too-large")) throw reason;
  throw pkiError("not-a-certificate", `${what}: no certificate in it`, { cause: reason });
}

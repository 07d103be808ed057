import { createHash } from "node:crypto";
import { equalBytes, fromBase64 } from "#lib/bytes.ts";
import { descend, instantAt, readXml } from "./read-xml.ts";
import { digestName } from "./xml-algorithms.ts";

const XADES = "http://uri.etsi.org/01903/v1.3.2#";

/** What a signature says of itself and covers: when it was made, and with which certificate. */
export interface SignedProperties {
  /** As the signer claims. */
  readonly signedAt: Date | null;
}

/** Why properties do not hold, for the log. */
export type XadesFault = { readonly broken: string } | { readonly unsupported: true };

/**
 * Holds the signed properties of an XAdES signature against the certificate that verified it.
 *
 * @param parts canonical text of each other part that the signature covers: nothing else is believed.
 * @returns null where the signature has no such properties
 * @see EN 319 132-1 §5.2.1 (signing-time), §5.2.2 (SigningCertificateV2); TS 101 903 §7.2.2 (SigningCertificate)
 */
export function checkSignedProperties(
  signature: Element,
  parts: readonly string[],
  certificateDer: Uint8Array,
): SignedProperties | XadesFault | null {
  const claimed = descend(signature, "Object", "QualifyingProperties", "SignedProperties");
  if (claimed.length === 0) return null;
  if (claimed.length > 1) return { broken: "it has several sets of signed properties" };
  const covered = parts
    .map((part) => readXml(part).documentElement)
    .filter(({ localName, namespaceURI }) => localName === "SignedProperties" && namespaceURI === XADES);
  const [properties] = covered;
  if (!properties || covered.length > 1) return { broken: "it does not cover its signed properties" };
  const own = descend(properties, "SignedSignatureProperties");
  const digests = ["SigningCertificateV2", "SigningCertificate"].flatMap((name) =>
    own.flatMap((one) => descend(one, name)).map((one) => descend(one, "Cert", "CertDigest")[0]),
  );
  if (digests.length === 0) return { broken: "it does not say with which certificate it was made" };
  for (const digest of digests) {
    const name = digestName(descend(digest, "DigestMethod")[0]?.getAttribute("Algorithm") ?? "");
    if (!name) return { unsupported: true };
    const value = descend(digest, "DigestValue")[0]?.textContent ?? "";
    const expected = createHash(name).update(certificateDer).digest();
    if (!equalBytes(fromBase64(value.replace(/\s/g, "")), new Uint8Array(expected)))
      return { broken: "it was made with another certificate than the one in it" };
  }
  return { signedAt: instantAt(own[0], "SigningTime") };
}

import { sha256, toHex, toLatin1 } from "#lib/bytes.ts";
import { isRefusal } from "#lib/errors.ts";
import { certificatesFromPem } from "#lib/pki/core/certificates/pem.ts";
import { checkListSignature } from "./check-list-signature.ts";
import { listedCertificate } from "./listed-certificate.ts";
import { readAdobeList } from "./read-adobe-list.ts";
import { readEtsiList } from "./read-etsi-list.ts";
import { unreadable } from "./read-xml.ts";
import { LIST_LIMITS, type ListedService, type TrustList } from "./trust-list.ts";

/**
 * Reads what somebody publishes for others to trust: a trusted list of TS 119 612 or a list of them, the XML inside
 * an `.acrobatsecuritysettings` file, or certificates in PEM.
 *
 * @param bytes untrusted; run it in a sandbox. @throws evidence/list-unreadable, list-signature-broken
 */
export function readTrustList(bytes: Uint8Array): TrustList {
  if (bytes.length > LIST_LIMITS.sizeBytes) throw unreadable(`it has ${bytes.length} bytes`);
  const list = isXml(bytes) ? readXmlList(textOf(bytes)) : readPemList(bytes);
  return { ...list, sha256: toHex(sha256(bytes)) };
}

const isXml = (bytes: Uint8Array): boolean =>
  /^(?:\xef\xbb\xbf)?\s*</.test(toLatin1(bytes.subarray(0, 1_000)));

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw unreadable("it is not in UTF-8");
  }
}

function readXmlList(text: string): Omit<TrustList, "sha256"> {
  const { root, signature } = checkListSignature(text);
  const list = root.localName === "SecuritySettings" ? readAdobeList(root) : readEtsiList(root);
  return { ...list, signature };
}

function readPemList(bytes: Uint8Array): Omit<TrustList, "sha256"> {
  const services: ListedService[] = [];
  const ders = pemCertificates(bytes);
  for (const der of ders) {
    const certificate = listedCertificate(der);
    if (!certificate) continue;
    const name = certificate.subject;
    const known = { name, provider: name, ...certificate, grantedFrom: null, grantedUntil: null };
    services.push({ use: "signing", ...known }, { use: "timestamping", ...known });
  }
  if (services.length === 0) throw unreadable("it holds no certificate that can be read");
  return {
    ...{ kind: "certificates", name: "Certificates", territory: null, operator: null, sequence: null },
    ...{ issuedAt: null, nextUpdateAt: null, services, pointers: [] },
    unreadable: ders.length - services.length / 2,
    signature: { state: "not-checked", why: "unsigned" },
  };
}

function pemCertificates(bytes: Uint8Array): Uint8Array[] {
  try {
    return certificatesFromPem(toLatin1(bytes));
  } catch (error) {
    if (!isRefusal(error)) throw error;
    throw unreadable("it is neither a trusted list nor certificates in PEM");
  }
}

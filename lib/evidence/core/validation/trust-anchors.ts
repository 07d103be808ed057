import { fromBase64, toLatin1 } from "#lib/bytes.ts";
import { isRefusal } from "#lib/errors.ts";
import { evidenceError } from "#lib/evidence/errors.ts";
import { certificatesFromPem } from "#lib/pki/core/certificates/pem.ts";
import { readPemBlocks } from "#lib/pki/core/pem/pem-blocks.ts";
import { parseCrl } from "#lib/pki/core/revocation/crl.ts";
import { type TrustAnchor, trustAnchorOf } from "#lib/pki/core/validation/path.ts";

/**
 * Certificates that whoever asks believes in: one in DER, or any number in PEM. They need not be self-signed.
 *
 * @param bytes of the file. @throws evidence/trust-unreadable
 */
export function trustAnchorsOf(bytes: Uint8Array): TrustAnchor[] {
  try {
    return certificatesIn(bytes).map(trustAnchorOf);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    throw evidenceError("trust-unreadable", error.message, { cause: error });
  }
}

/**
 * Revocation lists of a file: one in DER, or any number in PEM.
 *
 * @param bytes of the file. @returns DER each, readable. @throws evidence/trust-unreadable
 */
export function crlsOf(bytes: Uint8Array): Uint8Array[] {
  try {
    const text = toLatin1(bytes);
    const ders = text.includes("-----BEGIN ")
      ? readPemBlocks(text).flatMap(({ label, der }) => (label === "X509 CRL" ? [der] : []))
      : [bytes];
    if (ders.length === 0) throw evidenceError("trust-unreadable", "PEM: no revocation list");
    for (const der of ders) parseCrl(der);
    return ders;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    throw evidenceError("trust-unreadable", error.message, { cause: error });
  }
}

function certificatesIn(bytes: Uint8Array): Uint8Array[] {
  const text = toLatin1(bytes.subarray(0, 4 << 20)).trimStart();
  if (text.includes("-----BEGIN ")) return certificatesFromPem(toLatin1(bytes));
  // Some programs write the base64 of a certificate without the lines around it.
  return /^MII[A-Za-z0-9+/=\s]+$/.test(text) ? [fromBase64(text.replace(/\s/g, ""))] : [bytes];
}

import { fromBase64, toBase64 } from "#lib/bytes.ts";
import { pkiError } from "#lib/pki/errors.ts";

const MAX_CHARACTERS = 4 * 1024 * 1024;
const MAX_BLOCKS = 500;

/** What a block may be that is written here. @see RFC 7468 §4 */
export type PemLabel =
  | "CERTIFICATE"
  | "X509 CRL"
  | "CERTIFICATE REQUEST"
  | "PKCS7"
  | "ENCRYPTED PRIVATE KEY"
  | "PUBLIC KEY";

/** DER as text between lines that say what it is. @see RFC 7468 */
export function toPem(der: Uint8Array, label: PemLabel = "CERTIFICATE"): string {
  const lines = toBase64(der).replace(/(.{64})(?=.)/g, "$1\n");
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}

/**
 * The certificates of a text, DER each, in their order; other blocks and text between them are passed over.
 *
 * @param text untrusted. @throws pki/malformed when there is none; pki/too-large
 * @see RFC 7468 §5
 */
export function certificatesFromPem(text: string): Uint8Array[] {
  if (text.length > MAX_CHARACTERS) throw pkiError("too-large", `PEM of ${text.length} characters`);
  const blocks = text.split("-----BEGIN CERTIFICATE-----").slice(1);
  if (blocks.length === 0) throw pkiError("malformed", "PEM: no certificate");
  if (blocks.length > MAX_BLOCKS) throw pkiError("too-large", `PEM of ${blocks.length} certificates`);
  return blocks.map((block) => {
    const end = block.indexOf("-----END CERTIFICATE-----");
    const base64 = block.slice(0, end).replace(/\s/g, "");
    if (end < 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) throw pkiError("malformed", "PEM: broken block");
    return fromBase64(base64);
  });
}

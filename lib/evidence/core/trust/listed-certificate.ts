import { fromBase64 } from "#lib/bytes.ts";
import { isRefusal } from "#lib/errors.ts";
import { printable } from "#lib/pdf/changes/change.ts";
import { parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import type { ListedService } from "./trust-list.ts";

type Listed = Pick<ListedService, "certificateDer" | "certificateSha256" | "subject" | "notAfter">;

/** A certificate as lists carry it; null when it cannot be read. @param base64 with white space. */
export const certificateFromText = (base64: string): Listed | null =>
  listedCertificate(fromBase64(base64.replace(/\s/g, "")));

export function listedCertificate(der: Uint8Array): Listed | null {
  try {
    const { sha256, subject, notAfter } = parseCertificate(der);
    return {
      certificateDer: der,
      certificateSha256: sha256,
      subject: printable(subject.text, 500),
      notAfter,
    };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return null;
  }
}

import { fromUtf8 } from "#lib/bytes.ts";
import type { Context } from "#lib/context.ts";
import { readableCertificates } from "#lib/pki/core/certificates/certificate.ts";
import { toPem } from "#lib/pki/core/certificates/pem.ts";
import { pkiError } from "#lib/pki/errors.ts";
import { signingError } from "../errors.ts";

const MOST_BYTES = 64 * 1024;
const TIMEOUT_MS = 15_000;

/** A certificate as a file, or as text that was pasted. */
export interface BroughtCertificate {
  readonly file: Uint8Array | null;
  readonly text: string;
}

/**
 * The certificate that somebody brings, and those above it that came along. Part of a verb.
 *
 * @throws signing/certificate-missing, certificate-ended; pki/too-large, holds-a-key, not-a-certificate, malformed
 */
export async function readBrought(ctx: Context, { file, text }: BroughtCertificate) {
  const bytes = file && file.length > 0 ? file : fromUtf8(text.trim());
  if (bytes.length === 0) throw signingError("certificate-missing", "nothing was given");
  if (bytes.length > MOST_BYTES) throw pkiError("too-large", `${bytes.length} bytes`);
  const found = readableCertificates(
    await ctx.runtime.sandbox.run("certificatesIn", { bytes }, { timeoutMs: TIMEOUT_MS }),
  );
  // The one that no other was issued by: those above it come along.
  const isAbove = (one: (typeof found)[number]) =>
    found.some((other) => other !== one && other.issuer.text === one.subject.text);
  const certificate = found.find((one) => !isAbove(one)) ?? found[0];
  if (!certificate) throw signingError("certificate-missing", "no certificate in it");
  const at = ctx.now();
  if (certificate.notBefore > at || certificate.notAfter <= at)
    throw signingError("certificate-ended", "not valid now");
  const above = found.filter((one) => one !== certificate);
  return { certificate, chainPem: above.length > 0 ? above.map((one) => toPem(one.der)).join("") : null };
}

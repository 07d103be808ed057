import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { isRefusal } from "#lib/errors.ts";
import { askStatus, keepAnswer } from "#lib/pki/certificate-statuses.ts";
import { type Certificate, parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { certificatesFromPem } from "#lib/pki/core/certificates/pem.ts";

import { signingError } from "../errors.ts";

/** Its authority is not asked again before each of many documents that are sealed in a row. */
const KEEP_MS = 10 * 60_000;
const MOST = 200;

interface Known {
  readonly revokedAt: Date | null;
  readonly until: number;
}

const known = new WeakMap<object, Map<string, Known>>();

export interface BroughtCertificate {
  readonly der: Uint8Array;
  /** Those above it, as PEM. */
  readonly chainPem: string;
}

/**
 * Refuses a certificate that its authority has revoked. An authority that does not answer says nothing: a level with
 * validation data then waits for it by itself.
 *
 * @throws signing/seal-revoked
 */
export async function requireNotRevoked(
  ctx: WorkerContext,
  { der, chainPem }: BroughtCertificate,
): Promise<void> {
  const certificate = parseCertificate(der);
  const ofProduct = known.get(ctx.runtime.database) ?? new Map<string, Known>();
  known.set(ctx.runtime.database, ofProduct);
  const now = ctx.now().getTime();
  let found = ofProduct.get(certificate.sha256);
  if (!found || found.until < now) {
    const [issuerDer] = certificatesFromPem(chainPem);
    const issuer = issuerDer ? parseCertificate(issuerDer) : certificate;
    const revokedAt = await ask(ctx, certificate, issuer);
    if (revokedAt === undefined) return;
    found = { revokedAt, until: now + KEEP_MS };
    if (ofProduct.size >= MOST) ofProduct.clear();
    ofProduct.set(certificate.sha256, found);
  }
  if (found.revokedAt)
    throw signingError("seal-revoked", `${certificate.sha256} since ${found.revokedAt.toISOString()}`);
}

/** What it answers is what the index says of the certificate. @returns undefined when nobody answers. */
async function ask(
  ctx: WorkerContext,
  certificate: Certificate,
  issuer: Certificate,
): Promise<Date | null | undefined> {
  if (certificate.isSelfIssued) return null;
  try {
    const answer = await askStatus(ctx, certificate, issuer);
    await inTransaction(ctx, (ctx) => keepAnswer(ctx, answer));
    return answer.revokedAt;
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}

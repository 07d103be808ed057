import type { StoredCredential } from "#db/schema/signature-providers.ts";
import { toBase64 } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { leastCertificateDays } from "#lib/envelopes/authentication/certificate-days.ts";
import type { ProviderKind } from "#lib/envelopes/core/signature-kind.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { readableCertificates } from "#lib/pki/core/certificates/certificate.ts";
import { shortName } from "#lib/pki/core/view/short-name.ts";
import type { PersonalCredential } from "#lib/ports/signature-service.ts";
import { type CredentialHindrance, certificateHindrance, lasts } from "../core/signer-certificate.ts";
import { knownCertificates } from "../seals/known-certificates.ts";
import { loadListedIssuers } from "./store.ts";

const TIMEOUT_MS = 20_000;

/**
 * A credential with what its certificate and the path above it say, as of now. Part of a verb.
 *
 * @param envelopeId of what is to be signed: its class may ask for a certificate that lasts.
 */
export async function lookAtCredential(
  ctx: Context,
  { kind, envelopeId }: { readonly kind: ProviderKind; readonly envelopeId: EnvelopeId },
  credential: PersonalCredential,
): Promise<StoredCredential> {
  const { certificates, ...rest } = credential;
  const read = readableCertificates(certificates);
  const { anchors, known, listed, leastDays } = await inTransaction(ctx, async (ctx) => ({
    ...(await knownCertificates(ctx)),
    leastDays: await leastCertificateDays(ctx, envelopeId),
    listed: await loadListedIssuers(
      ctx,
      read.map(({ issuer }) => issuer.text),
    ),
  }));
  const found = await ctx.runtime.sandbox.run(
    "checkSignerCertificate",
    { certificates, anchors: [...anchors, ...listed], known, now: ctx.now() },
    { timeoutMs: TIMEOUT_MS },
  );
  const own = found && read.find(({ sha256 }) => sha256 === found.sha256);
  return {
    ...rest,
    certificates: certificates.map(toBase64),
    ...{ name: own ? shortName(own.subject) : null, issuer: own ? shortName(own.issuer) : null },
    ...{ notAfter: own?.notAfter.toISOString() ?? null, sha256: own?.sha256 ?? null },
    chainPem: found?.chainPem ?? null,
    hindrance:
      hindranceOf(credential) ??
      (found ? certificateHindrance(kind, found) : "certificate") ??
      (own && !lasts(own, leastDays, ctx.now()) ? "ends-soon" : null),
  };
}

function hindranceOf({
  isEnabled,
  algorithm,
  signOid,
  mode,
}: PersonalCredential): CredentialHindrance | null {
  if (!isEnabled) return "off";
  if (!algorithm || !signOid) return "kind";
  return mode === "unknown" ? "way" : null;
}

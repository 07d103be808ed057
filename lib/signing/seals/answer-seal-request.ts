import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { Finding } from "#lib/pki/core/findings.ts";
import { signingError } from "../errors.ts";
import { takeBackOffer } from "../offer-to-rotation.ts";
import { knownCertificates } from "./known-certificates.ts";
import { changeBroughtSeal, loadBroughtSeal } from "./store.ts";

export interface SealAnswer {
  /** It was taken and goes on to be tested. */
  readonly isUsable: boolean;
  readonly findings: readonly Finding[];
}

const TIMEOUT_MS = 20_000;

/**
 * Takes what another authority answered to the request: the certificate with its chain, checked before it is kept.
 *
 * @param input `bytes`: DER, PEM or PKCS#7, untrusted.
 * @returns what was found; when something of it is an error, nothing was kept
 * @throws signing/seal-not-found, seal-not-waiting; pki/not-a-certificate, holds-a-key, too-large, nested-too-deep
 */
export async function answerSealRequest(
  ctx: Context,
  input: { readonly sealId: string; readonly bytes: Uint8Array },
): Promise<SealAnswer> {
  requirePermission(ctx, "seal.manage");
  const { sealId, bytes } = input;
  const { row, registered } = await inTransaction(ctx, async (ctx) => ({
    row: await loadBroughtSeal(ctx, sealId),
    registered: await knownCertificates(ctx),
  }));
  requireWaiting(row);
  const { found, findings } = await ctx.runtime.sandbox.run(
    "checkSealAnswer",
    { bytes, publicKey: row.publicKey!, ...registered, now: ctx.now() },
    { timeoutMs: TIMEOUT_MS },
  );
  if (!found) return { isUsable: false, findings };
  await inTransaction(ctx, async (ctx) => {
    requireWaiting(await loadBroughtSeal(ctx, sealId, true));
    await takeBackOffer(ctx, sealId);
    const { certificateDer, sha256, chainPem } = found;
    await changeBroughtSeal(ctx, sealId, {
      ...{ state: "certified", certificateDer, certificateSha256: sha256, chainPem },
      ...{ checks: null, testId: null, testEventId: null, certificateId: null },
    });
    const data = { seal: sealId, certificate: sha256, warnings: findings.map(({ code }) => code) };
    await appendEvent(ctx, { type: "seal-certificate.brought", envelopeId: null, data });
  });
  return { isUsable: true, findings };
}

/** Until it is the seal, another answer may be given. */
function requireWaiting({ state, origin }: { readonly state: string; readonly origin: string }): void {
  if (!["request", "chosen"].includes(origin) || !["key-made", "certified", "tested"].includes(state))
    throw signingError("seal-not-waiting", `a seal that is ${state} by ${origin}`);
}

import { requireMember } from "#lib/authorize.ts";
import { gatherBytes } from "#lib/bytes.ts";
import type { Context } from "#lib/context.ts";
import { limitRate } from "#lib/identity/limit-rate.ts";
import { readableCertificates } from "#lib/pki/core/certificates/certificate.ts";
import { trustAnchorOf } from "#lib/pki/core/validation/path.ts";
import type { Inspection, InspectionTerms } from "#lib/pki/core/view/inspect.ts";
import { MAX_BROUGHT_BYTES } from "#lib/pki/core/view/read-any.ts";
import { pkiError } from "#lib/pki/errors.ts";
import { publishedAuthorities } from "#lib/pki/published.ts";

const RATE = { tries: 60, windowSeconds: 600 };
const TIMEOUT_MS = 10_000;

/**
 * Tells what certificates say that a member pastes or drops. They are held in memory while they are read, and kept
 * nowhere.
 *
 * @throws pki/too-large, not-a-certificate, holds-a-key, nested-too-deep, malformed; identity/too-many-tries;
 *   sandbox/timed-out
 */
export async function inspectBrought(ctx: Context, body: AsyncIterable<Uint8Array>): Promise<Inspection> {
  const { accountId } = requireMember(ctx);
  await limitRate(ctx.runtime, `inspect:${accountId}`, RATE);
  const bytes = await collect(body);
  const authorities = await publishedAuthorities(ctx.runtime);
  const ours = authorities.map(({ certificateDer }) => certificateDer);
  return ctx.runtime.sandbox.run(
    "inspectCertificates",
    { bytes, ours, now: ctx.now() },
    { timeoutMs: TIMEOUT_MS, transfer: [bytes.buffer as ArrayBuffer] },
  );
}

/** No more than the limit is ever read. */
async function collect(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  return gatherBytes(body, MAX_BROUGHT_BYTES, () =>
    pkiError("too-large", `more than ${MAX_BROUGHT_BYTES} bytes`),
  );
}

/** Our authorities, and the roots among them to believe in. */
export async function inspectionTerms({ runtime, now }: Context): Promise<InspectionTerms> {
  const authorities = await publishedAuthorities(runtime);
  const roots = authorities.filter(({ kind }) => kind === "root");
  return {
    ours: readableCertificates(authorities.map(({ certificateDer }) => certificateDer)),
    anchors: roots.map(({ certificateDer }) => trustAnchorOf(certificateDer)),
    at: now(),
  };
}

import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requireGrant, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { uuidV7 } from "#lib/ids.ts";
import { parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { searchTextOf } from "#lib/pki/core/certificates/search-text.ts";
import { signingError } from "../errors.ts";
import { listRegistered, removeRegistered, saveRegistered } from "./store.ts";

const Input = z.object({ use: z.enum(["anchor", "chain"]) });
const TIMEOUT_MS = 10_000;

/**
 * Registers public certificates without their keys: as trust anchors, where chains may end, or to fill chains.
 *
 * @param input `bytes`: DER, PEM or PKCS#7, untrusted.
 * @returns how many are new, and the fingerprints of all that were brought
 * @throws pki/not-a-certificate, holds-a-key, too-large, nested-too-deep; signing/not-an-authority for an anchor that
 *   is none
 */
export async function registerCertificates(
  ctx: Context,
  input: z.input<typeof Input> & { readonly bytes: Uint8Array },
): Promise<{ readonly added: number; readonly brought: readonly string[] }> {
  const actor = requireGrant(ctx, "seal.manage", "certificates:write");
  const { use } = Input.parse(input);
  const ders = await ctx.runtime.sandbox.run(
    "certificatesIn",
    { bytes: input.bytes },
    { timeoutMs: TIMEOUT_MS },
  );
  const brought = ders.map(parseCertificate);
  const misfit = brought.find(
    ({ basicConstraints, version }) => version === 3 && !basicConstraints?.isAuthority,
  );
  if (use === "anchor" && misfit)
    throw signingError("not-an-authority", `${misfit.subject.text} may not issue certificates`);
  return inTransaction(ctx, async (ctx) => {
    const present = new Set((await listRegistered(ctx)).map(({ sha256 }) => sha256));
    const fresh = brought.filter(({ sha256 }) => !present.has(sha256));
    const at = ctx.now();
    for (const certificate of fresh) {
      const { subject, issuer, serialHex: serial, sha256, der, notBefore, notAfter } = certificate;
      const id = uuidV7(at.getTime(), ctx.runtime.random(10));
      await saveRegistered(ctx, {
        ...{ organizationId: ctx.organizationId, id, use, subject: subject.text, issuer: issuer.text },
        ...{ serial, sha256, der, notBefore, notAfter, searchText: searchTextOf(certificate) },
        ...{ createdBy: actor.kind === "member" ? actor.memberId : null, createdAt: at },
      });
      const data = { use, certificate: sha256, subject: subject.text };
      await appendEvent(ctx, { type: "certificate.registered", envelopeId: null, data });
    }
    return { added: fresh.length, brought: brought.map(({ sha256 }) => sha256) };
  });
}

/** Forgets a registered certificate; what was built on it stays as it is. @throws signing/not-registered */
export async function unregisterCertificate(
  ctx: Context,
  input: { readonly certificateId: string },
): Promise<void> {
  requirePermission(ctx, "seal.manage");
  const id = z.uuid().parse(input.certificateId);
  await inTransaction(ctx, async (ctx) => {
    const [removed] = await removeRegistered(ctx, [id]);
    if (!removed) throw signingError("not-registered", `no certificate ${id}`);
    const data = { use: removed.use, certificate: removed.sha256 };
    await appendEvent(ctx, { type: "certificate.unregistered", envelopeId: null, data });
  });
}

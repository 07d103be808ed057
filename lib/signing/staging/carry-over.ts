import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { identityError } from "#lib/identity/errors.ts";
import { findStagingOf } from "#lib/identity/find-staging.ts";
import { uuidV7 } from "#lib/ids.ts";
import { listRegistered, saveRegistered } from "../seals/store.ts";

/**
 * Registers for real what was registered for trials: certificates, which are public. Keys stay where they are.
 *
 * @returns how many are new. @throws identity/staging-not-found
 */
export async function carryOver(ctx: Context): Promise<{ readonly added: number }> {
  const member = requirePermission(ctx, "staging.open");
  const { staging, isHere } = await findStagingOf(ctx);
  if (isHere || !staging?.ctx) throw identityError("staging-not-found", "none that the member is in");
  const there = await inTransaction(staging.ctx, listRegistered);
  return inTransaction(ctx, async (ctx) => {
    const present = new Set((await listRegistered(ctx)).map(({ sha256 }) => sha256));
    const fresh = there.filter(({ sha256 }) => !present.has(sha256));
    const at = ctx.now();
    const { organizationId } = ctx;
    for (const row of fresh) {
      const id = uuidV7(at.getTime(), ctx.runtime.random(10));
      await saveRegistered(ctx, { ...row, organizationId, id, createdBy: member.memberId, createdAt: at });
      const { use, sha256: certificate, subject } = row;
      const data = { use, certificate, subject };
      await appendEvent(ctx, { type: "certificate.registered", envelopeId: null, data });
    }
    if (fresh.length > 0) {
      const data = { staging: staging.id, certificates: fresh.map(({ sha256 }) => sha256) };
      await appendEvent(ctx, { type: "staging.carried-over", envelopeId: null, data });
    }
    return { added: fresh.length };
  });
}

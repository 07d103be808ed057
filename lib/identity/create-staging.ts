import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, createContext, inTransaction } from "#lib/context.ts";
import { type MemberId, type OrganizationId, uuidV7 } from "#lib/ids.ts";
import { identityError } from "./errors.ts";
import { stepUp } from "./step-up.ts";
import { findStaging, loadOrganization, lockSetUp, saveMember, saveOrganization } from "./store.ts";

/** What the name of such a workspace begins with, wherever it is read: on pages, in mails, in certificates. */
const MARK = "TEST ";

const Input = z.object({ password: z.string().max(1000) });

/**
 * Opens a workspace where everything can be tried out and nothing is taken as real. Whoever opens it owns it.
 *
 * @throws identity/staging-here, staging-exists, current-password-wrong, password-not-set, too-many-tries
 */
export async function createStaging(
  ctx: Context,
  input: z.input<typeof Input>,
): Promise<{ readonly organizationId: OrganizationId }> {
  const actor = requirePermission(ctx, "staging.open");
  await stepUp(ctx, Input.parse(input).password);
  const { runtime } = ctx;
  const at = ctx.now();
  const newId = () => uuidV7(at.getTime(), runtime.random(10));
  const [organizationId, memberId] = [newId() as OrganizationId, newId() as MemberId];
  const own = await inTransaction(ctx, loadOrganization);
  if (!own || own.stagingOf) throw identityError("staging-here", "a staging workspace has none of its own");
  const there = createContext(runtime, {
    organizationId,
    actor: { ...actor, memberId, role: "owner" },
    request: ctx.request,
  });
  const name = `${MARK}${own.name}`.slice(0, 120);
  await inTransaction(ctx, async (ctx) => {
    await lockSetUp(ctx);
    if (await findStaging(ctx)) throw identityError("staging-exists", "there is one");
    const data = { staging: organizationId, name };
    await appendEvent(ctx, { type: "staging.opened", envelopeId: null, data });
    // The other workspace's rows come last: from here on the transaction sees that one.
    await inTransaction({ ...there, connection: ctx.connection }, async (ctx) => {
      await saveOrganization(ctx, {
        ...{ organizationId, name, stagingOf: own.organizationId, createdAt: at },
        settings: { ...own.settings, allowsKeyExport: false },
      });
      const { accountId } = actor;
      await saveMember(ctx, { organizationId, id: memberId, accountId, role: "owner", createdAt: at });
      await appendEvent(ctx, {
        ...{ type: "organization.created", envelopeId: null },
        data: { name, owner: memberId, stagingOf: own.organizationId },
      });
    });
  });
  return { organizationId };
}

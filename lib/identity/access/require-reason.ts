import { personal } from "#lib/audit/core/commitment.ts";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { type EnvelopeId, type MemberId, uuidV7 } from "#lib/ids.ts";
import { type AccessPurpose, REASON_LASTS_MS } from "../core/access-purposes.ts";
import { identityError } from "../errors.ts";
import { type AccessRow, findAccess, loadPolicy, lockAccess, saveAccess } from "./access-store.ts";

/**
 * The reason a member has given for what they do now, as its event holds it; undefined where they gave none and
 * none is asked for. People who are no members are asked nothing.
 *
 * @throws identity/reason-required
 */
export async function requireReason(ctx: Context, purpose: AccessPurpose, envelopeId: EnvelopeId | null) {
  const { actor } = ctx;
  if (actor.kind !== "member") return undefined;
  const given = await findAccess(ctx, { memberId: actor.memberId, purpose, envelopeId }, sinceOf(ctx));
  if (given && given.reason !== "") return personal(given.reason);
  if ((await loadPolicy(ctx)).includes(purpose))
    throw identityError("reason-required", `${purpose} without a reason`);
  return undefined;
}

/** Until when a reason needs no giving: null when it does, at once. */
export interface ReasonState {
  readonly isAsked: boolean;
  readonly givenUntil: Date | null;
}

/** Whether a page must ask for a reason before it lets something be done. */
export async function reasonState(
  ctx: Context,
  input: { readonly purpose: AccessPurpose; readonly envelopeId: EnvelopeId | null },
): Promise<ReasonState> {
  const { memberId } = requirePermission(ctx, "envelope.read");
  return inTransaction(ctx, async (ctx) => {
    const given = await findAccess(ctx, { memberId, ...input }, sinceOf(ctx));
    const isGiven = given !== null && given.reason !== "";
    return {
      isAsked: (await loadPolicy(ctx)).includes(input.purpose),
      givenUntil: isGiven ? new Date(given.givenAt.getTime() + REASON_LASTS_MS) : null,
    };
  });
}

/** Whether a member has not been here within the hour; notes that they are. */
export async function isFirstAccess(
  ctx: Context,
  access: { readonly memberId: MemberId; purpose: AccessRow["purpose"]; envelopeId: EnvelopeId | null },
): Promise<boolean> {
  await lockAccess(ctx, access.memberId);
  if (await findAccess(ctx, access, sinceOf(ctx))) return false;
  await noteAccess(ctx, { ...access, reason: "" });
  return true;
}

export async function noteAccess(
  ctx: Context,
  access: Omit<AccessRow, "organizationId" | "id" | "givenAt">,
): Promise<void> {
  const { organizationId, runtime } = ctx;
  const givenAt = ctx.now();
  const id = uuidV7(givenAt.getTime(), runtime.random(10));
  await saveAccess(ctx, { ...access, organizationId, id, givenAt }, sinceOf(ctx));
}

const sinceOf = (ctx: Context) => new Date(ctx.now().getTime() - REASON_LASTS_MS);

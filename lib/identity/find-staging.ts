import { requireMember } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { OrganizationId } from "#lib/ids.ts";
import { identityError } from "./errors.ts";
import { findMemberships, findStaging, loadOrganization, type Membership } from "./store.ts";

interface Workspace {
  readonly id: OrganizationId;
  /** As who acts is a member there; null where they are none, or none who may. */
  readonly ctx: Context | null;
}

export interface Workspaces {
  readonly isHere: boolean;
  readonly staging: Workspace | null;
  readonly real: Workspace;
  readonly createdAt: Date | null;
}

/** The workspace for trials and the real one, from whichever of them somebody looks. */
export async function findStagingOf(ctx: Context): Promise<Workspaces> {
  const { accountId } = requireMember(ctx);
  const memberships = await findMemberships(ctx.runtime, accountId);
  const { own, found } = await inTransaction(ctx, async (ctx) => ({
    own: await loadOrganization(ctx),
    found: await findStaging(ctx),
  }));
  if (!own) throw identityError("organization-not-found", `organization ${ctx.organizationId}`);
  const { stagingOf } = own;
  const there = (id: OrganizationId): Workspace => ({ id, ctx: contextIn(ctx, memberships, id) });
  const here = { id: ctx.organizationId, ctx };
  if (stagingOf) return { isHere: true, staging: here, real: there(stagingOf), createdAt: own.createdAt };
  const staging = found && there(found.organizationId);
  return { isHere: false, staging, real: here, createdAt: found?.createdAt ?? null };
}

/**
 * The same member in the workspace for trials, whatever they may do there. Part of a verb.
 *
 * @throws identity/staging-here, staging-not-found where there is none, or they are no member of it
 */
export async function trialContext(ctx: Context): Promise<Context> {
  const actor = requireMember(ctx);
  const { own, found } = await inTransaction(ctx, async (ctx) => ({
    own: await loadOrganization(ctx),
    found: await findStaging(ctx),
  }));
  if (own?.stagingOf) throw identityError("staging-here", "what is sent here is a test");
  const memberships = await findMemberships(ctx.runtime, actor.accountId);
  const membership = memberships.find(({ organizationId }) => organizationId === found?.organizationId);
  if (!membership) throw identityError("staging-not-found", "none that the member is in");
  const { organizationId, memberId, role, leads } = membership;
  return { ...ctx, organizationId, actor: { ...actor, memberId, role, leads } };
}

function contextIn(ctx: Context, memberships: readonly Membership[], id: OrganizationId): Context | null {
  const membership = memberships.find(({ organizationId }) => organizationId === id);
  const { actor } = ctx;
  if (!membership || actor.kind !== "member") return null;
  const { memberId, role } = membership;
  if (role !== "owner" && role !== "admin") return null;
  return { ...ctx, organizationId: id, actor: { ...actor, memberId, role } };
}

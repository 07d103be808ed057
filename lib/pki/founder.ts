import type { Context } from "#lib/context.ts";
import { pkiError } from "./errors.ts";
import { firstOrganization } from "./store.ts";

/** Authorities are the installation's: the organization that set it up looks after them. */
export async function isFounder(ctx: Context): Promise<boolean> {
  return (await firstOrganization(ctx.runtime.database.db)) === ctx.organizationId;
}

/** @throws pki/not-the-founder */
export async function requireFounder(ctx: Context): Promise<void> {
  if (!(await isFounder(ctx))) throw pkiError("not-the-founder", `organization ${ctx.organizationId}`);
}

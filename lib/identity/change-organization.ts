import { z } from "zod";
import type { OrganizationSettings } from "#db/schema/identity.ts";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { ACCESS_PURPOSES } from "./core/access-purposes.ts";
import { DEFAULT_DELEGATION, DELEGATIONS } from "./core/delegation.ts";
import { MARK_LIMITS } from "./core/mark-methods.ts";
import { typedLine } from "./core/typed-text.ts";
import { identityError } from "./errors.ts";
import { stepUp } from "./step-up.ts";
import { loadOrganization, saveOrganizationSettings } from "./store.ts";

const Input = z.object({
  paper: z.enum(["a4", "letter"]),
  fileNamePattern: typedLine(120),
  printsMarginId: z.boolean(),
  /** These stay as they are when left out. */
  delegation: z.enum(DELEGATIONS).optional(),
  markLimit: z.enum(MARK_LIMITS).optional(),
  asksReasonFor: z.array(z.enum(ACCESS_PURPOSES)).optional(),
  /** Roles that may not send in bulk, and what all bulk jobs together invite in a minute. */
  withholdsBulkFrom: z
    .array(z.enum(["admin", "sender"]))
    .readonly()
    .optional(),
  bulkPerMinute: z.number().int().min(1).max(6_000).optional(),
  /** The mail that says an envelope is completed carries its documents. */
  mailsDocuments: z.boolean().optional(),
  /** The verification page tells who has a file what was recorded, without names. */
  tellsTrail: z.boolean().optional(),
  /** How far a claimed signing time may be from the proven one before reports say so. */
  claimToleranceMinutes: z.number().int().min(1).max(1_440).optional(),
  /** What a new draft begins with; its sender may choose otherwise. */
  draftDefaults: z
    .object({
      order: z.enum(["sequential", "parallel"]),
      expiryDays: z.number().int().min(1).max(365),
      reminderHours: z.number().int().min(24).max(720).nullable(),
    })
    .optional(),
});

export interface OrganizationView {
  readonly name: string;
  readonly settings: OrganizationSettings;
}

/** What an organization has settled for everything it sends. */
export async function getOrganization(ctx: Context): Promise<OrganizationView> {
  requirePermission(ctx, "organization.manage");
  const { name, settings } = await inTransaction(ctx, loadOwn);
  return { name, settings };
}

/** Settles paper, file names, what is printed in margins and what takes a reason. @throws identity/pattern-names-nothing */
export async function changeOrganization(ctx: Context, input: z.input<typeof Input>): Promise<void> {
  requirePermission(ctx, "organization.manage");
  const changed = Input.parse(input);
  if (!/\{(title|envelope)\}/.test(changed.fileNamePattern))
    throw identityError("pattern-names-nothing", changed.fileNamePattern);

  await inTransaction(ctx, async (ctx) => {
    const { settings: before } = await loadOwn(ctx);
    const asksReasonFor = changed.asksReasonFor ?? before.asksReasonFor ?? [];
    const delegation = changed.delegation ?? before.delegation ?? DEFAULT_DELEGATION;
    const settings = { ...before, ...changed, asksReasonFor, delegation };
    await saveOrganizationSettings(ctx, settings);
    const data = { from: { ...before }, to: settings };
    await appendEvent(ctx, { type: "organization.changed", envelopeId: null, data });
  });
}

/** Lets private keys be asked for, or not any more. Asks for the password. @throws identity/current-password-wrong */
export async function allowKeyExport(
  ctx: Context,
  input: { readonly isAllowed: boolean; readonly password: string },
): Promise<void> {
  requirePermission(ctx, "key-export.allow");
  await stepUp(ctx, input.password);
  await inTransaction(ctx, async (ctx) => {
    const { settings: before } = await loadOwn(ctx);
    const settings = { ...before, allowsKeyExport: input.isAllowed };
    await saveOrganizationSettings(ctx, settings);
    const data = { from: { ...before }, to: settings };
    await appendEvent(ctx, { type: "organization.changed", envelopeId: null, data });
  });
}

async function loadOwn(ctx: Context) {
  const row = await loadOrganization(ctx);
  if (!row) throw identityError("organization-not-found", `organization ${ctx.organizationId}`);
  return row;
}

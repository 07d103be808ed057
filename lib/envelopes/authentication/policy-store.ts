import { and, asc, desc, eq, inArray, isNotNull, isNull, or, type SQL } from "drizzle-orm";
import { authenticationPolicies, authenticationRules, identityProviders } from "#db/schema/checks.ts";
import { envelopes, fields, fieldValues } from "#db/schema/envelopes.ts";
import { envelopeRetention, retentionClasses } from "#db/schema/retention.ts";
import type { Context } from "#lib/context.ts";
import type { EnvelopeId, MemberId } from "#lib/ids.ts";
import type { IdentityMethod } from "#lib/ports/identity-provider.ts";

export type PolicyRow = typeof authenticationPolicies.$inferSelect;
export type RuleRow = typeof authenticationRules.$inferSelect;

/** @param lock until the transaction ends. */
export async function findPolicy(ctx: Context, lock = false): Promise<PolicyRow | null> {
  const find = ctx.connection
    .select()
    .from(authenticationPolicies)
    .where(eq(authenticationPolicies.organizationId, ctx.organizationId));
  const [row] = lock ? await find.for("update") : await find;
  return row ?? null;
}

export async function savePolicy(ctx: Context, row: Omit<PolicyRow, "organizationId">): Promise<void> {
  await ctx.connection
    .insert(authenticationPolicies)
    .values({ ...row, organizationId: ctx.organizationId })
    .onConflictDoUpdate({ target: authenticationPolicies.organizationId, set: row });
}

/** Those in force, oldest first. */
export async function loadRules(ctx: Context): Promise<RuleRow[]> {
  return ctx.connection
    .select()
    .from(authenticationRules)
    .where(
      and(eq(authenticationRules.organizationId, ctx.organizationId), isNull(authenticationRules.removedAt)),
    )
    .orderBy(asc(authenticationRules.createdAt), asc(authenticationRules.id));
}

export async function saveRule(ctx: Context, row: typeof authenticationRules.$inferInsert): Promise<void> {
  await ctx.connection.insert(authenticationRules).values(row);
}

/** @returns whether it was in force. */
export async function removeRule(ctx: Context, id: string): Promise<boolean> {
  const rows = await ctx.connection
    .update(authenticationRules)
    .set({ removedAt: ctx.now() })
    .where(
      and(
        eq(authenticationRules.id, id),
        eq(authenticationRules.organizationId, ctx.organizationId),
        isNull(authenticationRules.removedAt),
      ),
    )
    .returning({ id: authenticationRules.id });
  return rows.length > 0;
}

export async function hasProvider(ctx: Context, method: IdentityMethod): Promise<boolean> {
  const rows = await ctx.connection
    .select({ issuer: identityProviders.issuer })
    .from(identityProviders)
    .where(
      and(eq(identityProviders.organizationId, ctx.organizationId), eq(identityProviders.method, method)),
    );
  return rows.length > 0;
}

/** The class an envelope was sent under, null for none; undefined while it is a draft. */
export async function findSentClass(
  ctx: Context,
  envelopeId: EnvelopeId,
): Promise<string | null | undefined> {
  const { sentClassId, sentAt } = envelopes;
  const [row] = await ctx.connection
    .select({ sentClassId, sentAt })
    .from(envelopes)
    .where(and(eq(envelopes.id, envelopeId), eq(envelopes.organizationId, ctx.organizationId)));
  return row?.sentAt ? row.sentClassId : undefined;
}

/** What the class an envelope was sent under asks of certificates; null without one. */
export async function findCertificateDays(ctx: Context, envelopeId: EnvelopeId): Promise<number | null> {
  const [row] = await ctx.connection
    .select({ days: retentionClasses.leastCertificateDays })
    .from(envelopes)
    .innerJoin(retentionClasses, eq(retentionClasses.id, envelopes.sentClassId))
    .where(
      and(
        eq(envelopes.id, envelopeId),
        eq(envelopes.organizationId, ctx.organizationId),
        eq(retentionClasses.organizationId, ctx.organizationId),
      ),
    );
  return row?.days ?? null;
}

/** The class somebody chose for an envelope. */
export async function findChosenClass(
  ctx: Context,
  envelopeId: EnvelopeId,
): Promise<{ id: string; name: string } | null> {
  const [chosen] = await ctx.connection
    .select({ id: envelopeRetention.classId, name: retentionClasses.name })
    .from(envelopeRetention)
    .innerJoin(retentionClasses, eq(retentionClasses.id, envelopeRetention.classId))
    .where(
      and(
        eq(envelopeRetention.envelopeId, envelopeId),
        eq(envelopeRetention.organizationId, ctx.organizationId),
      ),
    );
  return chosen ?? null;
}

/** Gives a class to an envelope that has none. */
export async function saveChosenClass(
  ctx: Context,
  chosen: { readonly envelopeId: EnvelopeId; readonly classId: string; readonly chosenBy: MemberId },
): Promise<void> {
  const { organizationId } = ctx;
  await ctx.connection.insert(envelopeRetention).values({ organizationId, ...chosen, chosenAt: ctx.now() });
}

/** A class that envelopes are still given; null for one that is not there, or retired. */
export async function findClassInUse(
  ctx: Context,
  classId: string,
): Promise<{ id: string; name: string } | null> {
  const [row] = await ctx.connection
    .select({ id: retentionClasses.id, name: retentionClasses.name })
    .from(retentionClasses)
    .where(
      and(
        eq(retentionClasses.organizationId, ctx.organizationId),
        eq(retentionClasses.id, classId),
        isNull(retentionClasses.retiredAt),
      ),
    );
  return row ?? null;
}

/** Those of some that envelopes are still given, what is kept longest first. */
export async function findClassesInUse(
  ctx: Context,
  ids: readonly string[],
): Promise<{ id: string; name: string }[]> {
  return ctx.connection
    .select({ id: retentionClasses.id, name: retentionClasses.name })
    .from(retentionClasses)
    .where(
      and(
        eq(retentionClasses.organizationId, ctx.organizationId),
        inArray(retentionClasses.id, [...ids]),
        isNull(retentionClasses.retiredAt),
      ),
    )
    .orderBy(desc(retentionClasses.years), asc(retentionClasses.name));
}

/** The one completed envelopes get that name none. */
export async function findUsualClassId(ctx: Context): Promise<string | null> {
  const [usual] = await ctx.connection
    .select({ id: retentionClasses.id })
    .from(retentionClasses)
    .where(
      and(
        eq(retentionClasses.organizationId, ctx.organizationId),
        eq(retentionClasses.trigger, "completion"),
        eq(retentionClasses.isDefault, true),
      ),
    );
  return usual?.id ?? null;
}

/** What a draft would be sent under: the class somebody chose, else the usual one. */
export const draftClass = async (ctx: Context, envelopeId: EnvelopeId): Promise<string | null> =>
  (await findChosenClass(ctx, envelopeId))?.id ?? (await findUsualClassId(ctx));

/** Classes completed envelopes are kept under, and the one that was chosen whatever it is about, by name. */
export async function loadClassNames(
  ctx: Context,
  chosenId: string | null = null,
): Promise<{ id: string; name: string; years: number; isUsual: boolean; isRetired: boolean }[]> {
  const { id, name, years, isDefault: isUsual, retiredAt } = retentionClasses;
  return ctx.connection
    .select({ id, name, years, isUsual, isRetired: isNotNull(retiredAt) as SQL<boolean> })
    .from(retentionClasses)
    .where(
      and(
        eq(retentionClasses.organizationId, ctx.organizationId),
        or(
          eq(retentionClasses.trigger, "completion"),
          chosenId === null ? undefined : eq(retentionClasses.id, chosenId),
        ),
      ),
    )
    .orderBy(asc(retentionClasses.name));
}

/** What everybody has entered so far. */
export async function loadAnswers(
  ctx: Context,
  envelopeId: EnvelopeId,
): Promise<{ label: string; value: string }[]> {
  return ctx.connection
    .select({ label: fields.label, value: fieldValues.value })
    .from(fields)
    .innerJoin(fieldValues, eq(fieldValues.fieldId, fields.id))
    .where(and(eq(fields.envelopeId, envelopeId), eq(fields.organizationId, ctx.organizationId)));
}

import { and, asc, count, desc, eq, inArray, isNull, sql } from "drizzle-orm";
import { documentRevisions, documents, envelopes } from "#db/schema/envelopes.ts";
import { members } from "#db/schema/identity.ts";
import { accounts } from "#db/schema/installation.ts";
import { templatePolicies, templates, templateVersions } from "#db/schema/templates.ts";
import type { Context } from "#lib/context.ts";
import type { DocumentId, MemberId, TemplateId } from "#lib/ids.ts";
import { envelopesError } from "../errors.ts";
import type { EnvelopeRow } from "../store.ts";

export type TemplateRow = typeof templates.$inferSelect;
export type TemplateVersionRow = typeof templateVersions.$inferSelect;

const own = (ctx: Context, table: typeof templates | typeof templateVersions) =>
  eq(table.organizationId, ctx.organizationId);

export async function saveTemplate(ctx: Context, row: typeof templates.$inferInsert): Promise<void> {
  await ctx.connection.insert(templates).values(row);
}

/** @throws envelopes/template-not-found */
export async function loadTemplate(ctx: Context, id: TemplateId, isLocked = false): Promise<TemplateRow> {
  const query = ctx.connection
    .select()
    .from(templates)
    .where(and(eq(templates.id, id), own(ctx, templates)));
  const [row] = await (isLocked ? query.for("update") : query);
  if (!row) throw envelopesError("template-not-found", `template ${id}`);
  return row;
}

export async function changeTemplate(
  ctx: Context,
  id: TemplateId,
  change: Partial<typeof templates.$inferInsert>,
): Promise<void> {
  await ctx.connection
    .update(templates)
    .set({ ...change, changedAt: ctx.now() })
    .where(and(eq(templates.id, id), own(ctx, templates)));
}

export async function saveVersion(ctx: Context, row: typeof templateVersions.$inferInsert): Promise<void> {
  await ctx.connection.insert(templateVersions).values(row);
}

export async function changeVersion(
  ctx: Context,
  { templateId, number }: Pick<TemplateVersionRow, "templateId" | "number">,
  change: Pick<Partial<TemplateVersionRow>, "state" | "decidedAt" | "decidedBy" | "note">,
): Promise<void> {
  await ctx.connection
    .update(templateVersions)
    .set(change)
    .where(
      and(
        eq(templateVersions.templateId, templateId),
        eq(templateVersions.number, number),
        own(ctx, templateVersions),
      ),
    );
}

/** @throws envelopes/version-not-found */
export async function loadVersion(
  ctx: Context,
  templateId: TemplateId,
  number: number,
): Promise<TemplateVersionRow> {
  const [row] = await ctx.connection
    .select()
    .from(templateVersions)
    .where(
      and(
        eq(templateVersions.templateId, templateId),
        eq(templateVersions.number, number),
        own(ctx, templateVersions),
      ),
    );
  if (!row) throw envelopesError("version-not-found", `version ${number} of template ${templateId}`);
  return row;
}

/** The class that the version an envelope is made from gives to it. */
export async function loadTemplateClass(
  ctx: Context,
  { templateId, templateVersion }: Pick<EnvelopeRow, "templateId" | "templateVersion">,
): Promise<string | null> {
  if (!templateId || templateVersion === null) return null;
  return (await loadVersion(ctx, templateId, templateVersion)).classId;
}

/** All versions, oldest first. */
export async function loadVersions(ctx: Context, templateId: TemplateId): Promise<TemplateVersionRow[]> {
  return ctx.connection
    .select()
    .from(templateVersions)
    .where(and(eq(templateVersions.templateId, templateId), own(ctx, templateVersions)))
    .orderBy(asc(templateVersions.number));
}

export async function loadPolicy(ctx: Context): Promise<{ readonly asksForApproval: boolean }> {
  const [row] = await ctx.connection
    .select()
    .from(templatePolicies)
    .where(eq(templatePolicies.organizationId, ctx.organizationId));
  return { asksForApproval: row?.asksForApproval ?? false };
}

export async function savePolicy(ctx: Context, asksForApproval: boolean): Promise<void> {
  const { organizationId } = ctx;
  await ctx.connection
    .insert(templatePolicies)
    .values({ organizationId, asksForApproval })
    .onConflictDoUpdate({ target: templatePolicies.organizationId, set: { asksForApproval } });
}

/** Documents of a version, also those that were taken out of the template since. */
export async function loadDocumentsOf(ctx: Context, ids: readonly DocumentId[]) {
  if (ids.length === 0) return [];
  return ctx.connection
    .select({ document: documents, revision: documentRevisions })
    .from(documents)
    .innerJoin(
      documentRevisions,
      and(eq(documentRevisions.documentId, documents.id), eq(documentRevisions.number, 0)),
    )
    .where(and(inArray(documents.id, [...ids]), eq(documents.organizationId, ctx.organizationId)));
}

/** Templates in use or retired, newest change first. */
export async function listTemplateRows(
  ctx: Context,
  query: { readonly isRetired: boolean; readonly folder?: string | null; readonly limit: number },
) {
  return ctx.connection
    .select({ template: templates, title: envelopes.title, ownerName: accounts.name })
    .from(templates)
    .innerJoin(envelopes, eq(envelopes.id, templates.envelopeId))
    .leftJoin(members, eq(members.id, templates.ownerId))
    .leftJoin(accounts, eq(accounts.id, members.accountId))
    .where(
      and(
        own(ctx, templates),
        query.folder ? eq(templates.folderId, query.folder) : undefined,
        query.isRetired ? sql`${templates.retiredAt} is not null` : isNull(templates.retiredAt),
      ),
    )
    .orderBy(desc(templates.changedAt), desc(templates.id))
    .limit(query.limit);
}

export async function loadVersionsOf(ctx: Context, ids: readonly TemplateId[]) {
  if (ids.length === 0) return [];
  const { templateId, number, state, submittedAt } = templateVersions;
  return ctx.connection
    .select({ templateId, number, state, submittedAt })
    .from(templateVersions)
    .where(and(inArray(templateId, [...ids]), own(ctx, templateVersions)))
    .orderBy(asc(number));
}

/** How many envelopes were made from each. */
export async function countUses(ctx: Context, ids: readonly TemplateId[]): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map();
  const rows = await ctx.connection
    .select({ id: envelopes.templateId, uses: count() })
    .from(envelopes)
    .where(
      and(
        inArray(envelopes.templateId, [...ids]),
        eq(envelopes.isTemplate, false),
        eq(envelopes.organizationId, ctx.organizationId),
      ),
    )
    .groupBy(envelopes.templateId);
  return new Map(rows.map(({ id, uses }) => [id as string, uses]));
}

export async function loadNames(ctx: Context, ids: readonly MemberId[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await ctx.connection
    .select({ id: members.id, name: accounts.name })
    .from(members)
    .innerJoin(accounts, eq(accounts.id, members.accountId))
    .where(and(inArray(members.id, [...ids]), eq(members.organizationId, ctx.organizationId)));
  return new Map(rows.map(({ id, name }) => [id as string, name]));
}

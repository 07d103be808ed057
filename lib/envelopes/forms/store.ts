import { and, asc, desc, eq, getTableColumns, inArray, isNotNull, isNull, sql } from "drizzle-orm";
import { formImportRows, formImports, formPackages, libraryForms } from "#db/schema/forms.ts";
import { members } from "#db/schema/identity.ts";
import { accounts } from "#db/schema/installation.ts";
import { templates } from "#db/schema/templates.ts";
import type { Context } from "#lib/context.ts";
import type { EnvelopeId, TemplateId } from "#lib/ids.ts";
import { type FormEntry, type FormProblem, formWords, sortTitle } from "../core/forms/catalogue.ts";
import { envelopesError } from "../errors.ts";

export type FormRow = Omit<typeof libraryForms.$inferSelect, "words">;
export type ImportRow = typeof formImports.$inferSelect;
export type PackageRow = typeof formPackages.$inferSelect;

const { words: _, ...formColumns } = getTableColumns(libraryForms);
const ownForm = (ctx: Context, id: string) =>
  and(eq(libraryForms.id, id), eq(libraryForms.organizationId, ctx.organizationId));
const ownPackage = (ctx: Context, id: string) =>
  and(eq(formPackages.id, id), eq(formPackages.organizationId, ctx.organizationId));

/** @throws envelopes/form-not-found */
export async function loadForm(ctx: Context, id: string, isLocked = false): Promise<FormRow> {
  const query = ctx.connection.select(formColumns).from(libraryForms).where(ownForm(ctx, id));
  const [row] = await (isLocked ? query.for("update") : query);
  if (!row) throw envelopesError("form-not-found", `form ${id}`);
  return row;
}

export async function loadForms(ctx: Context, ids: readonly string[]): Promise<FormRow[]> {
  if (ids.length === 0) return [];
  return ctx.connection
    .select(formColumns)
    .from(libraryForms)
    .where(and(inArray(libraryForms.id, [...ids]), eq(libraryForms.organizationId, ctx.organizationId)));
}

export async function changeForm(
  ctx: Context,
  id: string,
  change: Partial<Omit<FormRow, "id" | "organizationId" | "words">>,
): Promise<void> {
  await ctx.connection
    .update(libraryForms)
    .set({ ...change, changedAt: ctx.now() })
    .where(ownForm(ctx, id));
}

export interface FormQuery {
  readonly query: string | null;
  readonly jurisdiction: string | null;
  readonly subject: string | null;
  readonly kind: string | null;
  /** Beyond that one, in the direction asked for. */
  readonly from: { readonly sortTitle: string; readonly id: string } | null;
  readonly isBack: boolean;
  readonly limit: number;
}

/** In the order asked for. */
export async function findFormRows(ctx: Context, query: FormQuery): Promise<FormRow[]> {
  const { jurisdiction, subject, kind, from, isBack, limit } = query;
  const found = await ctx.connection.execute<{ id: string }>(
    sql`select f.id from find_forms(${query.query}, ${jurisdiction}, ${subject}, ${kind}, ${from?.sortTitle ?? null},
      ${from?.id ?? null}::uuid, ${isBack}, ${limit}) as f(id)`,
  );
  const place = new Map(found.map(({ id }, index) => [id, index]));
  const rows = await loadForms(ctx, [...place.keys()]);
  return rows.toSorted((a, b) => place.get(a.id)! - place.get(b.id)!);
}

/** What there is, in order; as much as a list can hold. */
export async function formFacets(
  ctx: Context,
  wanted: "subject" | "kind" | "jurisdiction",
): Promise<string[]> {
  const rows = await ctx.connection.execute<{ one: string }>(
    sql`select f.one from form_facets(${wanted}, 400) as f(one)`,
  );
  return rows.flatMap(({ one }) => (one ? [one] : []));
}

/** Whether there are so many, without counting further. */
export async function hasForms(ctx: Context, atLeast: number): Promise<boolean> {
  const rows = await ctx.connection.execute(
    sql`select from library_forms where organization_id = ${ctx.organizationId} offset ${atLeast - 1} limit 1`,
  );
  return rows.length > 0;
}

/** What the library has under these keys. */
export async function knownForms(ctx: Context, keys: readonly string[]) {
  const rows = await ctx.connection.execute<KnownForm & Record<string, unknown>>(sql`
    select id, key, title, number, agency, jurisdiction, subject, kind, keywords, source, edition,
      edition_on::text as "editionOn", checked_on::text as "checkedOn", file_name as "fileName",
      expected_sha256 as "expectedSha256", file_key as "fileKey"
    from library_forms where organization_id = ${ctx.organizationId}
      and key in (select jsonb_array_elements_text(${JSON.stringify(keys)}::jsonb))`);
  return new Map(rows.map((row) => [row.key, row as KnownForm]));
}

export type KnownForm = FormEntry & { readonly id: string; readonly fileKey: string | null };

/** Writes entries as the library has them from now on; of a newer edition the file is missing again. */
export async function saveForms(
  ctx: Context,
  entries: readonly { readonly id: string; readonly entry: FormEntry; readonly isNewEdition: boolean }[],
): Promise<void> {
  if (entries.length === 0) return;
  const rows = entries.map(({ id, entry, isNewEdition }) => ({
    ...{ ...entry, id, isNewEdition, sortTitle: sortTitle(entry.title), words: formWords(entry) },
  }));
  const at = ctx.now().toISOString();
  await ctx.connection.execute(sql`
    insert into library_forms (organization_id, id, key, title, sort_title, number, agency, jurisdiction, subject, kind,
      keywords, source, edition, edition_on, checked_on, file_name, expected_sha256, words, changed_at)
    select ${ctx.organizationId}::uuid, r.id, r.key, r.title, r."sortTitle", r.number, r.agency, r.jurisdiction,
      r.subject, r.kind, r.keywords, r.source, r.edition, r."editionOn", r."checkedOn", r."fileName",
      r."expectedSha256", array_to_tsvector(array(select jsonb_array_elements_text(r.words))), ${at}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(id uuid, key text, title text, "sortTitle" text,
      number text, agency text, jurisdiction text, subject text, kind text, keywords text, source text, edition text,
      "editionOn" date, "checkedOn" date, "fileName" text, "expectedSha256" text, words jsonb)
    on conflict (organization_id, key) do update set
      title = excluded.title, sort_title = excluded.sort_title, number = excluded.number, agency = excluded.agency,
      jurisdiction = excluded.jurisdiction, subject = excluded.subject, kind = excluded.kind,
      keywords = excluded.keywords, source = excluded.source, edition = excluded.edition,
      edition_on = excluded.edition_on, file_name = excluded.file_name, expected_sha256 = excluded.expected_sha256,
      words = excluded.words, changed_at = excluded.changed_at,
      checked_on = case when excluded.checked_on is null and excluded.edition_on = library_forms.edition_on
        then library_forms.checked_on else excluded.checked_on end,
      checked_by = case when excluded.checked_on is null and excluded.edition_on = library_forms.edition_on
        then library_forms.checked_by else null end`);
  const renewed = JSON.stringify(rows.flatMap(({ id, isNewEdition }) => (isNewEdition ? [id] : [])));
  if (renewed !== "[]")
    await ctx.connection.execute(sql`
      update library_forms set file_key = null, file_sha256 = null, file_size_bytes = null, file_added_at = null,
        file_added_by = null
      where organization_id = ${ctx.organizationId}
        and id in (select jsonb_array_elements_text(${renewed}::jsonb)::uuid)`);
}

/** Templates in use that are built on an older edition of one of these forms than that day's. */
export async function templatesOn(ctx: Context, formIds: readonly string[]) {
  if (formIds.length === 0) return [];
  const { id, envelopeId, formId, formEdition, formEditionOn, currentVersion } = templates;
  return ctx.connection
    .select({ id, envelopeId, formId, formEdition, formEditionOn, currentVersion })
    .from(templates)
    .where(
      and(
        inArray(formId, [...formIds]),
        eq(templates.organizationId, ctx.organizationId),
        isNull(templates.retiredAt),
      ),
    )
    .orderBy(desc(templates.changedAt));
}

export type TemplateOnForm = {
  readonly id: TemplateId;
  readonly envelopeId: EnvelopeId;
  readonly formId: string | null;
  readonly formEdition: string | null;
  readonly formEditionOn: string | null;
  readonly currentVersion: number | null;
};

/** Forms whose PDF goes by that name, without regard to case. */
export async function formsWithFile(ctx: Context, fileName: string): Promise<FormRow[]> {
  return ctx.connection
    .select(formColumns)
    .from(libraryForms)
    .where(
      and(
        eq(libraryForms.organizationId, ctx.organizationId),
        sql`lower(${libraryForms.fileName}) = ${fileName.toLowerCase()}`,
        sql`file_name <> ''`,
      ),
    )
    .limit(20);
}

export async function saveImport(
  ctx: Context,
  row: typeof formImports.$inferInsert,
  wrong: readonly {
    readonly line: number;
    readonly cells: readonly string[];
    readonly problems: readonly FormProblem[];
  }[],
): Promise<void> {
  await ctx.connection.insert(formImports).values(row);
  const { organizationId, id: importId } = row;
  for (let from = 0; from < wrong.length; from += 1_000)
    await ctx.connection
      .insert(formImportRows)
      .values(wrong.slice(from, from + 1_000).map((one) => ({ organizationId, importId, ...one })));
}

/** @throws envelopes/form-import-not-found */
export async function loadImport(ctx: Context, id: string): Promise<ImportRow> {
  const [row] = await ctx.connection
    .select()
    .from(formImports)
    .where(and(eq(formImports.id, id), eq(formImports.organizationId, ctx.organizationId)));
  if (!row) throw envelopesError("form-import-not-found", `import ${id}`);
  return row;
}

export async function loadImportRows(ctx: Context, importId: string, after: number, limit: number) {
  const { line, cells, problems } = formImportRows;
  return ctx.connection
    .select({ line, cells, problems })
    .from(formImportRows)
    .where(
      and(
        eq(formImportRows.importId, importId),
        eq(formImportRows.organizationId, ctx.organizationId),
        sql`${line} > ${after}`,
      ),
    )
    .orderBy(asc(line))
    .limit(limit);
}

export async function listImports(ctx: Context, limit: number) {
  return ctx.connection
    .select({ import: formImports, memberName: accounts.name })
    .from(formImports)
    .leftJoin(members, eq(members.id, formImports.memberId))
    .leftJoin(accounts, eq(accounts.id, members.accountId))
    .where(eq(formImports.organizationId, ctx.organizationId))
    .orderBy(desc(formImports.createdAt), desc(formImports.id))
    .limit(limit);
}

export async function nameOf(ctx: Context, memberId: string): Promise<string> {
  const rows = await ctx.connection.execute<{ name: string }>(sql`
    select a.name from members m join accounts a on a.id = m.account_id
    where m.id = ${memberId}::uuid and m.organization_id = ${ctx.organizationId}`);
  return rows[0]?.name ?? "";
}

/** @throws envelopes/form-package-not-found */
export async function loadPackage(ctx: Context, id: string): Promise<PackageRow> {
  const [row] = await ctx.connection.select().from(formPackages).where(ownPackage(ctx, id));
  if (!row) throw envelopesError("form-package-not-found", `form package ${id}`);
  return row;
}

export async function listPackages(ctx: Context): Promise<PackageRow[]> {
  return ctx.connection
    .select()
    .from(formPackages)
    .where(eq(formPackages.organizationId, ctx.organizationId))
    .orderBy(desc(formPackages.changedAt));
}

export async function savePackage(ctx: Context, row: typeof formPackages.$inferInsert): Promise<void> {
  const { name, formIds, values, changedAt } = row;
  await ctx.connection
    .insert(formPackages)
    .values(row)
    .onConflictDoUpdate({ target: formPackages.id, set: { name, formIds, values, changedAt } });
}

export async function deletePackage(ctx: Context, id: string): Promise<boolean> {
  const rows = await ctx.connection
    .delete(formPackages)
    .where(ownPackage(ctx, id))
    .returning({ id: formPackages.id });
  return rows.length > 0;
}

/** The form each of these templates is built on, where a newer edition than theirs is in the library. */
export async function newerEditions(ctx: Context, templateIds: readonly TemplateId[]) {
  if (templateIds.length === 0) return new Map<TemplateId, NewerEdition>();
  const rows = await ctx.connection
    .select({
      ...{ templateId: templates.id, formId: libraryForms.id, title: libraryForms.title },
      ...{ edition: libraryForms.edition, editionOn: libraryForms.editionOn },
      ...{ builtOn: templates.formEdition, builtOnDay: templates.formEditionOn },
      hasFile: isNotNull(libraryForms.fileKey).mapWith(Boolean),
    })
    .from(templates)
    .innerJoin(libraryForms, eq(libraryForms.id, templates.formId))
    .where(
      and(
        inArray(templates.id, [...templateIds]),
        eq(templates.organizationId, ctx.organizationId),
        eq(libraryForms.organizationId, ctx.organizationId),
        sql`${libraryForms.editionOn} > ${templates.formEditionOn}`,
      ),
    );
  return new Map(rows.map(({ templateId, ...rest }) => [templateId, rest as NewerEdition]));
}

export interface NewerEdition {
  readonly formId: string;
  readonly title: string;
  readonly edition: string;
  readonly editionOn: string;
  readonly builtOn: string | null;
  readonly builtOnDay: string | null;
  readonly hasFile: boolean;
}

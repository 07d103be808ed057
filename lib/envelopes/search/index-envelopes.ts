import { sql } from "drizzle-orm";
import { requireSystem } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { DocumentId, EnvelopeId, OrganizationId } from "#lib/ids.ts";
import type { Runtime } from "#lib/runtime.ts";
import { searchWords } from "../core/search-words.ts";

const BATCH = 100;
/** Of one document: what comes after belongs to no search. */
const MOST_PAGES = 300;
const MOST_CHARACTERS = 400_000;

/** Organizations with envelopes that were not read for searches yet, for our own jobs. */
export async function listUnread({ database }: Runtime): Promise<OrganizationId[]> {
  const rows = await database.db.execute<{ id: OrganizationId }>(
    sql`select find_search_pending as id from find_search_pending()`,
  );
  return rows.map(({ id }) => id);
}

/**
 * Reads what changed, so that it is found by its title, its people, their answers and the words of its documents.
 *
 * @param next what else is done with what changed, once it can be found; it comes again where this breaks off
 */
export async function indexEnvelopes(
  ctx: Context,
  next: (ids: readonly EnvelopeId[]) => Promise<unknown> = async () => {},
): Promise<number> {
  requireSystem(ctx);
  const pending = await inTransaction(ctx, (ctx) =>
    ctx.connection.execute<{ id: EnvelopeId; at: string }>(sql`
      select envelope_id as id, queued_at::text as at from search_pending
      where organization_id = ${ctx.organizationId} order by queued_at limit ${BATCH}`),
  );
  if (pending.length === 0) return 0;
  const ids = pending.map(({ id }) => id);
  const unread = await inTransaction(ctx, (ctx) => unreadDocuments(ctx, ids));
  // A bulk job's envelopes have the same pages, each its own copy of them.
  for (const alike of Map.groupBy(unread, ({ sha256 }) => sha256).values()) await readDocuments(ctx, alike);
  await inTransaction(ctx, (ctx) => indexNow(ctx, ids));
  await next(ids);
  await inTransaction(ctx, async (ctx) => {
    const done = JSON.stringify(pending);
    // What changed again meanwhile is read again.
    await ctx.connection.execute(sql`
      delete from search_pending p using jsonb_to_recordset(${done}::jsonb) as d(id uuid, at timestamptz)
      where p.envelope_id = d.id and p.queued_at = d.at and p.organization_id = ${ctx.organizationId}`);
  });
  return ids.length;
}

interface Unread {
  readonly id: DocumentId;
  readonly envelopeId: EnvelopeId;
  readonly previewKey: string;
  /** Of what is read. */
  readonly sha256: string;
  readonly pages: number;
}

async function unreadDocuments(ctx: Context, ids: readonly EnvelopeId[]): Promise<Unread[]> {
  return ctx.connection.execute<Unread & Record<string, unknown>>(sql`
    select d.id, d.envelope_id as "envelopeId", d.preview_key as "previewKey",
      d.preview_sha256 as sha256, jsonb_array_length(d.pages) as pages
    from documents d join envelopes e on e.id = d.envelope_id and e.purged_at is null and e.deleted_at is null
    where d.envelope_id in (select jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb)::uuid)
      and d.organization_id = ${ctx.organizationId} and d.removed_at is null
      and not exists (select from document_texts t where t.document_id = d.id)`);
}

/** Reads documents with the same bytes once. One that cannot be read is found by everything else. */
async function readDocuments(ctx: Context, alike: readonly Unread[]): Promise<void> {
  const [{ id, previewKey, pages }] = alike as [Unread];
  const text = await textOf(ctx, previewKey, pages).catch((error: unknown) => {
    ctx.runtime.log.warn({ err: error, document: id }, "not read for searches");
    return "";
  });
  const rows = JSON.stringify(alike.map(({ id, envelopeId }) => ({ id, envelopeId })));
  await inTransaction(ctx, (ctx) =>
    ctx.connection.execute(sql`
      insert into document_texts (organization_id, document_id, envelope_id, text)
      select ${ctx.organizationId}::uuid, d.id, d."envelopeId", ${searchWords(text).join(" ")}
      from jsonb_to_recordset(${rows}::jsonb) as d(id uuid, "envelopeId" uuid) on conflict do nothing`),
  );
}

async function textOf(ctx: Context, key: string, pages: number): Promise<string> {
  const { files, sandbox } = ctx.runtime;
  const handle = await files.handle(key);
  try {
    const source = { key: handle.key, path: handle.path, dataKey: handle.dataKey };
    let text = "";
    for (let page = 0; page < Math.min(pages, MOST_PAGES) && text.length < MOST_CHARACTERS; page++) {
      const { blocks } = await sandbox.run("pageText", { files: [source], page });
      for (const block of blocks) text += `${block.kind === "row" ? block.cells.join(" ") : block.text} `;
    }
    return text;
  } finally {
    await handle.release();
  }
}

/** What can be read without opening a file, at once. Part of a verb. Sensitive answers are in here nowhere. */
export async function indexNow(ctx: Context, ids: readonly EnvelopeId[]): Promise<void> {
  const all = JSON.stringify(ids);
  const rows = await ctx.connection.execute<{ id: EnvelopeId; text: string; amount: string | null }>(sql`
    select e.id, concat_ws(' ', e.short_id, replace(e.short_id, '-', ''), e.title, array_to_string(e.tags, ' '),
      (select string_agg(concat_ws(' ', r.name, r.email), ' ') from recipients r where r.envelope_id = e.id),
      (select string_agg(v.value, ' ') from fields f join field_values v on v.field_id = f.id
        where f.envelope_id = e.id and v.sealed_key is null
          and coalesce((f.settings ->> 'isSensitive')::boolean, false) = false
          and f.type not in ('signature', 'initials', 'stamp', 'checkbox', 'radio', 'attachment', 'image', 'approve')),
      (select string_agg(d.text, ' ') from document_texts d join documents o on o.id = d.document_id
        and o.removed_at is null where d.envelope_id = e.id)) as text,
      (select max(v.value::numeric)::text from fields f join field_values v on v.field_id = f.id
        where f.envelope_id = e.id and v.sealed_key is null
          and coalesce((f.settings ->> 'isSensitive')::boolean, false) = false
          and (f.type = 'amount' or (f.type = 'formula' and f.settings ->> 'currency' is not null))
          and v.value ~ '^-?[0-9]{1,40}([.][0-9]{1,40})?$') as amount
    from envelopes e where e.organization_id = ${ctx.organizationId}
      and e.id in (select jsonb_array_elements_text(${all}::jsonb)::uuid)
      and e.purged_at is null and e.deleted_at is null`);
  const words = JSON.stringify(
    rows.map(({ id, text, amount }) => ({ id, amount, words: searchWords(text) })),
  );
  await ctx.connection.execute(sql`
    insert into envelope_texts (organization_id, envelope_id, words, amount)
    select ${ctx.organizationId}::uuid, r.id,
      array_to_tsvector(array(select jsonb_array_elements_text(r.words))), r.amount
    from jsonb_to_recordset(${words}::jsonb) as r(id uuid, words jsonb, amount numeric)
    on conflict (envelope_id) do update set words = excluded.words, amount = excluded.amount`);
}

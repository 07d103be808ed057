import { sql } from "drizzle-orm";
import { beginChains, type NewEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import type { Context } from "#lib/context.ts";
import type { DocumentId, EnvelopeId, MemberId, RecipientId } from "#lib/ids.ts";
import { namesOf, raisedEvent } from "../authentication/raise-checks.ts";
import { askedOf, madeFrom } from "../authentication/required-steps.ts";
import { loadSignatureChoice } from "../authentication/signature-choice.ts";
import { type AuthenticationPolicy, raisedBy } from "../core/authentication-rules.ts";
import type { BulkSource } from "../core/bulk/bulk-source.ts";
import { type ComposedRow, composeRow } from "../core/bulk/compose-row.ts";
import { derivedId } from "../core/bulk/derived-id.ts";
import type { FurtherCheck } from "../core/checks.ts";
import { consentModeIn, sentWarning } from "../core/class-steps.ts";
import { turnsOf } from "../core/draft.ts";
import { fieldsDigest, rulesDigest } from "../core/fields/describe-field.ts";
import { conditionWith } from "../core/fields/field-rules.ts";
import { takesDefault } from "../core/fields/field-types.ts";
import { readAnswer } from "../core/fields/read-answer.ts";
import { hiddenFrom } from "../core/hidden-documents.ts";
import { shortId } from "../core/short-id.ts";
import { type KnownProvider, providerFor } from "../core/signature-kind.ts";
import { describeProvider, describeRecipient, limitOf } from "../send-envelope.ts";
import type { JobRow } from "./store.ts";

const DAY_MS = 86_400_000;

export const documentIdIn = (envelopeId: EnvelopeId, sourceId: string): string =>
  derivedId(envelopeId, sourceId);

/** Where an envelope's own copies of a source's document are. */
export function fileKeysIn(organizationId: string, envelopeId: EnvelopeId, sourceDocumentId: string) {
  const folder = `org/${organizationId}/envelopes/${envelopeId}/${documentIdIn(envelopeId, sourceDocumentId)}`;
  return { originalKey: `${folder}/original-0.pdf.enc`, previewKey: `${folder}/preview.pdf.enc` };
}

export type SentJob = Pick<JobRow, "id" | "ownerId" | "source" | "mapping" | "reminderHours">;

/**
 * Makes an envelope of each row and sends it, all in the caller's transaction and with one statement for each table:
 * envelope, documents, people, fields and their values, two events with their links, and the job that prepares it. What
 * is written is what `createEnvelope`, `saveDraft` and `sendEnvelope` would write one by one.
 *
 * @param rows that have nothing wrong; their ids become the envelopes'. Their files are stored already.
 */
export async function saveEnvelopes(
  ctx: Context,
  job: SentJob,
  rows: readonly { readonly id: EnvelopeId; readonly number: number; readonly cells: readonly string[] }[],
  policy: AuthenticationPolicy,
): Promise<void> {
  if (rows.length === 0) return;
  const consentMode = consentModeIn(await askedOf(ctx, madeFrom(job.source), policy, []), job.source.content);
  const made = rows.map((row) =>
    envelopeOf(ctx, job, row, composeRow(job.source, job.mapping, row.cells, policy), policy),
  );
  const { organizationId: own } = ctx;
  const at = ctx.now().toISOString();
  const { content, level, template, counselConfirmation: confirmation = null } = job.source;
  const expiresAt = new Date(ctx.now().getTime() + content.expiryDays * DAY_MS).toISOString();
  const provider = providerFor(content, (await loadSignatureChoice(ctx)).providers);
  const json = (all: readonly unknown[]) => JSON.stringify(all).toWellFormed();
  const { connection } = ctx;
  await connection.execute(sql`
    insert into envelopes (organization_id, id, short_id, owner_id, title, message, state, "order", level,
      consent_mode, asks_for_every_page, mark_limit, signature_kind, signature_provider_id, rules, version, created_at, changed_at, sent_at, expires_at, reminder_hours,
      template_id, template_version, sent_class_id, class_id, counsel_confirmation)
    select ${own}::uuid, r.id, r.s, ${job.ownerId}::uuid, r.t, ${content.message}, 'sent', ${content.order}, ${level},
      ${consentMode}, ${content.asksForEveryPage}, ${content.markLimit}, ${content.signatureKind ?? "here"},
      ${provider?.id ?? ""}, r.rules, 1, ${at}::timestamptz, ${at}::timestamptz,
      ${at}::timestamptz, ${expiresAt}::timestamptz, ${job.reminderHours}::integer,
      ${template?.id ?? null}::uuid, ${template?.version ?? null}::integer,
      ${policy.classId}::uuid, ${policy.classId}::uuid, nullif(${json([confirmation])}::jsonb -> 0, 'null'::jsonb)
    from jsonb_to_recordset(${json(made.map(({ envelope }) => envelope))}::jsonb)
      as r(id uuid, s text, t text, rules jsonb)`);
  const papers = made.flatMap(({ documents }) => documents);
  await connection.execute(sql`
    with papers as (
      select * from jsonb_to_recordset(${json(papers)}::jsonb) as r(id uuid, e uuid, p integer, pk text, fk text)
    ), sources as (
      select * from jsonb_to_recordset(${json(job.source.documents.map(sourceRow))}::jsonb)
        as s(p integer, name text, pages jsonb, changes jsonb, flattens boolean, keeps boolean, earlier jsonb, health boolean, preview text, original text,
          size integer)
    ), made as (
      insert into documents (organization_id, id, envelope_id, position, name, pages, changes, flattens_signatures,
        keeps_signatures, earlier_signatures, holds_health, preview_key, preview_sha256, created_at)
      select ${own}::uuid, r.id, r.e, r.p, s.name, s.pages, s.changes, s.flattens, s.keeps, nullif(s.earlier, 'null'::jsonb), s.health, r.pk, s.preview, ${at}::timestamptz
      from papers r join sources s on s.p = r.p returning id
    )
    insert into document_revisions (organization_id, document_id, number, kind, file_key, file_sha256, sha256,
      size_bytes, created_at)
    select ${own}::uuid, r.id, 0, 'original', r.fk, s.original, s.original, s.size, ${at}::timestamptz
    from papers r join sources s on s.p = r.p join made on made.id = r.id`);
  await connection.execute(sql`
    insert into recipients (organization_id, id, envelope_id, position, "order", role, name, email, check_method,
      further_checks, phone, language, meaning, alternative_to,
      named_by, only_if, host_id, witness_of, is_given_link, is_check_locked, role_name, note, on_behalf_of, answer_days, answer_until, hidden_documents)
    select ${own}::uuid, r.id, r.e, r.p, r.o, r.role, r.name, r.email, r."check", r.further, r.phone, r.language, r.meaning,
      r.alternative, r.named, nullif(r."only", 'null'::jsonb), r.host, r.witness, r.given, r.locked, r.part, r.note,
      r.behalf, r.days, r.until, array(select jsonb_array_elements_text(r.hidden)::uuid)
    from jsonb_to_recordset(${json(made.flatMap(({ recipients }) => recipients))}::jsonb)
      as r(id uuid, e uuid, p integer, o integer, role text, name text, email text, "check" text, further jsonb,
        phone text, language text, meaning text, alternative uuid, named uuid, "only" jsonb, host uuid, witness uuid,
        given boolean, locked boolean, part text, note text, behalf text, days integer, until timestamptz,
        hidden jsonb)`);
  const fields = made.flatMap(({ fields }) => fields);
  if (fields.length > 0)
    await connection.execute(sql`
      insert into fields (organization_id, id, envelope_id, document_id, recipient_id, type, page, x, y, width, height,
        label, is_required, settings, is_locked)
      select ${own}::uuid, r.id, r.e, r.d, r.r, r.t, r.p, r.x, r.y, r.w, r.h, r.l, r.q, r.s, r.k
      from jsonb_to_recordset(${json(fields)}::jsonb)
        as r(id uuid, e uuid, d uuid, r uuid, t text, p integer, x float8, y float8, w float8, h float8, l text,
          q boolean, s jsonb, k boolean)`);
  const { chosenClass } = job.source;
  if (chosenClass)
    await connection.execute(sql`
      insert into envelope_retention (organization_id, envelope_id, class_id, chosen_by, chosen_at)
      select ${own}::uuid, r.id, ${chosenClass.id}::uuid, ${job.ownerId}::uuid, ${at}::timestamptz
      from jsonb_to_recordset(${json(made.map(({ envelope }) => envelope))}::jsonb) as r(id uuid)`);
  const values = made.flatMap(({ values }) => values);
  if (values.length > 0)
    await connection.execute(sql`
      insert into field_values (organization_id, field_id, value, saved_at)
      select ${own}::uuid, r.id, r.v, ${at}::timestamptz
      from jsonb_to_recordset(${json(values)}::jsonb) as r(id uuid, v text)`);
  await beginChains(
    ctx,
    made.map((one) => eventsOf(job, one, expiresAt, { ...policy, consentMode }, provider)),
  );
}

const sourceRow = (
  {
    name,
    pages,
    changes,
    flattensSignatures,
    keepsSignatures,
    earlierSignatures,
    holdsHealth,
    preview,
    original,
  }: BulkSource["documents"][number],
  position: number,
) => ({
  ...{ p: position, name, pages, changes, flattens: flattensSignatures, health: holdsHealth },
  ...{ keeps: keepsSignatures, earlier: earlierSignatures },
  ...{ preview: preview.sha256, original: original.sha256, size: original.sizeBytes },
});

type Made = ReturnType<typeof envelopeOf>;

function envelopeOf(
  ctx: Context,
  job: SentJob,
  row: { readonly id: EnvelopeId; readonly number: number },
  composed: ComposedRow,
  policy: AuthenticationPolicy,
) {
  const { id, number } = row;
  const { source } = job;
  const idOf = (part: string) => derivedId(id, part);
  const answers = composed.fields.map(({ label, settings }) => ({ label, value: settings.value ?? "" }));
  const raised: ReturnType<typeof raisedEvent>[] = [];
  const turns = turnsOf(source.content.order, composed.recipients);
  const recipients = composed.recipients.map((person, position) => {
    const { role, email, phone, name, language, meaning, check: chosen } = person;
    const facts = { role, classId: policy.classId, email, phone, answers };
    const { required, by } = raisedBy([chosen], policy.rules, facts);
    const [check = "none", ...others] = by.length > 0 ? required : [chosen];
    const names = namesOf(by);
    const further = others.map((one): FurtherCheck => ({ check: one, rules: names, at: "send" }));
    const personId = idOf(person.id);
    if (by.length > 0) raised.push(raisedEvent(personId as never, "send", [chosen], required, by));
    const order = turns.get(person.id)!;
    return {
      alternative: person.alternativeTo === "" ? null : idOf(person.alternativeTo),
      named: person.namedBy === "" ? null : idOf(person.namedBy),
      only: person.onlyIf ? conditionWith(person.onlyIf, idOf) : null,
      host: person.hostId ?? null,
      witness: person.witnessOf ? idOf(person.witnessOf) : null,
      given: person.isGivenLink ?? false,
      locked: person.isCheckLocked ?? false,
      ...{ part: person.roleName ?? "", note: person.note ?? "", behalf: person.onBehalfOf ?? "" },
      ...{ days: person.answerUntil ? null : (person.answerDays ?? null), until: person.answerUntil ?? null },
      hidden: hiddenFrom(person, composed.recipients).map(idOf),
      ...{
        id: personId,
        e: id,
        p: position,
        o: order,
        role,
        name,
        email,
        check,
        further,
        phone,
        language,
        meaning,
      },
    };
  });
  const fields = composed.fields.map((field) => ({
    ...{ id: idOf(field.id), e: id, d: idOf(field.documentId), r: idOf(field.recipientId) },
    ...{ t: field.type, p: field.page, x: field.x, y: field.y, w: field.width, h: field.height },
    ...{ l: field.label, q: field.isRequired, s: field.settings, k: field.isLocked ?? false },
  }));
  const values = composed.fields.flatMap((field) => {
    const { value } = field.settings;
    if (!value || !takesDefault(field.type)) return [];
    const read = readAnswer(field, value);
    return "value" in read && read.value !== "" ? [{ id: idOf(field.id), v: read.value }] : [];
  });
  // Rules name fields, and those have ids of their own in every envelope.
  const rules = rewritten(source.content.rules, new Map(composed.fields.map(({ id }) => [id, idOf(id)])));
  return {
    ...{ id, number, composed, recipients, fields, values, raised },
    envelope: { id, s: shortId(ctx.runtime.random(8)), t: composed.title, rules },
    documents: source.documents.map((document, position) => {
      const { originalKey, previewKey } = fileKeysIn(ctx.organizationId, id, document.id);
      const sha = document.original.sha256;
      const keeps = document.keepsSignatures;
      return { id: idOf(document.id), e: id, p: position, pk: previewKey, fk: originalKey, sha, keeps };
    }),
  };
}

function rewritten<T>(rules: T, ids: ReadonlyMap<string, string>): T {
  const walk = (value: unknown): unknown => {
    if (typeof value === "string") return ids.get(value) ?? value;
    if (Array.isArray(value)) return value.map(walk);
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, walk(member)]));
  };
  return walk(rules) as T;
}

function eventsOf(
  job: SentJob,
  made: Made,
  expiresAt: string,
  { classId, consentMode }: Pick<AuthenticationPolicy, "classId"> & { readonly consentMode: string },
  provider: KnownProvider | null,
): NewEvent[] {
  const { id: envelopeId, number, composed, recipients, fields, raised, envelope } = made;
  const { content, level, chosenClass, counselConfirmation: confirmation = null } = job.source;
  const asked = { steps: [], classId, hasAgreement: true, confirmation, beginnings: [] };
  const title = personal(composed.title);
  const described = fields.map((field) => ({
    ...{ id: field.id, documentId: field.d, recipientId: field.r, type: field.t, page: field.p },
    ...{ x: field.x, y: field.y, width: field.w, height: field.h, label: field.l, isRequired: field.q },
    settings: field.s,
  }));
  return [
    {
      type: "envelope.created",
      envelopeId,
      data: { title, bulkJob: job.id, row: number, source: job.source.id, member: job.ownerId },
    },
    ...(chosenClass
      ? [
          {
            type: "retention-class.chosen" as const,
            envelopeId,
            data: { class: chosenClass.id, name: chosenClass.name, from: null },
          },
        ]
      : []),
    {
      type: "envelope.sent",
      envelopeId,
      data: {
        ...{ shortId: envelope.s, title, order: content.order, level, consent: consentMode },
        ...{
          everyPage: content.asksForEveryPage,
          markLimit: limitOf(content),
          expiresAt,
          bulkJob: job.id,
          row: number,
        },
        signatures: describeProvider(provider),
        class: classId ?? undefined,
        ...sentWarning(asked, composed, job.source.documents),
        documents: made.documents.map(({ id, sha, keeps }) => ({
          ...{ id, sha256: sha },
          ...(keeps ? { keepsSignatures: true } : {}),
        })),
        recipients: recipients.map(({ o: order, further: furtherChecks, ...person }) =>
          describeRecipient({
            ...{
              ...person,
              order,
              furtherChecks,
              hostId: person.host as MemberId | null,
              isGivenLink: person.given,
              onlyIf: person.only,
            },
            alternativeTo: person.alternative as RecipientId | null,
            namedBy: person.named as RecipientId | null,
            witnessOf: person.witness as RecipientId | null,
            ...{ onBehalfOf: person.behalf, answerDays: person.days },
            answerUntil: person.until === null ? null : new Date(person.until),
            hiddenDocuments: person.hidden as DocumentId[],
          }),
        ),
        fieldsSha256: fieldsDigest(described),
        rulesSha256: rulesDigest(envelope.rules),
      },
    },
    ...raised.map((data): NewEvent => ({ type: "authentication.raised", envelopeId, data })),
  ];
}

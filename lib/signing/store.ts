import { and, asc, count, desc, eq, inArray, isNotNull, isNull, lte, sql } from "drizzle-orm";
import { standing, together } from "#db/client.ts";
import { auditEvents } from "#db/schema/audit.ts";
import { consentNotices } from "#db/schema/consent.ts";
import {
  certificates,
  documentRevisions,
  documents,
  envelopes,
  fieldFiles,
  fields,
  fieldValues,
  hostedLinks,
  marks,
  recipients,
  recipientTokens,
  signingKeys,
  signingSteps,
} from "#db/schema/envelopes.ts";
import { members, organizations } from "#db/schema/identity.ts";
import { accounts } from "#db/schema/installation.ts";
import { authorizeError } from "#lib/authorize.ts";
import type { Context } from "#lib/context.ts";
import { isTimeOver } from "#lib/envelopes/core/answer-time.ts";
import { fieldsDigest } from "#lib/envelopes/core/fields/describe-field.ts";
import { takesDefault } from "#lib/envelopes/core/fields/field-types.ts";
import { readAnswer } from "#lib/envelopes/core/fields/read-answer.ts";
import { signs } from "#lib/envelopes/core/roles.ts";
import { currentTurn, isAwaited, nextStep } from "#lib/envelopes/core/routing.ts";
import type {
  CertificateId,
  DocumentId,
  EnvelopeId,
  FieldId,
  OrganizationId,
  RecipientId,
} from "#lib/ids.ts";
import { holderOf } from "./core/alternatives.ts";
import { isConsentOutdated, type MaterialChange } from "./core/consent.ts";
import { afterEditors, fieldsToEdit } from "./core/editing.ts";
import { type Ceremony, type CeremonyPerson, ENDED } from "./core/finish.ts";
import { asShownTo } from "./core/shown-documents.ts";
import { signingError } from "./errors.ts";

export type EnvelopeRow = typeof envelopes.$inferSelect;
export type DocumentRow = typeof documents.$inferSelect;
export type RecipientRow = typeof recipients.$inferSelect;
export type FieldRow = typeof fields.$inferSelect;
export type RevisionRow = typeof documentRevisions.$inferSelect;
export type MarkRow = typeof marks.$inferSelect;
export type StepRow = typeof signingSteps.$inferSelect;

/** An envelope with everything a step of its ceremony looks at. */
export interface LoadedCeremony {
  readonly envelope: EnvelopeRow;
  readonly recipients: readonly RecipientRow[];
  readonly documents: readonly DocumentRow[];
  readonly revisions: readonly RevisionRow[];
  readonly fields: readonly FieldRow[];
  readonly values: ReadonlyMap<string, string>;
  /** By which what people agree to has materially changed, until now or until they acted. */
  readonly changes: readonly MaterialChange[];
}

interface OfRecipient extends Readonly<Record<string, unknown>> {
  readonly recipientId: RecipientId;
  readonly organizationId: OrganizationId;
}

interface OfEnvelope extends Readonly<Record<string, unknown>> {
  readonly envelopeId: EnvelopeId;
  readonly organizationId: OrganizationId;
}

const ofEnvelope = (table: typeof recipients | typeof documents | typeof fields | typeof fieldFiles) =>
  and(
    eq(table.envelopeId, sql.placeholder("envelopeId")),
    eq(table.organizationId, sql.placeholder("organizationId")),
  );

const selectEnvelope = (connection: Context["connection"]) =>
  connection
    .select()
    .from(envelopes)
    .where(
      and(
        eq(envelopes.id, sql.placeholder("envelopeId")),
        eq(envelopes.organizationId, sql.placeholder("organizationId")),
        isNull(envelopes.deletedAt),
      ),
    );
const findEnvelope = standing<OfEnvelope, EnvelopeRow[]>(selectEnvelope);
const lockEnvelope = standing<OfEnvelope, EnvelopeRow[]>((connection) =>
  selectEnvelope(connection).for("update"),
);
const findPeople = standing<OfEnvelope, RecipientRow[]>((connection) =>
  connection.select().from(recipients).where(ofEnvelope(recipients)).orderBy(asc(recipients.position)),
);
const findDocuments = standing<OfEnvelope, DocumentRow[]>((connection) =>
  connection
    .select()
    .from(documents)
    .where(and(ofEnvelope(documents), isNull(documents.removedAt)))
    .orderBy(asc(documents.position)),
);
const findRevisions = standing<OfEnvelope, { revision: RevisionRow }[]>((connection) =>
  connection
    .select({ revision: documentRevisions })
    .from(documentRevisions)
    .innerJoin(documents, eq(documents.id, documentRevisions.documentId))
    .where(and(ofEnvelope(documents), isNull(documents.removedAt)))
    .orderBy(asc(documentRevisions.documentId), asc(documentRevisions.number)),
);
const findFields = standing<OfEnvelope, FieldRow[]>((connection) =>
  connection
    .select()
    .from(fields)
    .where(ofEnvelope(fields))
    .orderBy(asc(fields.documentId), asc(fields.page), asc(fields.y), asc(fields.x), asc(fields.id)),
);
const findValues = standing<OfEnvelope, { fieldId: FieldId; value: string }[]>((connection) =>
  connection
    .select({ fieldId: fieldValues.fieldId, value: fieldValues.value })
    .from(fieldValues)
    .innerJoin(fields, eq(fields.id, fieldValues.fieldId))
    .where(ofEnvelope(fields)),
);

const findChanges = standing<OfEnvelope, { mode: "business" | "consumer"; publishedAt: Date | null }[]>(
  (connection) =>
    connection
      .select({ mode: consentNotices.mode, publishedAt: consentNotices.publishedAt })
      .from(consentNotices)
      .where(
        and(
          eq(consentNotices.organizationId, sql.placeholder("organizationId")),
          eq(consentNotices.isMaterial, true),
          isNotNull(consentNotices.publishedAt),
        ),
      ),
);

interface OfToken extends Readonly<Record<string, unknown>> {
  readonly tokenSha256: Uint8Array;
  readonly organizationId: OrganizationId;
}

const findEnding = standing<OfToken, { endedAt: Date | null; revokedAt: Date | null }[]>((connection) =>
  connection
    .select({ endedAt: recipientTokens.endedAt, revokedAt: hostedLinks.revokedAt })
    .from(recipientTokens)
    .leftJoin(hostedLinks, eq(hostedLinks.tokenSha256, recipientTokens.tokenSha256))
    .where(
      and(
        eq(recipientTokens.tokenSha256, sql.placeholder("tokenSha256")),
        eq(recipientTokens.organizationId, sql.placeholder("organizationId")),
      ),
    ),
);

const NO_LINK = Promise.resolve([]);

const isDead = (ctx: Context, { endedAt, revokedAt }: { endedAt: Date | null; revokedAt: Date | null }) =>
  revokedAt !== null || (endedAt !== null && endedAt <= ctx.now());

/**
 * Asked once more where somebody has shown who they are: after the event, which has locked the envelope. Part of a verb.
 *
 * @throws authorize/link-ended
 */
export async function requireOpenLink(ctx: Context, tokenSha256: Uint8Array): Promise<void> {
  const { connection, organizationId } = ctx;
  const link = await findEnding(connection, { tokenSha256, organizationId });
  if (link.some((one) => isDead(ctx, one))) throw authorizeError("link-ended", "ended since it was opened");
}

/**
 * @param lock keeps everybody else from changing the envelope until the transaction ends; whoever came by a link acts only
 *   where it has not ended since: the sender may have corrected for whom it was.
 * @throws signing/not-found; authorize/link-ended
 */
export async function loadCeremony(
  ctx: Context,
  envelopeId: EnvelopeId,
  lock: boolean,
): Promise<LoadedCeremony> {
  const { connection, organizationId, actor } = ctx;
  const of = { envelopeId, organizationId };
  const tokenSha256 = lock && actor.kind === "recipient" && !actor.hasEnded ? actor.tokenSha256 : undefined;
  // Asked together, one after the other on one connection: none waits for the answer to another.
  const [[envelope], people, files, revised, places, entered, changed, link] = await together([
    lock ? lockEnvelope(connection, of) : findEnvelope(connection, of),
    findPeople(connection, of),
    findDocuments(connection, of),
    findRevisions(connection, of),
    findFields(connection, of),
    findValues(connection, of),
    findChanges(connection, of),
    tokenSha256 ? findEnding(connection, { tokenSha256, organizationId }) : NO_LINK,
  ]);
  if (!envelope) throw signingError("not-found", `envelope ${envelopeId}`);
  const revisions = revised.map(({ revision }) => revision);
  const values = new Map(entered.map(({ fieldId, value }) => [fieldId, value]));
  // What was done offline was done under what was known then.
  const actedAt = (actor.kind === "recipient" ? actor.offline?.actedAt : undefined) ?? ctx.now();
  const changes = changed.flatMap(({ mode, publishedAt }) =>
    publishedAt && publishedAt <= actedAt ? [{ mode, publishedAt }] : [],
  );
  const loaded = {
    envelope: actor.kind === "recipient" ? inTime(envelope, people, actedAt) : envelope,
    recipients: actor.kind === "recipient" ? people.map((one) => inOwnTime(one, actedAt)) : people,
    documents: files,
    revisions,
    fields: places,
    values,
    changes,
  };
  // Whoever comes by a link gets nothing to work on that is kept from them.
  const person =
    actor.kind === "recipient" ? loaded.recipients.find(({ id }) => id === actor.recipientId) : undefined;
  // Of what has ended for its person, how it ended says more than that the link did.
  if (
    person &&
    link.some((one) => isDead(ctx, one)) &&
    loaded.envelope.state === "sent" &&
    !ENDED.has(person.state)
  )
    throw authorizeError("link-ended", `a link to envelope ${envelopeId}`);
  return person ? asShownTo(loaded, person) : loaded;
}

/** For what a device kept: it is taken in whatever became of the link since, and only its acts ask for that. */
export const byDevice = (ctx: Context): Context =>
  ctx.actor.kind === "recipient" ? { ...ctx, actor: { ...ctx.actor, tokenSha256: undefined } } : ctx;

/** Past its deadline an envelope is over for whoever still had to act, whether or not a job has said so yet. */
const inTime = (envelope: EnvelopeRow, people: readonly RecipientRow[], at: Date): EnvelopeRow =>
  envelope.state === "sent" &&
  envelope.expiresAt !== null &&
  envelope.expiresAt < at &&
  isAwaited(routed(people), envelope.signatureKind)
    ? { ...envelope, state: "expired" }
    : envelope;

/** The same of a person's own time. */
const inOwnTime = (person: RecipientRow, at: Date): RecipientRow =>
  isTimeOver(person, at) ? { ...person, lapsedAt: person.dueAt } : person;

export async function loadRevisions(
  ctx: Context,
  documentIds: readonly DocumentId[],
): Promise<RevisionRow[]> {
  return ctx.connection
    .select()
    .from(documentRevisions)
    .where(
      and(
        inArray(documentRevisions.documentId, [...documentIds]),
        eq(documentRevisions.organizationId, ctx.organizationId),
      ),
    )
    .orderBy(asc(documentRevisions.documentId), asc(documentRevisions.number));
}

export function routed(people: readonly RecipientRow[]) {
  return people.map((recipient) => ({ ...recipient, isSigned: recipient.signedAt !== null }));
}

/** What core decides on, for one person. @throws signing/not-found */
export function ceremonyOf(
  whole: LoadedCeremony,
  recipientId: RecipientId,
): Ceremony & { recipient: RecipientRow } {
  const recipient = whole.recipients.find(({ id }) => id === recipientId);
  if (!recipient) throw signingError("not-found", `recipient ${recipientId}`);
  const loaded = asShownTo(whole, recipient);
  const { envelope, recipients: people, documents: files, revisions, fields: places, values } = loaded;
  const ownerId = holderOf(recipient, people).id;
  const isEditor = recipient.role === "editor";
  const own = isEditor
    ? fieldsToEdit(recipient, people, places)
    : places.filter((field) => field.recipientId === ownerId).map(afterEditors);
  const byId = new Map(own.map((field) => [field.id, field]));
  return {
    envelopeState: envelope.state,
    isPrepared: envelope.preparedAt !== null,
    isDestroyed: envelope.purgedAt !== null,
    recipient: recipient satisfies CeremonyPerson,
    isConsentOutdated: isConsentOutdated(envelope.consentMode, recipient.consentedAt, loaded.changes),
    turn: envelope.state === "sent" ? currentTurn(routed(people)) : null,
    documents: files.map(({ id }) => ({
      id,
      revisions: revisions.filter(({ documentId }) => documentId === id),
    })),
    fields: own,
    form: {
      ...{ fields: places.map((field) => byId.get(field.id) ?? field), rules: envelope.rules, values },
      settled: settledValues(loaded, byId),
    },
    values,
  };
}

/** Whether a field is this person's. */
export function isOwn({ fields: places }: LoadedCeremony, recipientId: RecipientId) {
  const own = new Set<string>(
    places.filter((field) => field.recipientId === recipientId).map(({ id }) => id),
  );
  return (fieldId: string): boolean => own.has(fieldId);
}

/** What others have said for good, for the rules of whoever comes after them. */
function settledValues(
  { recipients: people, fields: places, values }: LoadedCeremony,
  own: ReadonlyMap<string, unknown>,
): ReadonlyMap<string, string> {
  const isDone = new Set(people.filter(({ state }) => state === "finished").map(({ id }) => id));
  const others = places.filter(({ id }) => !own.has(id));
  return new Map(
    others.map(({ id, recipientId }) => [id, isDone.has(recipientId) ? (values.get(id) ?? "") : ""]),
  );
}

export async function changeRecipient(
  ctx: Context,
  id: RecipientId,
  change: Partial<typeof recipients.$inferInsert>,
): Promise<void> {
  await ctx.connection
    .update(recipients)
    .set(change)
    .where(and(eq(recipients.id, id), eq(recipients.organizationId, ctx.organizationId)));
}

/** What goes over with somebody's part to whoever takes it. */
export const partOf = ({ onBehalfOf, answerDays, answerUntil, dueAt, hiddenDocuments }: RecipientRow) => ({
  ...{ onBehalfOf, answerDays, answerUntil, dueAt, hiddenDocuments },
});

export async function saveRecipient(ctx: Context, row: typeof recipients.$inferInsert): Promise<void> {
  await ctx.connection.insert(recipients).values(row);
}

/**
 * The fields of one person become another's, and empty: nobody signs what somebody else entered. What the signature
 * means goes with them.
 *
 * @returns the digest of the envelope's fields as they are now, for the event that tells of it
 */
export async function handFieldsOn(ctx: Context, from: RecipientId, to: RecipientId): Promise<string> {
  const { connection, organizationId } = ctx;
  const [person] = await connection
    .update(recipients)
    .set({ meaning: sql`(select r.meaning from recipients r where r.id = ${from})` })
    .where(and(eq(recipients.id, to), eq(recipients.organizationId, organizationId)))
    .returning({ envelopeId: recipients.envelopeId });
  const moved = await connection
    .update(fields)
    .set({ recipientId: to })
    .where(and(eq(fields.recipientId, from), eq(fields.organizationId, organizationId)))
    .returning({
      ...{ id: fields.id, type: fields.type, settings: fields.settings },
      editedValue: fields.editedValue,
    });
  const ids = moved.map(({ id }) => id);
  if (ids.length > 0)
    await connection
      .update(fieldValues)
      .set({ value: "", savedAt: ctx.now(), ...NOT_SEALED })
      .where(and(inArray(fieldValues.fieldId, ids), eq(fieldValues.organizationId, organizationId)));
  // What the sender or an editor filled in is there for the next person too.
  for (const field of moved) {
    const value = field.editedValue ?? field.settings.value;
    const read = value && takesDefault(field.type) ? readAnswer(field, value) : null;
    if (read && "value" in read && read.value !== "") await saveValue(ctx, field.id, read.value);
  }
  return fieldsDigest(await findFields(connection, { envelopeId: person!.envelopeId, organizationId }));
}

export async function changeEnvelope(
  ctx: Context,
  id: EnvelopeId,
  change: Partial<typeof envelopes.$inferInsert>,
): Promise<void> {
  await ctx.connection
    .update(envelopes)
    .set({ ...change, changedAt: ctx.now() })
    .where(and(eq(envelopes.id, id), eq(envelopes.organizationId, ctx.organizationId)));
}

/** All documents are prepared: noted once. */
export async function markPrepared(ctx: Context, id: EnvelopeId): Promise<void> {
  const at = ctx.now();
  await ctx.connection
    .update(envelopes)
    .set({ preparedAt: at, changedAt: at })
    .where(
      and(
        eq(envelopes.id, id),
        eq(envelopes.organizationId, ctx.organizationId),
        isNull(envelopes.preparedAt),
      ),
    );
}

/** What work on an envelope waits for; null when it goes on. */
export async function findDelay(ctx: Context, id: EnvelopeId): Promise<string | null> {
  const [row] = await ctx.connection
    .select({ waitingFor: envelopes.waitingFor })
    .from(envelopes)
    .where(and(eq(envelopes.id, id), eq(envelopes.organizationId, ctx.organizationId)));
  return row?.waitingFor ?? null;
}

/** Lets every link of these people end, at once or later. */
export async function endTokens(
  ctx: Context,
  recipientIds: readonly RecipientId[],
  endedAt: Date,
): Promise<void> {
  if (recipientIds.length === 0) return;
  await ctx.connection
    .update(recipientTokens)
    .set({ endedAt })
    .where(
      and(
        inArray(recipientTokens.recipientId, [...recipientIds]),
        eq(recipientTokens.organizationId, ctx.organizationId),
        isNull(recipientTokens.endedAt),
      ),
    );
}

/** Keeps what an editor left in a field of somebody after them. */
export async function saveEdited(ctx: Context, fieldId: FieldId, editedValue: string): Promise<void> {
  await ctx.connection
    .update(fields)
    .set({ editedValue })
    .where(and(eq(fields.id, fieldId), eq(fields.organizationId, ctx.organizationId)));
}

/** Where the value of a sensitive field is kept. */
export interface SealedValue {
  readonly sealedKey: string;
  /** Of its salt and itself, so that it can be shown later that it is what was entered. */
  readonly sealedSha256: string;
}

const NOT_SEALED = { sealedKey: null, sealedSha256: null };

export async function saveValue(
  ctx: Context,
  fieldId: FieldId,
  value: string,
  sealed: SealedValue | null = null,
): Promise<void> {
  const change = { value, savedAt: ctx.now(), ...(sealed ?? NOT_SEALED) };
  await ctx.connection
    .insert(fieldValues)
    .values({ organizationId: ctx.organizationId, fieldId, ...change })
    .onConflictDoUpdate({ target: fieldValues.fieldId, set: change });
}

/** The sensitive values of one envelope, by field: where they are, not what they are. */
export async function loadSealed(
  ctx: Context,
  envelopeId: EnvelopeId,
): Promise<ReadonlyMap<string, SealedValue>> {
  const { fieldId, sealedKey, sealedSha256, organizationId } = fieldValues;
  const rows = await ctx.connection
    .select({ fieldId, sealedKey, sealedSha256 })
    .from(fieldValues)
    .innerJoin(fields, eq(fields.id, fieldId))
    .where(
      and(eq(fields.envelopeId, envelopeId), eq(organizationId, ctx.organizationId), isNotNull(sealedKey)),
    );
  return new Map(
    rows.map((row) => [row.fieldId, { sealedKey: row.sealedKey!, sealedSha256: row.sealedSha256! }]),
  );
}

export type FieldFileRow = typeof fieldFiles.$inferSelect;

/** @throws signing/files-too-many when somebody changed their mind more than `most` times */
export async function saveFieldFile(
  ctx: Context,
  row: typeof fieldFiles.$inferInsert,
  most: number,
): Promise<void> {
  const own = and(eq(fieldFiles.fieldId, row.fieldId), eq(fieldFiles.organizationId, ctx.organizationId));
  const [counted] = await ctx.connection.select({ count: count() }).from(fieldFiles).where(own);
  if (counted!.count >= most) throw signingError("files-too-many", `field ${row.fieldId}`);
  await ctx.connection.insert(fieldFiles).values(row);
}

/** The files that fields of an envelope hold now, by field. */
const findFieldFiles = standing<OfEnvelope, { file: FieldFileRow }[]>((connection) =>
  connection
    .select({ file: fieldFiles })
    .from(fieldFiles)
    .innerJoin(fieldValues, eq(fieldValues.fieldId, fieldFiles.fieldId))
    .where(and(ofEnvelope(fieldFiles), eq(fieldValues.value, sql`${fieldFiles.id}::text`))),
);

export async function loadFieldFiles(
  ctx: Context,
  envelopeId: EnvelopeId,
): Promise<ReadonlyMap<string, FieldFileRow>> {
  const { organizationId } = ctx;
  const rows = await findFieldFiles(ctx.connection, { envelopeId, organizationId });
  return new Map(rows.map(({ file }) => [file.fieldId, file]));
}

export async function saveMark(ctx: Context, row: typeof marks.$inferInsert): Promise<void> {
  await ctx.connection.insert(marks).values(row);
}

const findMarks = standing<OfRecipient, MarkRow[]>((connection) =>
  connection
    .selectDistinctOn([marks.kind])
    .from(marks)
    .where(
      and(
        eq(marks.recipientId, sql.placeholder("recipientId")),
        eq(marks.organizationId, sql.placeholder("organizationId")),
      ),
    )
    .orderBy(marks.kind, desc(marks.adoptedAt), desc(marks.id)),
);

/** The newest mark of each kind. */
export async function loadMarks(
  { connection, organizationId }: Context,
  recipientId: RecipientId,
): Promise<MarkRow[]> {
  return findMarks(connection, { recipientId, organizationId });
}

export interface Sender {
  readonly organizationName: string;
  readonly name: string;
  readonly email: string;
}

type OrganizationRow = typeof organizations.$inferSelect;

const findSender = standing<
  { readonly ownerId: EnvelopeRow["ownerId"]; readonly organizationId: OrganizationId },
  (Pick<OrganizationRow, "settings"> & {
    organizationName: string;
    name: string | null;
    email: string | null;
  })[]
>((connection) =>
  connection
    .select({
      ...{ organizationName: organizations.name, settings: organizations.settings },
      ...{ name: accounts.name, email: accounts.email },
    })
    .from(organizations)
    .leftJoin(
      members,
      and(
        eq(members.id, sql.placeholder("ownerId")),
        eq(members.organizationId, organizations.organizationId),
      ),
    )
    .leftJoin(accounts, eq(accounts.id, members.accountId))
    .where(eq(organizations.organizationId, sql.placeholder("organizationId"))),
);

/** Who sent it, for the people who are asked to sign. */
export async function loadSender(
  { connection, organizationId }: Context,
  { ownerId }: EnvelopeRow,
): Promise<Sender> {
  const [row] = await findSender(connection, { ownerId, organizationId });
  const { organizationName = "", name, email } = row ?? {};
  return { organizationName, name: name ?? "", email: email ?? "" };
}

/** The same, with what the sender's organization has settled. */
export async function loadSenderAndSettings(
  { connection, organizationId }: Context,
  { ownerId }: EnvelopeRow,
) {
  const [row] = await findSender(connection, { ownerId, organizationId });
  if (!row) throw signingError("not-found", "organization");
  const { organizationName, settings, name, email } = row;
  return { organizationName, settings, sender: { name: name ?? "", email: email ?? "" } };
}

const findOrganization = standing<
  { readonly organizationId: OrganizationId },
  (typeof organizations.$inferSelect)[]
>((connection) =>
  connection
    .select()
    .from(organizations)
    .where(eq(organizations.organizationId, sql.placeholder("organizationId"))),
);

export async function loadSettings({ connection, organizationId }: Context) {
  const [row] = await findOrganization(connection, { organizationId });
  if (!row) throw signingError("not-found", "organization");
  return row;
}

// Steps: what the worker is about to do, and what came of it.

/** The step that makes this revision of this document for this reason, whether under way or done. */
export async function findStep(
  ctx: Context,
  documentId: DocumentId,
  kind: StepRow["kind"],
  recipientId: RecipientId | null,
  after?: number,
): Promise<StepRow | null> {
  const [row] = await ctx.connection
    .select()
    .from(signingSteps)
    .where(
      and(
        eq(signingSteps.documentId, documentId),
        eq(signingSteps.organizationId, ctx.organizationId),
        eq(signingSteps.kind, kind),
        recipientId ? eq(signingSteps.recipientId, recipientId) : isNull(signingSteps.recipientId),
        after === undefined ? undefined : eq(signingSteps.revision, after + 1),
      ),
    );
  return row ?? null;
}

/** Whether another step on this document has not ended. */
export async function findOpenStep(ctx: Context, documentId: DocumentId): Promise<StepRow | null> {
  const [row] = await ctx.connection
    .select()
    .from(signingSteps)
    .where(
      and(
        eq(signingSteps.documentId, documentId),
        eq(signingSteps.organizationId, ctx.organizationId),
        isNull(signingSteps.doneAt),
      ),
    );
  return row ?? null;
}

/** The document's row, locked: one step of one document begins or ends at a time. */
export async function lockDocument(ctx: Context, id: DocumentId): Promise<DocumentRow> {
  const [row] = await ctx.connection
    .select()
    .from(documents)
    .where(and(eq(documents.id, id), eq(documents.organizationId, ctx.organizationId)))
    .for("update");
  if (!row) throw signingError("not-found", `document ${id}`);
  return row;
}

export async function saveStep(ctx: Context, row: typeof signingSteps.$inferInsert): Promise<void> {
  await ctx.connection.insert(signingSteps).values(row);
}

export async function changeStep(
  ctx: Context,
  id: string,
  change: Partial<typeof signingSteps.$inferInsert>,
) {
  await ctx.connection
    .update(signingSteps)
    .set(change)
    .where(and(eq(signingSteps.id, id), eq(signingSteps.organizationId, ctx.organizationId)));
}

export async function saveRevision(ctx: Context, row: typeof documentRevisions.$inferInsert): Promise<void> {
  await ctx.connection.insert(documentRevisions).values(row);
}

export async function loadCertificatesByIds(
  ctx: Context,
  ids: readonly (typeof certificates.$inferSelect)["id"][],
) {
  if (ids.length === 0) return [];
  return ctx.connection
    .select()
    .from(certificates)
    .where(and(inArray(certificates.id, [...ids]), eq(certificates.organizationId, ctx.organizationId)));
}

export async function loadSteps(ctx: Context, documentId: DocumentId): Promise<StepRow[]> {
  return ctx.connection
    .select()
    .from(signingSteps)
    .where(and(eq(signingSteps.documentId, documentId), eq(signingSteps.organizationId, ctx.organizationId)))
    .orderBy(asc(signingSteps.revision));
}

export async function findRecipient(ctx: Context, id: RecipientId): Promise<RecipientRow | null> {
  const [row] = await ctx.connection
    .select()
    .from(recipients)
    .where(and(eq(recipients.id, id), eq(recipients.organizationId, ctx.organizationId)));
  return row ?? null;
}

/** A recipient, and the mode in which their envelope asks for consent. */
const selectReader = standing<
  OfRecipient,
  { recipient: RecipientRow; consentMode: EnvelopeRow["consentMode"] }[]
>((connection) =>
  connection
    .select({ recipient: recipients, consentMode: envelopes.consentMode })
    .from(recipients)
    .innerJoin(envelopes, eq(envelopes.id, recipients.envelopeId))
    .where(
      and(
        eq(recipients.id, sql.placeholder("recipientId")),
        eq(recipients.organizationId, sql.placeholder("organizationId")),
      ),
    ),
);

export async function findReader({ connection, organizationId }: Context, recipientId: RecipientId) {
  const [row] = await selectReader(connection, { recipientId, organizationId });
  return row ?? null;
}

/** The certificate a signer's signature was made with; one issued and never used does not count. */
export async function findOwnCertificate(
  ctx: Context,
  recipientId: RecipientId,
): Promise<CertificateId | null> {
  const [row] = await ctx.connection
    .select({ id: signingSteps.certificateId })
    .from(signingSteps)
    .where(
      and(
        eq(signingSteps.recipientId, recipientId),
        eq(signingSteps.organizationId, ctx.organizationId),
        eq(signingSteps.kind, "signed"),
        isNotNull(signingSteps.doneAt),
      ),
    )
    .limit(1);
  return row?.id ?? null;
}

/** The organization's key in use, with its certificate. */
export async function loadActiveSeal(ctx: Context) {
  const [row] = await ctx.connection
    .select({ key: signingKeys, certificate: certificates })
    .from(signingKeys)
    .innerJoin(certificates, eq(certificates.id, signingKeys.certificateId))
    .where(and(eq(signingKeys.organizationId, ctx.organizationId), eq(signingKeys.isActive, true)));
  return row ?? null;
}

/** One process gives an organization a key at a time, until the transaction ends. */
export async function lockSeal(ctx: Context): Promise<void> {
  await ctx.connection.execute(sql`select pg_advisory_xact_lock(hashtextextended(${ctx.organizationId}, 9))`);
}

/** Puts a new key in the place of the one in use, which stays on record. */
export async function replaceSeal(ctx: Context, row: typeof signingKeys.$inferInsert): Promise<void> {
  await ctx.connection
    .update(signingKeys)
    .set({ isActive: false, replacedAt: row.createdAt })
    .where(and(eq(signingKeys.organizationId, ctx.organizationId), eq(signingKeys.isActive, true)));
  await ctx.connection.insert(signingKeys).values(row);
}

export async function loadSigningKey(ctx: Context, id: string) {
  const [row] = await ctx.connection
    .select()
    .from(signingKeys)
    .where(and(eq(signingKeys.id, id), eq(signingKeys.organizationId, ctx.organizationId)));
  return row ?? null;
}

/** Whether an envelope is sealed on record already. */
export async function findSealedEvent(ctx: Context, envelopeId: EnvelopeId): Promise<boolean> {
  const [row] = await ctx.connection
    .select({ id: auditEvents.id })
    .from(auditEvents)
    .where(
      and(
        eq(auditEvents.chainId, envelopeId),
        eq(auditEvents.organizationId, ctx.organizationId),
        eq(auditEvents.type, "envelope.sealed"),
      ),
    )
    .limit(1);
  return row !== undefined;
}

/** See `listUnfinished`; at most a few hundred at a time. */
export async function loadUnfinished(ctx: Context, unchangedSince: Date) {
  const rows = await ctx.connection
    .select({ envelope: envelopes, recipient: recipients })
    .from(envelopes)
    .innerJoin(recipients, eq(recipients.envelopeId, envelopes.id))
    .where(
      and(
        eq(envelopes.organizationId, ctx.organizationId),
        inArray(envelopes.state, ["sent", "sealing"]),
        lte(envelopes.changedAt, unchangedSince),
      ),
    )
    .orderBy(asc(envelopes.changedAt))
    .limit(2_000);
  return [...Map.groupBy(rows, ({ envelope }) => envelope.id)].flatMap(([envelopeId, group]) => {
    const { envelope } = group[0]!;
    const people = group.map(({ recipient }) => recipient);
    const unsigned = people.filter(
      ({ role, state, signedAt }) => signs(role) && state === "finished" && !signedAt,
    );
    const isDue =
      envelope.state === "sealing" ||
      envelope.preparedAt === null ||
      unsigned.length > 0 ||
      nextStep(routed(people)).kind !== "wait";
    return isDue ? [{ envelopeId, unsigned: unsigned.map(({ id }) => id) }] : [];
  });
}

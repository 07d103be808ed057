import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { requireRecipient } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { FieldState } from "#lib/envelopes/core/fields/form-state.ts";
import { separatorsOf } from "#lib/envelopes/core/fields/typed-number.ts";
import { signs } from "#lib/envelopes/core/roles.ts";
import { typedLine } from "#lib/identity/core/typed-text.ts";
import type { FieldId, RecipientId } from "#lib/ids.ts";
import { boxSize } from "#lib/pdf/fields.ts";
import { makeAttestation } from "./attestations/save-attestation.ts";
import { authenticationOf } from "./authentication.ts";
import { raiseAtFinish } from "./checks/raise-at-finish.ts";
import { requireFinishWording } from "./core/button-words.ts";
import type { CeremonyField } from "./core/field-values.ts";
import { type Ceremony, decideFinish, requireConsent, requireTurn, type SigningAct } from "./core/finish.ts";
import { unseenPages } from "./core/page-runs.ts";
import { requireAnswers, requireMarks } from "./core/shown-answers.ts";
import { requireTimeZone, signingDate } from "./core/signing-date.ts";
import { drawValue, pageOf } from "./draw-value.ts";
import { signingError } from "./errors.ts";
import { givenFiles } from "./given-files.ts";
import { adoptedMarks, digestsOf } from "./marks.ts";
import { requireNamed } from "./name-next.ts";
import { seenPages } from "./seen-pages.ts";
import { shownPictures } from "./shown-pictures.ts";
import {
  ceremonyOf,
  changeRecipient,
  isOwn,
  type LoadedCeremony,
  loadCeremony,
  loadMarks,
  loadSealed,
  type MarkRow,
  saveEdited,
  saveValue,
} from "./store.ts";

const Digest = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .nullable();

/** The answers as they stood on screen, by field; what was recorded on a device is its own record of them. */
const Answers = z
  .object({
    values: z.record(z.uuid(), z.string().max(4_000)),
    locale: z
      .string()
      .max(35)
      .regex(/^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*$/),
    marks: z.object({ signature: Digest, initials: Digest }).nullish(),
  })
  .optional();

const Input = z.object({
  /** Each document as it was on screen. */
  shown: z.array(z.object({ documentId: z.uuid(), sha256: z.string().length(64) })).max(50),
  answers: Answers,
  /** What the button said. */
  wording: typedLine(80, 1),
  /** The signer's, for the date in the fields: `Europe/Lisbon`. */
  timeZone: z.string().max(60),
});

/**
 * Records that a person signs: who, what they saw, what they entered, which words they pressed. The worker then
 * makes the signature.
 *
 * @throws signing/wording-unknown, check-raised, fields-missing, document-changed, answers-changed, out-of-turn, consent-missing,
 *   value-does-not-fit …
 */
export async function finishSigning(ctx: Context, input: z.input<typeof Input>): Promise<void> {
  const { recipientId, envelopeId } = requireRecipient(ctx);
  const { shown, answers, wording, timeZone } = Input.parse(input);
  requireTimeZone(timeZone);
  const marks = await inTransaction(ctx, (ctx) => adoptedMarks(ctx, recipientId));

  // What a rule asks for must stay asked for, so nothing is thrown in here.
  const isRaised = await inTransaction(ctx, async (ctx) => {
    const loaded = await loadCeremony(ctx, envelopeId, true);
    const files = await givenFiles(ctx, envelopeId, isOwn(loaded, recipientId));
    const ceremony = ceremonyOf(loaded, recipientId);
    if (!signs(ceremony.recipient.role)) throw signingError("out-of-turn", "an approver approves");
    requireFinishWording(wording, ceremony.recipient.role);
    const day = signingDate(signedOn(ctx), timeZone);
    requireTurn(ceremony);
    requireShownAnswers(loaded, ceremony, answers);
    await requireShownMarks(ctx, ceremony, marks.rows, answers);
    const attestation = await makeAttestation(ctx, loaded, ceremony.recipient, day);
    const act = decideFinish(ceremony, shown);
    await requireEveryPage(ctx, loaded, recipientId);
    requireNamed(loaded, ceremony.recipient);
    const at = ctx.now();
    const values = withBlock(
      finalValues(ceremony.fields, act.states, day),
      ceremony.fields,
      attestation?.block ?? null,
    );
    const sealed = await loadSealed(ctx, envelopeId);
    for (const field of ceremony.fields) {
      const page = pageOf(loaded, field);
      const value = values.get(field.id)!;
      const file = files.get(field.id) ?? null;
      // What cannot be drawn is refused now, not when the signature is made.
      drawValue(ctx, { field, value, page, marks, file, person: ceremony.recipient, at });
    }
    const everybodys = new Map([...ceremony.values, ...values]);
    if (await raiseAtFinish(ctx, { ...loaded, values: everybodys }, ceremony.recipient)) return true;
    await attestation?.record(ctx);
    // What stands in the document is what is kept: of a hidden field nothing.
    for (const [id, value] of values)
      if (value !== (ceremony.values.get(id) ?? "")) await saveValue(ctx, id as FieldId, value);

    const event = await appendEvent(ctx, {
      type: "recipient.signed",
      envelopeId,
      data: {
        recipient: recipientId,
        name: personal(ceremony.recipient.name),
        email: personal(ceremony.recipient.email),
        phone: ceremony.recipient.email === "" ? personal(ceremony.recipient.phone) : undefined,
        wording,
        // 21 CFR 11.50(a)(3): it stood beside the button.
        meaning: ceremony.recipient.meaning || undefined,
        onBehalfOf: ceremony.recipient.onBehalfOf ? personal(ceremony.recipient.onBehalfOf) : undefined,
        authentication: { ...authenticationOf(ctx, ceremony.recipient) },
        timeZone,
        shown: act.shown,
        pictures: await shownPictures(ctx, envelopeId, recipientId),
        fields: ceremony.fields.map(({ id, type, documentId, page }) => {
          const { presence } = act.states.get(id)!;
          const about = { id, type, document: documentId, page };
          const state = presence === "shown" ? undefined : presence;
          const kept = sealed.get(id);
          if (kept && values.get(id) !== "") return { ...about, sealedSha256: kept.sealedSha256 };
          const value = values.get(id) ?? "";
          return { ...about, state, value: value === "" ? null : personal(value) };
        }),
        marks: marks.rows.map(({ kind, method, sha256 }) => ({ kind, method, sha256 })),
      },
    });
    await changeRecipient(ctx, recipientId, { state: "finished", finishedAt: at, finishedEventId: event.id });
    return false;
  });
  requireEnough(isRaised);
}

/** What a witness or a notary states stands in its block as of the day of signing. */
function withBlock(
  values: ReadonlyMap<string, string>,
  fields: readonly CeremonyField[],
  block: string | null,
): ReadonlyMap<string, string> {
  if (block === null) return values;
  const own = fields.filter(({ settings }) => settings.isBlock);
  return new Map([...values, ...own.map(({ id }): [string, string] => [id, block])]);
}

/** When the person pressed: what is done offline gets here later. */
const signedOn = (ctx: Context): Date =>
  (ctx.actor.kind === "recipient" ? ctx.actor.offline?.actedAt : undefined) ?? ctx.now();

/** @throws signing/check-raised where a rule asks for more than was shown */
function requireEnough(isRaised: boolean): void {
  if (isRaised) throw signingError("check-raised", "a rule asks for one more check");
}

/** What goes into the document: as rules and formulas leave it, and the day. */
function finalValues(
  fields: readonly CeremonyField[],
  states: ReadonlyMap<string, FieldState>,
  day: string,
): ReadonlyMap<string, string> {
  return new Map(
    fields.map(({ id, type }) => {
      const { presence, value } = states.get(id)!;
      return [id, type === "date" && presence === "shown" ? day : value];
    }),
  );
}

/** @throws signing/answers-changed */
function requireShownAnswers(
  loaded: LoadedCeremony,
  { fields, values }: Ceremony,
  answers: z.output<typeof Answers>,
): void {
  if (!answers) return;
  const shown = { values: answers.values, separators: separatorsOf(answers.locale) };
  requireAnswers(fields, values, shown, (field) => boxSize(field, pageOf(loaded, field)).heightPt);
}

/**
 * The marks that are drawn are those on the screen, and those that were read a moment ago.
 *
 * @throws signing/answers-changed
 */
async function requireShownMarks(
  ctx: Context,
  { fields, values, recipient }: Ceremony,
  rows: readonly MarkRow[],
  answers: z.output<typeof Answers>,
): Promise<void> {
  const kept = digestsOf(await loadMarks(ctx, recipient.id as RecipientId));
  requireMarks(fields, values, digestsOf(rows), kept);
  if (answers?.marks) requireMarks(fields, values, answers.marks, kept);
}

const Approval = z.object({
  shown: Input.shape.shown,
  answers: Answers,
  wording: Input.shape.wording,
});

/** What they say who only say something: yes, or that they have read it. */
const SAID = {
  approver: "recipient.approved",
  viewer: "recipient.acknowledged",
  editor: "recipient.passed-on",
} as const;

/**
 * Records that a person approves what they saw, has read it, or passes on what they filled in for others, without
 * signing.
 */
export async function approve(ctx: Context, input: z.input<typeof Approval>): Promise<void> {
  const { recipientId, envelopeId } = requireRecipient(ctx);
  const { shown, answers, wording } = Approval.parse(input);

  const isRaised = await inTransaction(ctx, async (ctx) => {
    const loaded = await loadCeremony(ctx, envelopeId, true);
    const ceremony = ceremonyOf(loaded, recipientId);
    const { role } = ceremony.recipient;
    if (!(role in SAID)) throw signingError("out-of-turn", "a signer signs");
    requireTurn(ceremony);
    requireConsent(ceremony);
    requireShownAnswers(loaded, ceremony, answers);
    requireFinishWording(wording, role);
    const act = decideFinish(ceremony, shown);
    await requireEveryPage(ctx, loaded, recipientId);
    requireNamed(loaded, ceremony.recipient);
    if (await raiseAtFinish(ctx, loaded, ceremony.recipient)) return true;
    const fields = role === "editor" ? { fields: await leaveEdited(ctx, ceremony, act) } : {};
    const event = await appendEvent(ctx, {
      type: SAID[role as keyof typeof SAID],
      envelopeId,
      data: {
        ...{ recipient: recipientId, wording, shown: act.shown, ...fields },
        pictures: await shownPictures(ctx, envelopeId, recipientId),
        authentication: { ...authenticationOf(ctx, ceremony.recipient) },
      },
    });
    const finishedAt = ctx.now();
    await changeRecipient(ctx, recipientId, { state: "finished", finishedAt, finishedEventId: event.id });
    return false;
  });
  requireEnough(isRaised);
}

/** What an editor passes on stands in the fields of those after them. @returns what the trail says of it */
async function leaveEdited(ctx: Context, { fields, values }: Ceremony, { states }: SigningAct) {
  const told = [];
  for (const { id, type, documentId, page } of fields) {
    const { presence, value } = states.get(id)!;
    if (presence !== "shown") continue;
    if (value !== (values.get(id) ?? "")) await saveValue(ctx, id as FieldId, value);
    await saveEdited(ctx, id as FieldId, value);
    told.push({ id, type, document: documentId, page, value: value === "" ? null : personal(value) });
  }
  return told;
}

/** @throws signing/pages-unseen where the sender wants every page to have been on screen */
async function requireEveryPage(
  ctx: Context,
  { envelope, documents }: LoadedCeremony,
  recipientId: RecipientId,
): Promise<void> {
  if (!envelope.asksForEveryPage) return;
  const seen = await seenPages(ctx, envelope.id, recipientId);
  const counted = documents.map(({ id, pages }) => ({ id, pageCount: pages.length }));
  const unseen = unseenPages(counted, seen);
  if (unseen.length > 0) throw signingError("pages-unseen", `${unseen.length} pages`);
}

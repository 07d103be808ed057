import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { hasPermission, requirePermission } from "#lib/authorize.ts";
import { fromUtf8, sha256, toBase64Url } from "#lib/bytes.ts";
import { type Context, inTransaction, type Visitor } from "#lib/context.ts";
import { ENVELOPE_LIMITS } from "#lib/envelopes/core/draft.ts";
import { type Language, RECIPIENT_LANGUAGES } from "#lib/envelopes/core/languages.ts";
import { isPhoneNumber, phoneNumber } from "#lib/envelopes/core/phone-number.ts";
import { deleteDraft } from "#lib/envelopes/delete-draft.ts";
import { getDraft } from "#lib/envelopes/get-draft.ts";
import { saveDraft } from "#lib/envelopes/save-draft.ts";
import { sendEnvelope } from "#lib/envelopes/send-envelope.ts";
import { publishedVersion } from "#lib/envelopes/templates/published-version.ts";
import { startFromTemplate, TemplateUseInput } from "#lib/envelopes/templates/use-template.ts";
import { AppError } from "#lib/errors.ts";
import { isEmailAddress } from "#lib/identity/core/email-address.ts";
import { cutText, typedLine } from "#lib/identity/core/typed-text.ts";
import { hashPassword } from "#lib/identity/create-organization.ts";
import { limitRate } from "#lib/identity/limit-rate.ts";
import { type EnvelopeId, type RecipientId, type TemplateId, uuidV7 } from "#lib/ids.ts";
import { KIOSK_MS, kioskState, MOST_WALK_UPS, pinProblem, walkUpRole } from "../core/kiosk.ts";
import { signingError } from "../errors.ts";
import {
  changeKiosk,
  countVisits,
  type KioskRow,
  listKiosks,
  listVisits,
  saveKiosk,
  saveVisit,
} from "./store.ts";
import { asHost, contextOf, requireOpen } from "./use-kiosk.ts";

const TOKEN_BYTES = 32;
const REGISTRATIONS = { tries: 60, windowSeconds: 600 };

const templateId = z.uuid().transform((id) => id as TemplateId);
const StartInput = z.object({
  templateId,
  /** What people are told they are at; the template's name where nothing is said. */
  eventTitle: typedLine(120),
  pin: z.string().max(20),
  heldSession: z.string().max(8_000).nullable(),
});

/**
 * Makes a device a stand: whoever walks up enters who they are, signs what a template holds, and makes room for the next.
 *
 * @returns what the device shows from then on instead of its host's own session.
 * @throws signing/kiosk-roles, kiosk-check, kiosk-pin-form, kiosk-pin-easy; envelopes/not-published, template-retired
 */
export async function startTemplateKiosk(ctx: Context, input: z.input<typeof StartInput>): Promise<string> {
  const host = requirePermission(ctx, "envelope.create");
  const { templateId, eventTitle, pin, heldSession } = StartInput.parse(input);
  const problem = pinProblem(pin);
  if (problem) throw signingError(`kiosk-${problem}`, "the number");
  const pinHash = await hashPassword(pin);
  const token = ctx.runtime.random(TOKEN_BYTES);
  const startedAt = ctx.now();
  const id = uuidV7(startedAt.getTime(), ctx.runtime.random(10));
  const sealed = heldSession ? await ctx.runtime.sealIdentity(`kiosk:${id}`, fromUtf8(heldSession)) : null;
  await inTransaction(ctx, async (ctx) => {
    const { number, content } = await publishedVersion(ctx, templateId, null);
    walkUpRole(content.draft);
    await saveKiosk(ctx, {
      ...{ organizationId: ctx.organizationId, id, templateId, templateVersion: number },
      ...{ eventTitle: eventTitle || content.draft.title, hostId: host.memberId, hostName: host.name },
      ...{ tokenSha256: sha256(token), pinHash, heldSession: sealed, startedAt },
      expiresAt: new Date(startedAt.getTime() + KIOSK_MS),
    });
    const data = { kiosk: id, template: templateId, version: number, name: personal(host.name) };
    await appendEvent(ctx, { type: "kiosk.started", envelopeId: null, data });
  });
  return toBase64Url(token);
}

const RegisterInput = z.object({
  name: typedLine(ENVELOPE_LIMITS.nameLength),
  email: typedLine(254).transform((address) => address.toLowerCase()),
  phone: typedLine(40).transform(phoneNumber).default(""),
  /** What they chose on the device; empty for the template's. */
  language: z.enum(RECIPIENT_LANGUAGES).default(""),
});

/**
 * Takes down who walked up, and sends what they sign to themselves. Nobody has checked who they are: the record says so,
 * and what the template asks them to show comes after.
 *
 * @throws signing/walk-up-name, walk-up-email, walk-up-phone, walk-up-refused, kiosk-in-use, kiosk-over, kiosk-full
 */
export async function registerWalkUp(
  visitor: Visitor,
  secret: string,
  input: z.input<typeof RegisterInput>,
): Promise<void> {
  const { ctx, id } = await contextOf(visitor, secret);
  const person = RegisterInput.parse(input);
  await limitRate(ctx.runtime, `walk-up:${id}`, REGISTRATIONS);
  const { row, role, place, actor } = await inTransaction(ctx, async (ctx) => {
    const row = await requireOpen(ctx, id);
    if (row.templateId === null || row.envelopeId !== null) throw signingError("kiosk-in-use", `kiosk ${id}`);
    if ((await countVisits(ctx, id)) >= MOST_WALK_UPS) throw signingError("kiosk-full", `kiosk ${id}`);
    const { content } = await publishedVersion(ctx, row.templateId, row.templateVersion);
    const role = walkUpRole(content.draft);
    const place = content.draft.recipients.indexOf(role);
    return { row, role, place, actor: (await asHost(ctx, row)).actor };
  });
  const host = { ...ctx, actor };
  if (person.name === "") throw signingError("walk-up-name", "no name");
  if (!isEmailAddress(person.email)) throw signingError("walk-up-email", "no address");
  const asksPhone = role.check === "sms-code";
  if (asksPhone && !isPhoneNumber(person.phone)) throw signingError("walk-up-phone", "no number");

  const { envelopeId } = await prepareFor(host, row, role.id, {
    ...person,
    phone: asksPhone ? person.phone : "",
  });
  try {
    const recipientId = await sendTo(host, row, envelopeId, place);
    await inTransaction(ctx, async (ctx) => {
      const now = await requireOpen(ctx, id);
      if (now.envelopeId !== null) throw signingError("kiosk-in-use", `kiosk ${id}`);
      await changeKiosk(ctx, id, { envelopeId });
      const { organizationId } = ctx;
      await saveVisit(ctx, { organizationId, envelopeId, kioskSessionId: id, recipientId, at: ctx.now() });
      const said = { name: personal(person.name), email: personal(person.email) };
      const data = { kiosk: id, recipient: recipientId, isChecked: false, ...said };
      await appendEvent(ctx, { type: "kiosk.registered", envelopeId, data });
    });
  } catch (error) {
    await deleteDraft(host, { envelopeId }).catch(() => {});
    if (error instanceof AppError && error.code === "envelopes/not-ready")
      throw signingError("walk-up-refused", "the envelope is not ready with these details", { cause: error });
    throw error;
  }
}

interface WalkedUp {
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  readonly language: Language | "";
}

async function prepareFor(host: Context, row: KioskRow, roleId: string, { language, ...person }: WalkedUp) {
  const use = TemplateUseInput.parse({
    ...{
      templateId: row.templateId!,
      number: row.templateVersion,
      people: [{ roleId, ...person, ...(language ? { language } : {}) }],
    },
    title: cutText(`${row.eventTitle} · ${person.name}`, ENVELOPE_LIMITS.titleLength),
  });
  return startFromTemplate(host, use, { ownerId: row.hostId });
}

/** The person signs here, on the host's device, and gets no link. */
async function sendTo(
  host: Context,
  { hostId }: KioskRow,
  envelopeId: EnvelopeId,
  place: number,
): Promise<RecipientId> {
  const { content, version } = await getDraft(host, { envelopeId });
  const person = content.recipients[place]!.id;
  const recipients = content.recipients.map((one) => (one.id === person ? { ...one, hostId } : one));
  const saved = await saveDraft(host, { envelopeId, version, content: { ...content, recipients } });
  await sendEnvelope(host, { envelopeId, version: saved.version });
  return person as RecipientId;
}

export interface KioskSessionView {
  readonly id: string;
  readonly eventTitle: string;
  readonly hostName: string;
  readonly startedAt: Date;
  readonly state: "open" | "locked" | "over";
  readonly visits: readonly {
    readonly envelopeId: EnvelopeId;
    readonly recipientId: RecipientId;
    readonly name: string;
    readonly at: Date;
    readonly signedAt: Date | null;
    readonly isVoided: boolean;
  }[];
}

const MOST_SESSIONS = 20;
const MOST_VISITS = 500;

/** The sessions in which people walked up to sign a template, newest first, and what became of each visit. */
export async function listKioskSessions(
  ctx: Context,
  input: { readonly templateId: TemplateId },
): Promise<readonly KioskSessionView[]> {
  const member = requirePermission(ctx, "template.read");
  return inTransaction(ctx, async (ctx) => {
    const sessions = await listKiosks(ctx, input.templateId, MOST_SESSIONS);
    const seesAll = hasPermission(member, "envelope.read-all");
    const visits = await listVisits(
      ctx,
      sessions.map(({ id }) => id),
      MOST_VISITS,
    );
    const seen = visits.filter(({ ownerId }) => seesAll || ownerId === member.memberId);
    return sessions.map(({ id, eventTitle, hostName, startedAt, ...facts }) => ({
      ...{ id, eventTitle, hostName, startedAt, state: kioskState(facts, ctx.now()) },
      visits: seen
        .filter(({ kioskSessionId }) => kioskSessionId === id)
        .map(({ envelopeId, recipientId, name, at, signedAt, envelopeState }) => ({
          ...{ envelopeId, recipientId, name, at, signedAt, isVoided: envelopeState === "voided" },
        })),
    }));
  });
}

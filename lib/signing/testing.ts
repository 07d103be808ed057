import { setTimeout as pause } from "node:timers/promises";
import { contract, REQUEST } from "#db/testing.ts";
import { type Context, createContext } from "#lib/context.ts";
import { openOutboxMail, readOutbox } from "#lib/delivery/read-outbox.ts";
import { addDocument } from "#lib/envelopes/add-document.ts";
import type { CheckMethod } from "#lib/envelopes/core/checks.ts";
import type { DraftContent } from "#lib/envelopes/core/draft.ts";
import type { Language } from "#lib/envelopes/core/languages.ts";
import type { Meaning } from "#lib/envelopes/core/meanings.ts";
import type { RecipientRole } from "#lib/envelopes/core/roles.ts";
import { createEnvelope } from "#lib/envelopes/create-envelope.ts";
import { type EnvelopeView, getEnvelope } from "#lib/envelopes/get-envelope.ts";
import { saveDraft } from "#lib/envelopes/save-draft.ts";
import { sendEnvelope } from "#lib/envelopes/send-envelope.ts";
import { type EnvelopeId, uuidV7 } from "#lib/ids.ts";
import { adoptMarks } from "./adopt-mark.ts";
import { fillField } from "./fill-field.ts";
import { finishSigning } from "./finish-signing.ts";
import { giveConsent } from "./give-consent.ts";
import { openCeremony } from "./open-ceremony.ts";
import { recipientContext } from "./recipient-context.ts";

export interface TestRecipient {
  readonly name: string;
  readonly role?: RecipientRole;
  readonly check?: CheckMethod;
  readonly phone?: string;
  /** No mailbox: reached by text message. */
  readonly hasNoMail?: boolean;
  readonly language?: Language;
  readonly turn?: number;
  /** By name. */
  readonly alternativeTo?: string;
  /** By name: this person has no name and no address then. */
  readonly namedBy?: string;
  /** Asked only if the text field of the first, a signer, holds this. */
  readonly onlyIfText?: string;
  /** Or this, where any of both is enough. */
  readonly orIfText?: string;
  readonly meaning?: Meaning;
  /** What a file is asked for as. */
  readonly attaches?: string;
  /** Signs in person with this member. */
  readonly hostId?: string;
}

export const addressOf = (name: string): string =>
  `${name.toLowerCase().replaceAll(/[^a-z]+/g, ".")}@example.com`;

/** A draft with a document, its people, and a signature, a text and a date field for each signer. */
export async function newDraft(
  ctx: Context,
  people: readonly TestRecipient[],
  order: DraftContent["order"] = "sequential",
  pdf: Uint8Array = contract(),
  consentMode: DraftContent["consentMode"] = "business",
  fileName = "lease.pdf",
) {
  const newId = () => uuidV7(Date.now(), ctx.runtime.random(10));
  const envelopeId = await createEnvelope(ctx, { title: "Lease 12B" });
  const document = await addDocument(ctx, { envelopeId, name: fileName }, streamOf(pdf));
  const firstText = newId();
  const ids = new Map(people.map(({ name }) => [name, newId()]));
  const recipients = people.map((person) => {
    const { name, role = "signer", check = "none", phone = "", language = "" as const } = person;
    const { turn = 1, alternativeTo = "", namedBy = "", meaning = "" as const, hostId } = person;
    return {
      ...{ id: ids.get(name)!, role, check, phone, language, meaning, turn },
      ...(namedBy ? { name: "", email: "" } : { name, email: person.hasNoMail ? "" : addressOf(name) }),
      ...(hostId ? { hostId } : {}),
      ...{ alternativeTo: ids.get(alternativeTo) ?? "", namedBy: ids.get(namedBy) ?? "" },
      onlyIf: person.onlyIfText
        ? {
            ...{ fieldId: firstText, operator: "is" as const, value: person.onlyIfText },
            ...(person.orIfText
              ? {
                  combine: "any" as const,
                  more: [{ fieldId: firstText, operator: "is" as const, value: person.orIfText }],
                }
              : {}),
          }
        : null,
    };
  });
  const files = new Map(
    people.flatMap(({ name, attaches }) => (attaches ? [[ids.get(name), attaches]] : [])),
  );
  const fields = recipients.flatMap(({ id: recipientId, role, alternativeTo }, index) => {
    if (role !== "signer" || alternativeTo !== "") return [];
    const label = files.get(recipientId);
    const at = (type: "signature" | "text" | "date" | "attachment", y: number, isRequired: boolean) => ({
      ...{
        id: index === 0 && type === "text" ? firstText : newId(),
        documentId: document.id,
        recipientId,
        type,
        page: 0,
        label: type === "attachment" ? label! : "",
        isRequired,
        settings: {},
      },
      ...{ x: 0.1 + 0.4 * (index % 2), y: y + 0.12 * Math.floor(index / 2), width: 0.3, height: 0.03 },
    });
    return [
      ...[at("signature", 0.5, true), at("text", 0.54, false), at("date", 0.58, true)],
      ...(label ? [at("attachment", 0.3, false)] : []),
    ];
  });
  const content: DraftContent = {
    ...{ title: "Lease 12B", message: "As discussed.", order, consentMode, recipients, fields, rules: [] },
    asksForEveryPage: false,
    markLimit: "any",
    expiryDays: 90,
    reminderHours: 48,
  };
  const { version } = await saveDraft(ctx, { envelopeId, version: document.version, content });
  return { envelopeId, version, document, content };
}

async function* streamOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** A draft, sent. */
export async function sent(ctx: Context, people: readonly TestRecipient[], order?: DraftContent["order"]) {
  const draft = await newDraft(ctx, people, order);
  await sendEnvelope(ctx, draft);
  return draft;
}

/** Waits until the envelope is as described, and gives it. */
export async function until(
  ctx: Context,
  envelopeId: EnvelopeId,
  isSo: (envelope: EnvelopeView) => boolean,
  timeoutMs = 90_000,
): Promise<EnvelopeView> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const envelope = await getEnvelope(ctx, { envelopeId });
    if (isSo(envelope)) return envelope;
    if (Date.now() > deadline)
      throw new Error(
        `still ${envelope.state}, waiting for ${envelope.waitingFor}: ${JSON.stringify(envelope.recipients)}`,
      );
    await pause(20);
  }
}

/** Whether the envelope had to wait for that reason, be it over by now. */
export const hasWaitedFor =
  (code: string) =>
  ({ trail }: EnvelopeView): boolean =>
    trail.some(({ type, data }) => type === "envelope.delayed" && data.for === code);

/** The newest link mailed to a person, as their browser would open it. */
export async function linkFor(ctx: Context, envelopeId: EnvelopeId, name: string): Promise<string> {
  const owner = ownerOf(ctx);
  await until(ctx, envelopeId, (envelope) =>
    envelope.trail.some(
      ({ type, data }) => type === "mail.delivered" && data.recipient === recipientId(envelope, name),
    ),
  );
  const mails = (await readOutbox(owner)) ?? [];
  const sent = mails.find((mail) => mail.toAddress === addressOf(name) && mail.envelopeId === envelopeId);
  const mail = sent ? await openOutboxMail(owner, { mailId: sent.id }) : null;
  const link = /\/sign\/([\w-]+)/.exec(mail?.text ?? "")?.[1];
  if (!link) throw new Error(`no link for ${name}`);
  return link;
}

const recipientId = ({ recipients }: EnvelopeView, name: string) =>
  recipients.find((person) => person.name === name)?.id;

function ownerOf(ctx: Context): Context {
  if (ctx.actor.kind !== "member") throw new Error("a member asks");
  return createContext(ctx.runtime, {
    organizationId: ctx.organizationId,
    actor: { ...ctx.actor, role: "owner" },
  });
}

/** A person with their link open. @param session what their browser got for passing a check. */
export async function personWith(ctx: Context, token: string, session?: string): Promise<Context> {
  return recipientContext({ runtime: ctx.runtime, request: REQUEST }, token, session);
}

/** Agrees, adopts, fills and finishes as a person would. */
export async function sign(person: Context, text = "As agreed"): Promise<void> {
  const { consent } = await openCeremony(person);
  const { version, locale, sha256 } = consent;
  await giveConsent(person, { version, locale, sha256, wording: "Agree and continue" });
  const { me, fields, documents } = await openCeremony(person);
  await adoptMarks(person, { signature: { type: "typed", text: me.name, style: "flowing" }, initials: null });
  for (const { id, type, settings } of fields)
    if (type !== "date" && !settings.isReadOnly)
      await fillField(person, { fieldId: id, value: type === "signature" ? "adopted" : text });
  const shown = documents.map(({ id, sha256 }) => ({ documentId: id, sha256 }));
  await finishSigning(person, { shown, wording: "Finish", timeZone: "Europe/Lisbon" });
}

import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { requireOwn, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { MarkLimit } from "#lib/identity/core/mark-methods.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { requireApproved } from "./approvals/require-approval.ts";
import { policyOf } from "./authentication/policy.ts";
import { raiseChecks } from "./authentication/raise-checks.ts";
import { askedOf } from "./authentication/required-steps.ts";
import { loadSignatureChoice } from "./authentication/signature-choice.ts";
import { rememberContacts } from "./contacts.ts";
import { type Blocker, blockersOf } from "./core/blockers.ts";
import { takesPhone } from "./core/checks.ts";
import { consentModeIn, sentWarning, stepBlockers } from "./core/class-steps.ts";
import { fieldsDigest, rulesDigest } from "./core/fields/describe-field.ts";
import type { PersonCondition } from "./core/fields/field-rules.ts";
import { takesDefault } from "./core/fields/field-types.ts";
import { readAnswer } from "./core/fields/read-answer.ts";
import { signs } from "./core/roles.ts";
import { type KnownProvider, providerFor } from "./core/signature-kind.ts";
import { envelopesError } from "./errors.ts";
import { indexNow } from "./search/index-envelopes.ts";
import { serverBlockers } from "./server-blockers.ts";
import {
  asDrafted,
  changeEnvelope,
  type EnvelopeRow,
  type FieldRow,
  loadDocuments,
  loadFields,
  loadRecipients,
  loadRevisions,
  lockEnvelope,
  type RecipientRow,
  savePrefill,
} from "./store.ts";

const Input = z.object({
  envelopeId: z.uuid().transform((id) => id as EnvelopeId),
  /** The version the sender looked at: what is sent is what they saw. */
  version: z.number().int().min(0),
});

const DAY_MS = 86_400_000;

/**
 * Sends a draft: from now on nothing in it changes. The worker prepares and certifies the documents and then
 * tells the first recipients.
 *
 * @throws envelopes/not-ready while anything blocks it, draft-changed, not-a-draft; approval-needed, approval-outdated where
 *   somebody else has to approve it first
 */
export async function sendEnvelope(ctx: Context, input: z.input<typeof Input>): Promise<void> {
  const member = requirePermission(ctx, "envelope.manage");
  const { envelopeId, version } = Input.parse(input);
  await inTransaction(ctx, async (ctx) => {
    const envelope = await lockEnvelope(ctx, envelopeId);
    requireOwn(member, envelope, "envelope.manage-all");
    await releaseDraft(ctx, envelope, version);
  });
}

/**
 * The same for an owner who does not act now: what a public link or a rule made.
 *
 * @throws as above
 */
export async function sendDraft(
  ctx: Context,
  { envelopeId, version }: z.output<typeof Input>,
): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const envelope = await lockEnvelope(ctx, envelopeId);
    // Whoever set the link or the rule up chose all that is sent; nobody chooses anything now that could be approved.
    await releaseDraft(ctx, envelope, version, { isApproved: true });
  });
}

interface Sendable {
  /** Nobody has to approve it, or it is only asked for now. */
  readonly isApproved: boolean;
}

/** What is sent, once nothing stands in its way. Part of a verb. @throws as sendEnvelope */
export async function requireSendable(
  ctx: Context,
  envelope: EnvelopeRow,
  version: number,
  { isApproved }: Sendable = { isApproved: false },
) {
  const envelopeId = envelope.id;
  if (envelope.isTemplate) throw envelopesError("is-template", `envelope ${envelope.id}`);
  if (envelope.state !== "draft") throw envelopesError("not-a-draft", `envelope is ${envelope.state}`);
  if (envelope.version !== version) throw envelopesError("draft-changed", `saved is ${envelope.version}`);
  const documents = await loadDocuments(ctx, envelopeId);
  const chosen = await loadRecipients(ctx, envelopeId);
  const fields = await loadFields(ctx, envelopeId);
  const known = documents.map((document) => ({ id: document.id, pageCount: document.pages.length }));
  const policy = await policyOf(ctx, envelopeId);
  const asked = await askedOf(ctx, envelope, policy, documents);
  const consentMode = consentModeIn(asked, envelope);
  const blockers = [
    ...blockersOf(
      { ...envelope, rules: [...envelope.rules], recipients: chosen.map(asDrafted), fields },
      known,
      policy,
    ),
    ...(await serverBlockers(
      ctx,
      { ...demandOf(envelope), recipients: chosen, fields, consentMode },
      documents,
    )),
    ...stepBlockers(asked, { ...envelope, recipients: chosen }, documents),
  ];
  requireNone(blockers);
  const { classId } = policy;
  if (!isApproved) await requireApproved(ctx, { envelope, recipients: chosen, fields, documents, classId });
  return { documents, chosen, fields, policy, asked, consentMode };
}

const demandOf = ({ signatureKind, signatureProviderId }: EnvelopeRow) => ({
  signatureKind,
  signatureProviderId,
});

/** Lets a draft go, its row locked: by its sender, or when its time has come. Part of a verb. @throws as sendEnvelope */
export async function releaseDraft(
  ctx: Context,
  envelope: EnvelopeRow,
  version: number,
  sendable?: Sendable,
): Promise<void> {
  const envelopeId = envelope.id;
  const { documents, chosen, fields, policy, asked, consentMode } = await requireSendable(
    ctx,
    envelope,
    version,
    sendable,
  );
  const { recipients, raised } = await raiseChecks(ctx, envelopeId, chosen, policy);

  await savePrefilled(ctx, fields);
  const provider = providerFor(envelope, (await loadSignatureChoice(ctx)).providers);
  const sentAt = ctx.now();
  const expiresAt = new Date(sentAt.getTime() + envelope.expiryDays * DAY_MS);
  await changeEnvelope(ctx, envelopeId, {
    state: "sent",
    ...{ sentAt, sentClassId: policy.classId, classId: policy.classId, consentMode },
    // Whom its signers are sent to is settled now, whoever is set up later.
    ...(provider ? { signatureProviderId: provider.id } : {}),
    expiresAt,
    waitingFor: null,
    ...{ scheduledAt: null, scheduledZone: null, scheduledBy: null, scheduleProblem: null },
  });
  await indexNow(ctx, [envelopeId]);
  await rememberContacts(ctx, envelope.ownerId, envelopeId, recipients);
  const originals = (
    await loadRevisions(
      ctx,
      documents.map(({ id }) => id),
    )
  ).filter(({ number }) => number === 0);
  await appendEvent(ctx, {
    type: "envelope.sent",
    envelopeId,
    data: {
      shortId: envelope.shortId,
      scheduledBy: envelope.scheduledBy ?? undefined,
      title: personal(envelope.title),
      order: envelope.order,
      level: envelope.level,
      consent: consentMode,
      everyPage: envelope.asksForEveryPage,
      signatures: describeProvider(provider),
      markLimit: limitOf(envelope),
      reminderHours: envelope.reminderHours,
      expiresAt: expiresAt.toISOString(),
      documents: originals.map(({ documentId, sha256 }) => ({
        ...{ id: documentId, sha256 },
        ...(documents.some(({ id, keepsSignatures }) => id === documentId && keepsSignatures)
          ? { keepsSignatures: true }
          : {}),
      })),
      recipients: recipients.map(describeRecipient),
      class: policy.classId ?? undefined,
      ...sentWarning(asked, envelope, documents),
      fieldsSha256: fieldsDigest(fields),
      rulesSha256: rulesDigest(envelope.rules),
    },
  });
  for (const data of raised) await appendEvent(ctx, { type: "authentication.raised", envelopeId, data });
}

/** What the sender filled in is there when the person comes. */
async function savePrefilled(ctx: Context, fields: readonly FieldRow[]): Promise<void> {
  for (const field of fields) {
    const { value } = field.settings;
    if (!value || !takesDefault(field.type)) continue;
    const read = readAnswer(field, value);
    if ("value" in read && read.value !== "") await savePrefill(ctx, field.id, read.value);
  }
}

function requireNone(blockers: readonly Blocker[]): void {
  if (blockers.length > 0) throw envelopesError("not-ready", blockers.map(({ code }) => code).join(", "));
}

/** What the trail says of who makes the signatures, where it is not this installation. */
export const describeProvider = (provider: KnownProvider | null) =>
  provider ? { kind: provider.kind, provider: provider.id, name: provider.name } : undefined;

/** What the trail says of how signatures may be made; nothing where every way is taken. */
export const limitOf = ({ markLimit }: Pick<EnvelopeRow, "markLimit">): MarkLimit | undefined =>
  markLimit === "any" ? undefined : markLimit;

/** What the trail says of a person at sending. */
export const describeRecipient = (
  recipient: Pick<
    RecipientRow,
    | ("role" | "order" | "name" | "email" | "check" | "furtherChecks" | "phone" | "language" | "meaning")
    | ("note" | "hostId" | "isGivenLink" | "alternativeTo" | "namedBy" | "witnessOf" | "onlyIf")
    | ("onBehalfOf" | "answerDays" | "answerUntil" | "hiddenDocuments")
  > & { readonly id: string },
) => {
  const {
    id,
    role,
    order,
    name,
    email,
    check,
    furtherChecks,
    phone,
    language,
    meaning,
    hostId,
    isGivenLink,
  } = recipient;
  const further = furtherChecks.map((one) => one.check);
  return {
    ...{ id, role, order, name: personal(name), email: personal(email), check },
    furtherChecks: further.length > 0 ? further : undefined,
    language: language === "" ? undefined : language,
    ...{ alternativeTo: recipient.alternativeTo ?? undefined, namedBy: recipient.namedBy ?? undefined },
    witnessOf: recipient.witnessOf ?? undefined,
    onlyIf: recipient.onlyIf ? hiddenValues(recipient.onlyIf) : undefined,
    meaning: signs(role) && meaning !== "" ? meaning : undefined,
    host: hostId ?? undefined,
    givenLink: isGivenLink || undefined,
    onBehalfOf: recipient.onBehalfOf ? personal(recipient.onBehalfOf) : undefined,
    answerDays: recipient.answerDays ?? undefined,
    answerUntil: recipient.answerUntil?.toISOString(),
    notShown: recipient.hiddenDocuments.length > 0 ? [...recipient.hiddenDocuments].sort() : undefined,
    // Everybody in it is given the trail: that there was one, and not what it says.
    hasNote: recipient.note ? true : undefined,
    phone: email === "" || takesPhone([check, ...further]) ? personal(phone) : undefined,
  };
};

/** What an answer is compared with may name somebody. */
const hiddenValues = ({ more, ...first }: PersonCondition) => ({
  ...{ ...first, value: personal(first.value) },
  ...(more ? { more: more.map((test) => ({ ...test, value: personal(test.value) })) } : {}),
});

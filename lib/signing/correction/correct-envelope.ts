import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { type EventData, personal } from "#lib/audit/core/commitment.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { requireOwn, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { CHECK_METHODS } from "#lib/envelopes/core/checks.ts";
import {
  actedByLink,
  type Change,
  decideCorrections,
  hasFirstSignature,
  type PersonCorrection,
} from "#lib/envelopes/core/correction.ts";
import { ENVELOPE_LIMITS } from "#lib/envelopes/core/draft.ts";
import { phoneNumber } from "#lib/envelopes/core/phone-number.ts";
import { envelopesError } from "#lib/envelopes/errors.ts";
import { indexNow } from "#lib/envelopes/search/index-envelopes.ts";
import { typedLine, typedText } from "#lib/identity/core/typed-text.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import {
  changeEnvelope,
  type EnvelopeRow,
  type LoadedCeremony,
  loadCeremony,
  type RecipientRow,
  routed,
} from "../store.ts";
import { changePerson } from "./change-person.ts";
import { requireUnblocked } from "./require-unblocked.ts";

const { nameLength, messageLength, recipients } = ENVELOPE_LIMITS;

const DAY_MS = 86_400_000;
const MOST_DAYS = 365;

const Input = z.object({
  envelopeId: z.uuid().transform((id) => id as EnvelopeId),
  message: typedText(messageLength),
  /** Null where only people remind. */
  reminderHours: z.number().int().min(24).max(720).nullable(),
  /** The last day on which it may be signed, at the time of day it ends now (UTC); left out, it stays. */
  expiresOn: z.iso.date().optional(),
  people: z
    .array(
      z.object({
        id: z.uuid(),
        name: typedLine(nameLength),
        email: typedLine(254),
        phone: typedLine(40).transform(phoneNumber),
        check: z.enum(CHECK_METHODS),
        order: z.number().int().min(1).max(recipients),
      }),
    )
    .max(recipients),
});

/**
 * Changes an envelope under way: the message, reminders, its last day, and people who have not acted. What was signed, and who
 * acted, is never touched. Who was asked already gets a new link, and the old one ends; before the first signature
 * everybody who has looked is told what changed. That it ends sooner everybody is told who was asked and has not acted.
 *
 * @throws envelopes/not-under-way, held, destroyed, nothing-changed, expiry-not-ahead, check-not-possible, name-not-drawable, and what
 *   decideCorrections throws
 */
export async function correctEnvelope(ctx: Context, input: z.input<typeof Input>): Promise<void> {
  const member = requirePermission(ctx, "envelope.manage");
  const { envelopeId, people: wishes, message, reminderHours, expiresOn } = Input.parse(input);

  await inTransaction(ctx, async (ctx) => {
    const loaded = await loadCeremony(ctx, envelopeId, true);
    const { envelope } = loaded;
    requireOwn(member, envelope, "envelope.manage-all");
    requireCorrectable(envelope);
    const acted = actedByLink((await readChain(ctx, envelopeId)).entries);
    const corrections = decideCorrections(routed(loaded.recipients), wishes, acted);
    const expiresAt = lastInstant(ctx, envelope, expiresOn);
    const changes = envelopeChanges(envelope, { message, reminderHours, expiresAt });
    if (corrections.length + changes.length === 0)
      throw envelopesError("nothing-changed", `envelope ${envelopeId}`);
    await requireUnblocked(ctx, loaded, corrections);

    const isReordered = corrections.some((one) => one.changes.some(({ what }) => what === "order"));
    await changeEnvelope(ctx, envelopeId, {
      ...{ message, reminderHours, expiresAt },
      ...(isReordered ? { order: "mixed" as const } : {}),
    });
    await indexNow(ctx, [envelopeId]);
    const asked: string[] = [];
    for (const correction of corrections) {
      const person = loaded.recipients.find(({ id }) => id === correction.id)!;
      const { id: now, fieldsSha256 } = await changePerson(ctx, loaded, person, correction);
      const to = now === person.id ? undefined : now;
      const data = { recipient: person.id, to, changes: correction.changes.map(described), fieldsSha256 };
      await appendEvent(ctx, { type: "recipient.corrected", envelopeId, data });
      if (correction.isAskedAgain) asked.push(now);
    }
    await appendEvent(ctx, {
      type: "envelope.corrected",
      envelopeId,
      data: {
        changes: changes.map(described),
        people: corrections.map(({ id }) => id),
        told: whoIsTold(loaded, corrections, isSooner(envelope, expiresAt)),
      },
    });
    for (const recipient of asked)
      await appendEvent(ctx, { type: "recipient.invited", envelopeId, data: { recipient } });
  });
}

/** @throws envelopes/not-under-way, held, destroyed, signatures-locked */
export function requireCorrectable(envelope: EnvelopeRow): void {
  if (envelope.signatureKind !== "here")
    throw envelopesError("signatures-locked", `signed by a provider: ${envelope.signatureKind}`);
  if (envelope.purgedAt) throw envelopesError("destroyed", `envelope ${envelope.id}`);
  if (envelope.heldSince) throw envelopesError("held", `envelope ${envelope.id}`);
  if (envelope.state !== "sent") throw envelopesError("not-under-way", `envelope is ${envelope.state}`);
}

/** @throws envelopes/expiry-not-ahead for a day that is over, or more than a year away */
function lastInstant(ctx: Context, { expiresAt }: EnvelopeRow, on: string | undefined): Date | null {
  if (on === undefined || expiresAt?.toISOString().slice(0, 10) === on) return expiresAt;
  const time = (expiresAt ?? ctx.now()).toISOString().slice(10);
  const wanted = new Date(`${on}${time}`);
  const aheadMs = wanted.getTime() - ctx.now().getTime();
  if (!(aheadMs > 0 && aheadMs <= MOST_DAYS * DAY_MS)) throw envelopesError("expiry-not-ahead", on);
  return wanted;
}

const isSooner = ({ expiresAt: before }: EnvelopeRow, expiresAt: Date | null): boolean =>
  expiresAt !== null && (before === null || expiresAt < before);

function envelopeChanges(
  envelope: EnvelopeRow,
  { message, reminderHours, expiresAt }: Pick<EnvelopeRow, "message" | "reminderHours" | "expiresAt">,
): Change[] {
  const until = (at: Date | null) => at?.toISOString() ?? "";
  const hours = (value: number | null) => (value === null ? "never" : String(value));
  const all: Change[] = [
    { what: "message", from: envelope.message, to: message },
    { what: "reminder", from: hours(envelope.reminderHours), to: hours(reminderHours) },
    { what: "expiry", from: until(envelope.expiresAt), to: until(expiresAt) },
  ];
  return all.filter(({ from, to }) => from !== to);
}

/** Who somebody is, and words to them, are theirs; how they show it and when it is their turn is not. */
const PERSONAL = new Set<Change["what"]>(["name", "email", "phone", "message"]);

const described = ({ what, from, to }: Change): EventData =>
  PERSONAL.has(what) ? { what, from: personal(from), to: personal(to) } : { what, from, to };

/**
 * Before the first signature, who has looked and is not changed themselves; after it, nobody is bound by what changed. Less
 * time is told to everybody whose mail says that there is more.
 */
function whoIsTold(
  { recipients }: LoadedCeremony,
  corrections: readonly PersonCorrection[],
  endsSooner: boolean,
): string[] {
  const changed = new Set(corrections.map(({ id }) => id));
  const hasLooked = ({ state }: RecipientRow) => state === "viewed" || state === "consented";
  const isTold = (person: RecipientRow) =>
    endsSooner
      ? person.state === "notified" || hasLooked(person)
      : hasLooked(person) && !hasFirstSignature(recipients);
  return recipients.filter((person) => isTold(person) && !changed.has(person.id)).map(({ id }) => id);
}

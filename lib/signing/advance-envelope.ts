import { appendEvent } from "#lib/audit/append-event.ts";
import { requireSystem } from "#lib/authorize.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { dueAt } from "#lib/envelopes/core/answer-time.ts";
import { asRule, type PersonCondition } from "#lib/envelopes/core/fields/field-rules.ts";
import { ruleHolds } from "#lib/envelopes/core/fields/form-state.ts";
import { nextStep } from "#lib/envelopes/core/routing.ts";
import type { EnvelopeId, FieldId } from "#lib/ids.ts";
import {
  changeEnvelope,
  changeRecipient,
  type LoadedCeremony,
  loadCeremony,
  type RecipientRow,
  routed,
} from "./store.ts";

/** Lets the next people act, or has the envelope sealed when all have; does nothing when there is nothing to do. */
export async function advanceEnvelope(ctx: WorkerContext, input: { envelopeId: EnvelopeId }): Promise<void> {
  requireSystem(ctx);
  const { envelopeId } = input;
  await inTransaction(ctx, async (ctx) => {
    const loaded = await loadCeremony(ctx, envelopeId, true);
    const { envelope, recipients } = loaded;
    if (envelope.state !== "sent" || envelope.preparedAt === null) return;
    const people = await skipUnneeded(ctx, loaded);
    const step = nextStep(routed(people));
    if (step.kind === "seal") {
      await changeEnvelope(ctx, envelopeId, { state: "sealing" });
      await appendEvent(ctx, { type: "envelope.all-signed", envelopeId, data: {} });
    }
    if (step.kind !== "invite") return;
    const firstRevision = oldestHead(loaded);
    for (const recipient of recipients.filter(({ id }) => step.recipientIds.includes(id))) {
      const due = dueAt(recipient, ctx.now());
      await changeRecipient(ctx, recipient.id, {
        ...{ state: "notified", notifiedAt: ctx.now(), firstRevision, dueAt: due },
      });
      const data = { recipient: recipient.id, until: due?.toISOString() };
      await appendEvent(ctx, { type: "recipient.invited", envelopeId, data });
    }
  });
}

/** Those whose turn it would be and whom an answer before them made not needed are not asked. */
async function skipUnneeded(
  ctx: WorkerContext,
  { envelope, recipients, values, fields }: LoadedCeremony,
): Promise<readonly RecipientRow[]> {
  const finished = new Set(recipients.filter(({ state }) => state === "finished").map(({ id }) => id));
  const answered = new Map(fields.map(({ id, recipientId }) => [id as string, finished.has(recipientId)]));
  const valueFor = (fieldId: string) => (answered.get(fieldId) ? (values.get(fieldId as FieldId) ?? "") : "");
  let people: readonly RecipientRow[] = recipients;
  for (;;) {
    const step = nextStep(routed(people));
    const asked = step.kind === "invite" ? people.filter(({ id }) => step.recipientIds.includes(id)) : [];
    // Whoever may act instead of somebody is needed where that person is.
    const conditionOf = (person: RecipientRow) =>
      (people.find(({ id }) => id === person.alternativeTo) ?? person).onlyIf;
    const isNeeded = (condition: PersonCondition) => ruleHolds(asRule(condition), valueFor);
    const unneeded = asked.flatMap((person) => {
      const test = conditionOf(person);
      return test && !isNeeded(test) ? [{ id: person.id, test }] : [];
    });
    if (unneeded.length === 0) return people;
    for (const { id, test } of unneeded) {
      await changeRecipient(ctx, id, { state: "skipped" });
      const data = { recipient: id, field: test.fieldId, operator: test.operator };
      await appendEvent(ctx, { type: "recipient.skipped", envelopeId: envelope.id, data });
    }
    const gone = new Set<string>(unneeded.map(({ id }) => id));
    people = people.map((one) => (gone.has(one.id) ? { ...one, state: "skipped" } : one));
  }
}

/** The newest revision that every document has reached. */
function oldestHead({ documents, revisions }: LoadedCeremony): number {
  const heads = documents.map(
    ({ id }) => revisions.findLast(({ documentId }) => documentId === id)?.number ?? 0,
  );
  return Math.min(...heads);
}

import { appendEvent } from "#lib/audit/append-event.ts";
import type { Context } from "#lib/context.ts";
import { dueAtAnew } from "#lib/envelopes/core/answer-time.ts";
import type { PersonCorrection } from "#lib/envelopes/core/correction.ts";
import { type RecipientId, uuidV7 } from "#lib/ids.ts";
import { raisedNow } from "../checks/raise-at-finish.ts";
import { voidCodes } from "../checks/store.ts";
import {
  changeRecipient,
  endTokens,
  handFieldsOn,
  type LoadedCeremony,
  partOf,
  type RecipientRow,
  saveRecipient,
} from "../store.ts";

/**
 * Makes somebody who has not acted who the sender means. Where the old link was used to act, if only to look, it may have been
 * somebody else: then the new person begins anew beside the old one, who keeps what is on record of them. Part of a verb.
 *
 * @returns whose part it is now, and the digest of the fields where they were handed on
 */
export async function changePerson(
  ctx: Context,
  loaded: LoadedCeremony,
  person: RecipientRow,
  correction: PersonCorrection,
): Promise<{ readonly id: RecipientId; readonly fieldsSha256: string | undefined }> {
  const { name, email, phone, check, order, isReplaced } = correction;
  const at = ctx.now();
  const own = { name, email, phone, check, order };
  const raised = await raisedNow(ctx, loaded, { ...person, ...own }, "send");
  const furtherChecks = raised?.furtherChecks ?? person.furtherChecks;
  const id = isReplaced ? (uuidV7(at.getTime(), ctx.runtime.random(10)) as RecipientId) : person.id;
  let fieldsSha256: string | undefined;
  if (isReplaced) {
    const { organizationId, envelopeId, role, language, onlyIf, hostId, isGivenLink, firstRevision } = person;
    const { isCheckLocked, roleName, witnessOf } = person;
    const last = Math.max(...loaded.recipients.map(({ position }) => position));
    await saveRecipient(ctx, {
      ...{ organizationId, envelopeId, role, language, onlyIf, hostId, isGivenLink, firstRevision },
      ...{ ...own, id, furtherChecks, position: last + 1, roleName, isCheckLocked },
      // Whose signature a witness saw does not change with who the witness is.
      witnessOf,
      ...partOf(person),
      dueAt: dueAtAnew(person, at),
      ...{ state: "notified", notifiedAt: at, delegatedFrom: person.id },
    });
    fieldsSha256 = await handFieldsOn(ctx, person.id, id);
    await changeRecipient(ctx, person.id, { state: "delegated" });
  } else {
    const again = correction.isAskedAgain
      ? {
          ...{ notifiedAt: at, remindedAt: null, reminderHeldAt: null },
          ...{ dueAt: dueAtAnew(person, at), lapsedAt: null },
        }
      : {};
    await changeRecipient(ctx, person.id, { ...own, furtherChecks, ...again });
    // Whoever may act instead of somebody has their turn.
    for (const other of loaded.recipients)
      if (other.alternativeTo === person.id) await changeRecipient(ctx, other.id, { order });
  }
  if (correction.isAskedAgain) {
    await endTokens(ctx, [person.id], at);
    await voidCodes(ctx, person.id);
  }
  if (raised)
    await appendEvent(ctx, {
      type: "authentication.raised",
      envelopeId: person.envelopeId,
      data: { ...raised.data, recipient: id },
    });
  return { id, fieldsSha256 };
}

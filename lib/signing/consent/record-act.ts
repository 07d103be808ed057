import type { AppendedEvent } from "#lib/audit/append-event.ts";
import { fromUtf8, sha256 } from "#lib/bytes.ts";
import type { Context } from "#lib/context.ts";
import { reachedAt } from "#lib/envelopes/core/reached-at.ts";
import { uuidV7 } from "#lib/ids.ts";
import type { RecipientRow } from "../store.ts";
import { type ConsentActRow, saveAct } from "./store.ts";

/** Names a person within an organization, and tells nothing of them to anybody else. */
export const personKey = (organizationId: string, email: string): Uint8Array =>
  sha256(fromUtf8(`consent ${organizationId}\n${email.toLowerCase()}`));

type Act = Pick<ConsentActRow, "kind"> &
  Partial<Pick<ConsentActRow, "mode" | "version" | "locale" | "noticeSha256" | "demonstration" | "detail">>;

/** Puts into the ledger what the event has recorded. @returns the entry's id. */
export async function recordAct(
  ctx: Context,
  { id: recipientId, envelopeId, email, phone, name }: RecipientRow,
  act: Act,
  event: AppendedEvent,
): Promise<string> {
  const id = uuidV7(event.occurredAt.getTime(), ctx.runtime.random(10));
  const { organizationId } = ctx;
  await saveAct(ctx, {
    ...{ organizationId, id, envelopeId, recipientId, email, name, ...act },
    personKey: personKey(organizationId, reachedAt({ email, phone })),
    eventId: event.id,
    at: event.occurredAt,
  });
  return id;
}

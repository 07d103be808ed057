import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { fromUtf8, sha256, toHex } from "#lib/bytes.ts";
import { type Context, createContext, inTransaction } from "#lib/context.ts";
import { noteBounce } from "#lib/envelopes/bulk/invitation-slots.ts";
import { noteLostMail } from "#lib/envelopes/contacts.ts";
import { deliveryOf, isLost } from "#lib/envelopes/core/delivery-state.ts";
import type { EnvelopeId, RecipientId } from "#lib/ids.ts";
import type { WorkerRuntime } from "#lib/runtime.ts";
import { returnTokenIn } from "./core/return-address.ts";
import { readReport } from "./read-report.ts";
import { changeReturn, findReturn, isDestroyed, lockReturn, recipientAddress } from "./returns-store.ts";

/** Whether mail to this address is about a mail of ours that may still come back. */
export async function isReturnAddress(runtime: WorkerRuntime, address: string): Promise<boolean> {
  const token = tokenIn(runtime, address);
  return token !== null && (await findReturn(runtime, sha256(fromUtf8(token)))) !== null;
}

const tokenIn = ({ config }: WorkerRuntime, address: string): string | null =>
  config.returns ? returnTokenIn(config.returns.address, address) : null;

/**
 * Takes what came back to the address of one mail. A report that it failed, or waits, is recorded once; whatever else
 * comes there — an answer by a machine, a report on another mail — changes nothing.
 *
 * @param from the address of the server that brought it. @returns what was recorded
 */
export async function takeReturn(
  runtime: WorkerRuntime,
  { address, raw, from }: { readonly address: string; readonly raw: Uint8Array; readonly from: string },
): Promise<"bounced" | "delayed" | null> {
  const token = tokenIn(runtime, address);
  const tokenSha256 = token ? sha256(fromUtf8(token)) : null;
  const known = tokenSha256 ? await findReturn(runtime, tokenSha256) : null;
  if (!tokenSha256 || !known) return null;
  const report = await readReport(raw);
  if (!report || report.action === "other") return null;
  const ctx = createContext(runtime, {
    organizationId: known.organizationId,
    actor: { kind: "system", job: "returned mail" },
  });
  const outcome = report.action === "failed" ? "bounced" : "delayed";
  const message = await inTransaction(ctx, async (ctx) => {
    const mail = await lockReturn(ctx, tokenSha256);
    const { envelopeId, recipientId, message } = mail;
    // A report that names another mail than the one this address was made for is none of ours.
    if (report.messageId !== null && !report.messageId.startsWith(`${message}@`)) return null;
    if (mail.bouncedAt || (outcome === "delayed" && mail.delayedAt)) return null;
    if (await isDestroyed(ctx, envelopeId)) return null;
    const at = ctx.now();
    await changeReturn(ctx, tokenSha256, outcome === "bounced" ? { bouncedAt: at } : { delayedAt: at });
    await appendEvent(ctx, {
      type: `mail.${outcome}`,
      envelopeId,
      data: {
        ...{ recipient: recipientId, kind: mail.kind, message, status: report.status },
        diagnostic: report.diagnostic === "" ? undefined : personal(report.diagnostic),
        ...{ reportedBy: report.reportedBy, from: personal(from), reportSha256: toHex(sha256(raw)) },
      },
    });
    if (outcome === "bounced") await noteContact(ctx, envelopeId, recipientId);
    return message;
  });
  if (message === null) return null;
  if (outcome === "bounced") await noteBounce(ctx, message);
  return outcome;
}

/** What came back of the newest mail says something of the address that the person has now. */
async function noteContact(ctx: Context, envelopeId: EnvelopeId, recipientId: RecipientId) {
  const { entries } = await readChain(ctx, envelopeId);
  const delivery = deliveryOf(entries, recipientId);
  if (!isLost(delivery)) return;
  const email = await recipientAddress(ctx, recipientId);
  if (email) await noteLostMail(ctx, { email, at: delivery!.at, cause: delivery!.cause });
}

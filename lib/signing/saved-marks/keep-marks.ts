import { appendEvent } from "#lib/audit/append-event.ts";
import { requireRecipient } from "#lib/authorize.ts";
import { fromUtf8 } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { reachedAt } from "#lib/envelopes/core/reached-at.ts";
import { uuidV7 } from "#lib/ids.ts";
import { personKey } from "../consent/record-act.ts";
import { signingError } from "../errors.ts";
import { adoptedMarks } from "../marks.ts";
import { ceremonyOf, loadCeremony } from "../store.ts";
import { savedContent } from "./read-saved.ts";
import { addSaved, removeSaved, type SavedMarkRow } from "./store.ts";

/** Keeps what a person has adopted for their next document from the same organization. @throws signing/mark-missing */
export async function keepMarks(ctx: Context): Promise<void> {
  const { recipientId, envelopeId } = requireRecipient(ctx);
  const { organizationId, runtime } = ctx;
  const { rows, ...marks } = await inTransaction(ctx, (ctx) => adoptedMarks(ctx, recipientId));
  if (rows.length === 0) throw signingError("mark-missing", "nothing adopted");
  const kept: Omit<SavedMarkRow, "personKey" | "removedAt">[] = [];
  for (const { kind, method, content, sha256 } of rows) {
    const mark = marks[kind];
    const pixels = mark?.type === "uploaded" ? mark.image.rgba : null;
    const savedAt = ctx.now();
    const id = uuidV7(savedAt.getTime(), runtime.random(10));
    const fileKey = `org/${organizationId}/saved-marks/${id}.json.enc`;
    const bytes = fromUtf8(savedContent(content, pixels));
    await runtime.files.put(fileKey, [bytes], bytes.length);
    kept.push({ ...{ organizationId, id, kind, method, fileKey, sha256, savedAt } });
  }
  const stale = await inTransaction(ctx, async (ctx) => {
    const { recipient } = ceremonyOf(await loadCeremony(ctx, envelopeId, true), recipientId);
    const key = personKey(organizationId, reachedAt(recipient));
    const replaced = await removeSaved(ctx, key);
    await addSaved(
      ctx,
      kept.map((row) => ({ ...row, personKey: key })),
    );
    const data = { recipient: recipientId, kinds: kept.map(({ kind }) => kind) };
    await appendEvent(ctx, { type: "mark.kept", envelopeId, data });
    return replaced;
  });
  for (const key of stale) await runtime.files.delete(key);
}

/** Removes what a person kept: on their word alone, and not on that of who has an old link of theirs. */
export async function forgetMarks(ctx: Context): Promise<void> {
  const { recipientId, envelopeId } = requireRecipient(ctx);
  const stale = await inTransaction(ctx, async (ctx) => {
    const { recipient } = ceremonyOf(await loadCeremony(ctx, envelopeId, true), recipientId);
    const removed = await removeSaved(ctx, personKey(ctx.organizationId, reachedAt(recipient)));
    if (removed.length > 0)
      await appendEvent(ctx, { type: "mark.forgotten", envelopeId, data: { recipient: recipientId } });
    return removed;
  });
  for (const key of stale) await ctx.runtime.files.delete(key);
}

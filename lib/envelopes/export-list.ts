import type { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { fromUtf8 } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { requireReason } from "#lib/identity/access/require-reason.ts";
import { publicId } from "#lib/ids.ts";
import { csvLine } from "./core/csv.ts";
import { type EnvelopeList, type EnvelopeListItem, ListInput, readPage } from "./list-envelopes.ts";
import { listFolderRows } from "./organize-store.ts";

const COLUMNS = [
  ...["envelope", "number", "title", "state", "sender", "sent_at", "last_changed_at", "expires_at"],
  ...["ended_at", "template", "folder", "tags", "people", "people_done", "waiting_for"],
  ...["class", "signatures", "amount", "held", "archived"],
];
/** Spreadsheets read UTF-8 only where it says so. */
const BYTE_ORDER_MARK = "\ufeff";
const BATCH = 200;

/**
 * Everything the list holds for what a member looks for, as CSV that is written while it is read; that it was taken is
 * on record. Instants are ISO 8601, UTC; several tags or people are set apart by semicolons.
 *
 * @throws identity/reason-required
 */
export async function exportEnvelopes(
  ctx: Context,
  input: Omit<z.input<typeof ListInput>, "cursor" | "direction">,
) {
  const member = requirePermission(ctx, "envelope.read");
  const wanted = ListInput.parse(input);
  const fileName = `envelopes ${ctx.now().toISOString().slice(0, 10)}.csv`;
  const folders = await inTransaction(ctx, async (ctx) => {
    const reason = await requireReason(ctx, "export", null);
    const data = { kind: "envelope-list", file: fileName, view: wanted.view, reason };
    await appendEvent(ctx, { type: "evidence.downloaded", envelopeId: null, data });
    return new Map((await listFolderRows(ctx)).map(({ id, name }) => [id, name]));
  });
  let cursor: string | null = null;
  let isStarted = false;
  const bytes = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const page: EnvelopeList = await readPage(
        ctx,
        member,
        { ...wanted, cursor, direction: "older" },
        BATCH,
      );
      const head = isStarted ? "" : BYTE_ORDER_MARK + csvLine(COLUMNS);
      isStarted = true;
      const lines = page.items.map((item) => lineOf(item, folders.get(item.folderId ?? "") ?? ""));
      controller.enqueue(fromUtf8(head + lines.join("")));
      cursor = page.olderCursor;
      if (cursor === null) controller.close();
    },
  });
  return { fileName, contentType: "text/csv; charset=utf-8", sizeBytes: null, bytes };
}

const yes = (is: boolean) => (is ? "yes" : "");

function lineOf(item: EnvelopeListItem, folder: string): string {
  const { recipients } = item;
  const people = item.isReadable ? recipients : [];
  const instant = (at: Date | null) => at?.toISOString() ?? "";
  return csvLine([
    ...[
      publicId("envelope", item.id),
      item.shortId,
      item.isDestroyed ? "" : item.title,
      item.state,
      item.ownerName,
    ],
    ...[instant(item.sentAt), instant(item.changedAt), instant(item.expiresAt), instant(item.endedAt)],
    ...[item.template ?? "", folder, item.tags.join("; ")],
    people.map(({ name, email }) => (name ? `${name} <${email}>` : email)).join("; "),
    ...[
      `${people.filter(({ isDone }) => isDone).length}/${people.length}`,
      item.awaits.map(({ name }) => name).join("; "),
    ],
    ...[item.className ?? "", item.signatureKind, item.amount ?? "", yes(item.isHeld), yes(item.isFiledAway)],
  ]);
}

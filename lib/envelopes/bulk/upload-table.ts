import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { gatherBytes, toHex } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { cutText, shownLine } from "#lib/identity/core/typed-text.ts";
import { uuidV7 } from "#lib/ids.ts";
import { contactTable } from "../contacts.ts";
import { matchColumns } from "../core/bulk/mapping.ts";
import { envelopesError } from "../errors.ts";
import { checkRows } from "./check-rows.ts";
import { loadSource } from "./load-source.ts";
import { requireBulk } from "./may-send.ts";
import { findMapping, loadJob, saveJob, saveRows } from "./store.ts";

const Input = z.object({
  source: z.object({ kind: z.enum(["draft", "template"]), id: z.uuid() }),
  fileName: z.string().max(1_000),
});

/**
 * Takes in a table of people for something prepared: CSV in any usual form, or an XLSX workbook. Nothing is sent; columns
 * are matched by their names, and every row is looked at.
 *
 * @param bytes read no further than the limit, whatever their sender says of their length.
 * @returns the job's id
 * @throws envelopes/table-too-large and what reading a table throws; envelopes/bulk-withheld, not-a-draft
 */
export async function uploadTable(
  ctx: Context,
  input: z.input<typeof Input>,
  bytes: AsyncIterable<Uint8Array>,
): Promise<string> {
  requirePermission(ctx, "bulk.send");
  const { source: wanted, fileName } = Input.parse(input);
  const { source, member, remembered } = await inTransaction(ctx, async (ctx) => ({
    member: await requireBulk(ctx),
    source: await loadSource(ctx, wanted.kind, wanted.id),
    remembered: await findMapping(ctx, wanted.id),
  }));
  const table = await ctx.runtime.sandbox.run("readTable", {
    bytes: await gathered(ctx, bytes),
    mostRows: ctx.runtime.config.limits.tableRows,
  });

  const { random } = ctx.runtime;
  const createdAt = ctx.now();
  const newId = () => uuidV7(createdAt.getTime(), random(10));
  const id = newId();
  const { format, header, rows, sha256 } = table;
  await inTransaction(ctx, async (ctx) => {
    await saveJob(ctx, {
      ...{ organizationId: ctx.organizationId, id, ownerId: member.memberId, source, format, header },
      ...{ sourceKind: wanted.kind, sourceId: wanted.id, tableSha256: sha256 },
      fileName: cutText(shownLine(fileName) || "pasted", 200),
      mapping: matchColumns(header, source, remembered),
      ...{ state: "preparing", createdAt, changedAt: createdAt },
    });
    const numbered = rows.map(({ line, cells }, index) => ({ id: newId(), number: index + 1, line, cells }));
    await saveRows(ctx, id, numbered);
    await checkRows(ctx, await loadJob(ctx, id));
    await appendEvent(ctx, {
      type: "bulk-job.created",
      envelopeId: null,
      data: { job: id, source: wanted.id, rows: rows.length, format, tableSha256: toHex(sha256) },
    });
  });
  return id;
}

const ContactsInput = z.object({
  source: Input.shape.source,
  /** Null for all of them. */
  group: z.string().max(60).nullable(),
});

/**
 * The same for people who are a member's contacts, all of them or a group.
 *
 * @throws envelopes/no-contacts, and as above
 */
export async function uploadContacts(ctx: Context, input: z.input<typeof ContactsInput>): Promise<string> {
  requirePermission(ctx, "bulk.send");
  const { source, group } = ContactsInput.parse(input);
  const bytes = await contactTable(ctx, { group });
  async function* table() {
    yield bytes;
  }
  return uploadTable(ctx, { source, fileName: group ? `Contacts - ${group}` : "Contacts" }, table());
}

async function gathered({ runtime }: Context, bytes: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const most = runtime.config.limits.tableBytes;
  return gatherBytes(bytes, most, () => envelopesError("table-too-large", `more than ${most} bytes`));
}

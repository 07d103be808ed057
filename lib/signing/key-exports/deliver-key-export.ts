import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission, requireSystem } from "#lib/authorize.ts";
import { type Context, inTransaction, type WorkerContext } from "#lib/context.ts";
import { isRefusal } from "#lib/errors.ts";
import { exportState } from "../core/key-export.ts";
import { signingError } from "../errors.ts";
import { loadPlace, type SftpPlaceRow } from "../sftp-places/store.ts";
import { openPlace } from "../sftp-places/use-place.ts";
import { describeKey, namesIn } from "./describe-key.ts";
import { recordCustody } from "./record-custody.ts";
import { changeExport, type KeyExportRow, loadExport, loadOrganizationName, loadSealKey } from "./store.ts";

/** The name a packed key has wherever it goes. */
export const packedName = (exportId: string): string => `seal-key-${exportId.slice(-8)}.pfx`;

/**
 * Brings a packed key to its place over SFTP, to a server with the pinned key and no other, reads it back there and
 * compares. A refusal stands on the page; a server that is away is tried again.
 *
 * @throws sftp/unavailable
 */
export async function deliverKeyExport(
  ctx: WorkerContext,
  input: { readonly exportId: string },
): Promise<void> {
  requireSystem(ctx);
  const { exportId } = input;
  const row = await inTransaction(ctx, (ctx) => loadExport(ctx, exportId));
  if (!row.sftpPlaceId || exportState(row, ctx.now()) !== "ready") return;
  const placeRow = await inTransaction(ctx, (ctx) => loadPlace(ctx, row.sftpPlaceId!));
  const place = await openPlace(ctx, placeRow);
  const file = await ctx.runtime.files.open(row.fileKey!);
  try {
    await ctx.runtime.sftp.send(place, packedName(exportId), file.read(0, file.size));
  } catch (error) {
    if (!isRefusal(error)) throw error;
    await noteRefusal(ctx, exportId, error.code);
    if (error.kind === "unavailable") throw error;
    return;
  } finally {
    file.close();
  }
  await inTransaction(ctx, (ctx) => noteDelivery(ctx, exportId, placeRow));
}

async function noteRefusal(ctx: Context, exportId: string, refusal: string): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const row = await loadExport(ctx, exportId, true);
    if (row.takenAt || row.deliveryRefusal === refusal) return;
    await changeExport(ctx, exportId, { deliveryRefusal: refusal });
    const data = { export: exportId, place: row.sftpPlaceId, refusal };
    await appendEvent(ctx, { type: "key-export.undelivered", envelopeId: null, data });
  });
}

async function noteDelivery(ctx: Context, exportId: string, place: SftpPlaceRow): Promise<void> {
  const row: KeyExportRow = await loadExport(ctx, exportId, true);
  if (row.takenAt) return;
  await changeExport(ctx, exportId, { takenAt: ctx.now(), deliveryRefusal: null });
  const { name } = await loadOrganizationName(ctx);
  const names = await namesIn(ctx);
  const { userName, host, port, folder, hostKey } = place;
  await recordCustody(ctx, row, describeKey(await loadSealKey(ctx, row.signingKeyId), name), {
    action: "transfer",
    releasedBy: "Whereof",
    receivedBy: `${place.name}, for ${names(row.recipientId)}`,
    from: "encrypted file store",
    to: `${userName}@${host}:${port}, folder ${folder || "of the log-in"}, file ${packedName(exportId)}`,
    channel: `SFTP to the server with the pinned key ${hostKey}; read back there and compared`,
    purpose: row.reason,
    authority: row.contract,
    isWhole: true,
  });
  const data = { export: exportId, place: place.id, hostKey, sha256: row.sha256 };
  await appendEvent(ctx, { type: "key-export.delivered", envelopeId: null, data });
}

const Again = z.object({ exportId: z.uuid() });

/** Asks once more for a packed key to be brought to its place. @throws signing/export-not-ready */
export async function askDelivery(ctx: Context, input: z.input<typeof Again>): Promise<void> {
  requirePermission(ctx, "key-export.request");
  const { exportId } = Again.parse(input);
  await inTransaction(ctx, async (ctx) => {
    const row = await loadExport(ctx, exportId, true);
    if (!row.sftpPlaceId || exportState(row, ctx.now()) !== "ready")
      throw signingError("export-not-ready", `export ${exportId}`);
    await changeExport(ctx, exportId, { deliveryRefusal: null });
    const data = { export: exportId };
    await appendEvent(ctx, { type: "key-export.delivery-asked", envelopeId: null, data });
  });
}

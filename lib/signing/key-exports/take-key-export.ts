import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { stepUp } from "#lib/identity/step-up.ts";
import type { NewCustodyEntry } from "../core/custody.ts";
import { REVIEW_AFTER_MS, receiptProblem, takingProblem } from "../core/key-export.ts";
import { signingError } from "../errors.ts";
import { packedName } from "./deliver-key-export.ts";
import { describeKey, namesIn } from "./describe-key.ts";
import { requirePrivateWay, wayOf } from "./private-way.ts";
import { recordCustody } from "./record-custody.ts";
import { changeExport, type KeyExportRow, loadExport, loadOrganizationName, loadSealKey } from "./store.ts";

const Taking = z.object({ exportId: z.uuid(), password: z.string().max(1024) });

export interface TakenExport {
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly bytes: ReadableStream<Uint8Array>;
}

/**
 * Hands the packed key to the one person it was asked for, once. A download that breaks off is spent too: ask again.
 *
 * @throws identity/current-password-wrong, password-not-set; signing/export-not-recipient, export-already-taken,
 * export-expired, export-not-ready, export-by-sftp, export-not-encrypted
 */
export async function takeKeyExport(ctx: Context, input: z.input<typeof Taking>): Promise<TakenExport> {
  const { memberId } = requirePermission(ctx, "key-export.read");
  requirePrivateWay(ctx);
  const { exportId, password } = Taking.parse(input);
  await stepUp(ctx, password);
  const row = await inTransaction(ctx, async (ctx) => {
    const row = await loadExport(ctx, exportId, true);
    const problem = row.sftpPlaceId ? "export-by-sftp" : takingProblem(row, memberId, ctx.now());
    if (problem) throw signingError(problem, `export ${exportId}`);
    await changeExport(ctx, exportId, { takenAt: ctx.now() });
    await note(ctx, row, {
      action: "transfer",
      from: "encrypted file store",
      to: row.destination,
      channel: `${wayOf(ctx)}, once, by the named recipient after their password`,
      isWhole: null,
    });
    await appendEvent(ctx, { type: "key-export.taken", envelopeId: null, data: { export: exportId } });
    return row;
  });
  return {
    fileName: packedName(row.id),
    sizeBytes: row.sizeBytes!,
    sha256: row.sha256!,
    bytes: await ctx.runtime.files.stream(row.fileKey!),
  };
}

const Receipt = z.object({ exportId: z.uuid(), sha256: z.string().max(200) });

/**
 * Takes the recipient's word for what arrived: the SHA-256 of the file as they have it. With it the transfer ends. Another
 * hash is a line of the chain of custody too, who looks after keys is told, and the transfer stays open.
 *
 * @throws signing/export-hash-differs, export-not-recipient, export-not-taken, export-closed
 */
export async function confirmKeyExport(ctx: Context, input: z.input<typeof Receipt>): Promise<void> {
  const { memberId } = requirePermission(ctx, "key-export.read");
  const { exportId, sha256 } = Receipt.parse(input);
  const given = sha256.toLowerCase().replace(/[\s:]/g, "");
  const isSame = await inTransaction(ctx, async (ctx) => {
    const row = await loadExport(ctx, exportId, true);
    const problem = receiptProblem(row, memberId);
    if (problem) throw signingError(problem, `export ${exportId}`);
    const isSame = given === row.sha256;
    const data = { export: exportId, sha256: given };
    if (!isSame) {
      await note(ctx, row, {
        ...{ action: "receive", from: "Whereof", to: row.destination, channel: "receipt by SHA-256" },
        ...{ isWhole: false, foundSha256: given.slice(0, 200) },
      });
      await appendEvent(ctx, {
        ...{ type: "key-export.mismatched", envelopeId: null },
        data: { ...data, destination: row.destination },
      });
      return false;
    }
    const receivedAt = ctx.now();
    await changeExport(ctx, exportId, {
      receivedAt,
      reviewDueAt: new Date(receivedAt.getTime() + REVIEW_AFTER_MS),
    });
    await note(ctx, row, {
      action: "receive",
      from: "Whereof",
      to: row.destination,
      channel: "receipt by SHA-256",
      isWhole: true,
    });
    await appendEvent(ctx, { type: "key-export.received", envelopeId: null, data });
    return true;
  });
  if (!isSame) throw signingError("export-hash-differs", "another file arrived");
}

type Handing = Pick<NewCustodyEntry, "action" | "from" | "to" | "channel" | "isWhole" | "foundSha256">;

async function note(ctx: Context, row: KeyExportRow, handing: Handing): Promise<void> {
  const { name } = await loadOrganizationName(ctx);
  const names = await namesIn(ctx);
  await recordCustody(ctx, row, describeKey(await loadSealKey(ctx, row.signingKeyId), name), {
    ...handing,
    releasedBy: "Whereof",
    receivedBy: names(row.recipientId),
    purpose: row.reason,
    authority: row.contract,
  });
}

import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { hasPermission, requireMember, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { requireReason } from "#lib/identity/access/require-reason.ts";
import { getCeremony } from "#lib/signing/key-ceremonies/get-ceremonies.ts";
import { fileNameFor } from "../core/file-name.ts";
import type { Download } from "../download.ts";
import { evidenceError } from "../errors.ts";
import { loadKeyRecords, loadOrganization } from "./store.ts";

const Input = z.object({
  kind: z.enum(["project", "ceremony", "custody", "backup", "certificate-check", "key-test"]),
  subjectId: z.uuid(),
});

const NAMES = {
  project: "key project",
  ceremony: "key ceremony",
  custody: "chain of custody",
  backup: "key backup",
  "certificate-check": "certificate check",
  "key-test": "test signing",
} as const;

export interface KeyRecordView {
  readonly edition: number;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly createdAt: Date;
}

/** The newest sealed record of something; null while there is none. @throws authorize/not-allowed; signing/not-found */
export async function findKeyRecord(
  ctx: Context,
  input: z.input<typeof Input>,
): Promise<KeyRecordView | null> {
  requireMember(ctx);
  const { kind, subjectId } = Input.parse(input);
  await requireReader(ctx, kind, subjectId);
  const [newest] = await inTransaction(ctx, (ctx) => loadKeyRecords(ctx, kind, subjectId));
  if (!newest) return null;
  const { edition, sha256, sizeBytes, createdAt } = newest;
  return { edition, sha256, sizeBytes, createdAt };
}

/**
 * Gives the newest sealed record, and records that.
 *
 * @throws evidence/not-found; identity/reason-required, and as `findKeyRecord`
 */
export async function downloadKeyRecord(ctx: Context, input: z.input<typeof Input>): Promise<Download> {
  requireMember(ctx);
  const { kind, subjectId } = Input.parse(input);
  await requireReader(ctx, kind, subjectId);
  const found = await inTransaction(ctx, async (ctx) => {
    const [newest] = await loadKeyRecords(ctx, kind, subjectId);
    if (!newest) throw evidenceError("not-found", `no record of ${kind} ${subjectId}`);
    const { settings } = await loadOrganization(ctx);
    const reason = await requireReason(ctx, "export", null);
    const data = { record: newest.id, kind, subject: subjectId, edition: newest.edition, reason };
    await appendEvent(ctx, { type: "key-record.downloaded", envelopeId: null, data });
    return { newest, pattern: settings.fileNamePattern };
  });
  const { newest, pattern } = found;
  const parts = {
    ...{ title: `Record ${subjectId.slice(-8)}`, envelope: subjectId.slice(-8), kind: NAMES[kind] },
    ...{ name: `edition ${newest.edition}`, serial: "", date: newest.createdAt.toISOString().slice(0, 10) },
  };
  return {
    fileName: fileNameFor(pattern, parts, ".pdf"),
    contentType: "application/pdf",
    sizeBytes: newest.sizeBytes,
    bytes: await ctx.runtime.files.stream(newest.fileKey),
  };
}

/** Who took part in a ceremony may have its record without any other right. */
async function requireReader(ctx: Context, kind: keyof typeof NAMES, subjectId: string): Promise<void> {
  const member = requireMember(ctx);
  if (kind !== "ceremony" || hasPermission(member, "certificate.read"))
    requirePermission(ctx, "certificate.read");
  else await getCeremony(ctx, { ceremonyId: subjectId });
}

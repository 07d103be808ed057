import { publishedCheckpoint } from "#lib/audit/published-log.ts";
import { fromUtf8, sha256, sha256Of, toHex } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { PackageId } from "#lib/ids.ts";
import { signatureFieldsOf } from "#lib/pdf/form.ts";
import { PdfFile } from "#lib/pdf/reader.ts";
import { contentsOf } from "#lib/pdf/signature.ts";
import { parseTimestampResponse } from "#lib/pki/core/timestamps/timestamp-response.ts";
import type { CoveredFile } from "../core/stamp-line.ts";
import { evidenceError } from "../errors.ts";
import { loadPackage } from "../store.ts";
import type { SealedRecord } from "./store.ts";

export interface RecordFiles {
  readonly files: readonly CoveredFile[];
  /** The record's own time-stamp, DER; null where it has none. */
  readonly token: Uint8Array | null;
}

/**
 * What a record consists of, read and hashed now, and the time-stamp that is in it.
 *
 * @throws evidence/record-differs where it is not what was stored; files/unavailable …
 */
export async function recordFiles(ctx: Context, record: SealedRecord): Promise<RecordFiles> {
  if (record.kind === "package") return packageFiles(ctx, record);
  if (record.kind === "checkpoint") return checkpointFiles(ctx, Number(record.subject));
  const file = await ctx.runtime.files.open(record.fileKey!);
  try {
    const found = sha256Of(file);
    if (found !== record.sha256) throw evidenceError("record-differs", `${record.kind} ${record.subject}`);
    const pdf = PdfFile.open(file);
    const newest = signatureFieldsOf(pdf).findLast(
      ({ signature }) => pdf.name(signature.get("SubFilter")) === "ETSI.RFC3161",
    );
    return {
      files: [{ name: `${record.kind}.pdf`, sha256: found }],
      token: newest ? contentsOf(pdf, newest.signature) : null,
    };
  } finally {
    file.close();
  }
}

/** The manifest names every file of its package with its hash. */
async function packageFiles(ctx: Context, { subject }: SealedRecord): Promise<RecordFiles> {
  const row = await inTransaction(ctx, (ctx) => loadPackage(ctx, subject as PackageId));
  const { manifest, manifestCms: cms, manifestTimestamp: timestamp } = row;
  if (manifest === null || !cms || !timestamp) throw evidenceError("not-found", `manifest of ${subject}`);
  return {
    files: [
      { name: "manifest.json", sha256: toHex(sha256(fromUtf8(manifest))) },
      { name: "manifest.p7s", sha256: toHex(sha256(cms)) },
      { name: "manifest.tsr", sha256: toHex(sha256(timestamp)) },
    ],
    token: parseTimestampResponse(timestamp).tokenDer,
  };
}

/** A checkpoint covers all that stood in the log before it, and so every earlier one. */
async function checkpointFiles(ctx: Context, size: number): Promise<RecordFiles> {
  const found = await publishedCheckpoint(ctx.runtime, size);
  if (!found) throw evidenceError("not-found", `checkpoint ${size}`);
  const { note, timestampToken: token } = found;
  return {
    files: [
      { name: "checkpoint", sha256: toHex(sha256(fromUtf8(note))) },
      { name: "checkpoint.tst", sha256: toHex(sha256(token)) },
    ],
    token,
  };
}

import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { requireOwn, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { requireReason } from "#lib/identity/access/require-reason.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { isNamedOnce, nameInZip } from "./core/zip/name-in-zip.ts";
import { type LateZipInput, writeZip } from "./core/zip/write-zip.ts";
import { type Download, findFile, type Wanted } from "./download.ts";
import { evidenceError } from "./errors.ts";
import { lookAt } from "./scanned-files.ts";
import { type EnvelopeRecord, loadRecord } from "./store.ts";

const MOST = 100;
/** What is sent in one go; more is taken in parts. */
const MOST_BYTES = 4 * 1024 ** 3;

const Input = z.object({
  envelopeIds: z
    .array(z.uuid().transform((id) => id as EnvelopeId))
    .min(1)
    .max(MOST),
});

/**
 * The documents of several envelopes as they stand, and the audit trails of those that are complete, as one ZIP file with
 * a folder for each; that it was taken stands in the trail of every one. None is given where one may not be.
 *
 * @throws evidence/not-found, destroyed, too-much, nothing-to-download; identity/reason-required; authorize/not-allowed
 */
export async function downloadMany(ctx: Context, input: z.input<typeof Input>): Promise<Download> {
  const member = requirePermission(ctx, "evidence.download");
  const { envelopeIds } = Input.parse(input);
  const at = ctx.now();
  const fileName = `envelopes ${at.toISOString().slice(0, 10)}.zip`;
  const files = await inTransaction(ctx, async (ctx) => {
    const reason = await requireReason(ctx, "download", null);
    const files: LateZipInput[] = [];
    // In one order for everybody, so that two who take the same do not wait for each other.
    for (const envelopeId of [...new Set(envelopeIds)].toSorted()) {
      const record = await loadRecord(ctx, envelopeId);
      requireOwn(member, record.envelope, "envelope.read-all");
      const own = await filesOf(ctx, record);
      if (own.length === 0) continue;
      files.push(...own);
      const data = { kind: "several", file: personal(fileName), reason };
      await appendEvent(ctx, { type: "evidence.downloaded", envelopeId, data });
    }
    if (files.length === 0) throw evidenceError("nothing-to-download", `${envelopeIds.length} envelopes`);
    const sizeBytes = files.reduce((sum, one) => sum + one.sizeBytes, 0);
    if (sizeBytes > MOST_BYTES) throw evidenceError("too-much", `${sizeBytes} bytes`);
    return files;
  });
  return { fileName, contentType: "application/zip", sizeBytes: null, bytes: streamed(writeZip(files, at)) };
}

/** What of an envelope goes along, in a folder of its own. */
async function filesOf(ctx: Context, record: EnvelopeRecord): Promise<LateZipInput[]> {
  const { title, shortId, state } = record.envelope;
  const folder = nameInZip(`${shortId} ${title}`, "", 80);
  const wanted: Wanted[] = record.documents.map(({ id }) => ({
    ...{ kind: "document" as const, documentId: id, variant: "current" as const },
  }));
  if (state === "completed") wanted.push({ kind: "audit-trail" });
  const isFree = isNamedOnce();
  const files: LateZipInput[] = [];
  for (const one of wanted) {
    const { fileName, sizeBytes, open } = await findFile(ctx, record, one);
    const [, stem = fileName, ending = ""] = /^(.*?)(\.\w{1,8})?$/su.exec(fileName) ?? [];
    let name = nameInZip(stem, ending, 110);
    for (let count = 2; !isFree(name); count++) name = nameInZip(stem, ` ${count}${ending}`, 110);
    files.push({
      ...{ name: `${folder}/${name}`, sizeBytes: sizeBytes ?? 0 },
      look: async () => lookAt(readFrom(await open())),
      open: async () => readFrom(await open()),
    });
  }
  return files;
}

async function* readFrom(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    await reader.cancel();
  }
}

const streamed = (pieces: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> =>
  new ReadableStream({
    async pull(controller) {
      const { done, value } = await pieces.next();
      if (done) controller.close();
      // Whoever reads a stream may keep what it gives; a stored file's piece holds only until the next one.
      else controller.enqueue(value.slice());
    },
    async cancel() {
      await pieces.return(undefined);
    },
  });

import { canonicalJson, type Json } from "#lib/audit/core/canonical-json.ts";
import { type AuditEntry, readOwnChain } from "#lib/audit/read-chain.ts";
import { fromUtf8, sha256, toHex } from "#lib/bytes.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import type { RecipientId } from "#lib/ids.ts";
import type { GivenFile } from "./core/field-values.ts";
import {
  notAsSent,
  notAsSigned,
  type RecordedSending,
  recordedFiles,
  recordedSending,
} from "./core/recorded.ts";
import { isShown } from "./core/shown-documents.ts";
import { signingError } from "./errors.ts";
import type { AdoptedMarks } from "./marks.ts";
import { type LoadedCeremony, loadSealed, type MarkRow } from "./store.ts";

// Between the press of a button and the signature lie seconds or days in a database. What is signed is what the trail
// says, which nobody can write who does not have the master key.

/**
 * Looks whether documents, fields and rules are as they were sent. Nothing may be certified otherwise.
 *
 * @throws signing/not-as-recorded
 */
export async function requireAsSent(ctx: WorkerContext, loaded: LoadedCeremony): Promise<void> {
  await readSending(ctx, loaded);
}

/**
 * Looks whether who a person is, what they entered, their marks and files are as they were when they pressed, and what
 * they signed as it was sent.
 *
 * @throws signing/not-as-recorded
 */
export async function requireAsSigned(
  ctx: WorkerContext,
  loaded: LoadedCeremony,
  recipientId: RecipientId,
  { marks, files }: { readonly marks: StoredMarks; readonly files: ReadonlyMap<string, GivenFile> },
): Promise<void> {
  const { entries, sending } = await readSending(ctx, loaded);
  const recipient = loaded.recipients.find(({ id }) => id === recipientId)!;
  const act = entries.find(({ id }) => id === recipient.finishedEventId);
  if (act?.type !== "recipient.signed") throw refusal(loaded, ["the act"]);
  const sealed = await inTransaction(ctx, (ctx) => loadSealed(ctx, loaded.envelope.id));
  const fields = loaded.fields
    .filter((field) => field.recipientId === recipientId)
    .map(({ id, type, documentId, page }) => ({
      ...{ id, type, documentId, page },
      value: loaded.values.get(id) ?? "",
      sealedSha256: sealed.get(id)?.sealedSha256 ?? null,
      fileSha256: files.get(id)?.sha256 ?? null,
    }));
  const documentIds = loaded.documents.map(({ id }) => id).filter((id) => isShown(recipient, id));
  const own = marks.rows.map(({ kind }) => ({ kind, sha256: markDigest(marks, kind) }));
  const found = notAsSigned(act.data, sending, recordedFiles(entries), {
    recipient,
    documentIds,
    fields,
    marks: own,
  });
  if (found.length > 0) throw refusal(loaded, found);
}

type StoredMarks = AdoptedMarks & { readonly rows: readonly MarkRow[] };

/** Of what will be drawn, as `prepareMark` takes it. */
function markDigest(marks: StoredMarks, kind: MarkRow["kind"]): string {
  const mark = marks[kind];
  const row = marks.rows.find((candidate) => candidate.kind === kind)!;
  const bytes = mark?.type === "uploaded" ? mark.image.rgba : fromUtf8(canonicalJson(row.content as Json));
  return toHex(sha256(bytes));
}

async function readSending(
  ctx: WorkerContext,
  loaded: LoadedCeremony,
): Promise<{ readonly entries: readonly AuditEntry[]; readonly sending: RecordedSending }> {
  const { envelope, recipients: people, fields, documents, revisions } = loaded;
  const entries = await inTransaction(ctx, (ctx) => readOwnChain(ctx, envelope.id));
  const sending = entries && recordedSending(entries);
  if (!sending) throw refusal(loaded, ["the trail"]);
  const originals = documents.map(({ id, keepsSignatures }) => {
    const original = revisions.find(({ documentId, number }) => documentId === id && number === 0);
    return { id, sha256: original?.sha256 ?? "", keepsSignatures };
  });
  const found = notAsSent(sending, { fields, rules: envelope.rules, people, documents: originals });
  if (found.length > 0) throw refusal(loaded, found);
  return { entries, sending };
}

const refusal = ({ envelope }: LoadedCeremony, found: readonly string[]) =>
  signingError("not-as-recorded", `envelope ${envelope.id}: ${found.slice(0, 20).join(", ")}`);

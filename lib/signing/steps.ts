import type { Hash } from "node:crypto";
import { createHash } from "node:crypto";
import diagnostics from "node:diagnostics_channel";
import { appendEvent, type NewEvent } from "#lib/audit/append-event.ts";
import { type ByteSource, concatSource, scan, sha256, toHex } from "#lib/bytes.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { type CertificateId, type DocumentId, type EnvelopeId, type RecipientId, uuidV7 } from "#lib/ids.ts";
import { PdfFile } from "#lib/pdf/reader.ts";
import type { HashState } from "#lib/pdf/signature.ts";
import type { OpenFile } from "#lib/ports/files.ts";
import { signingError } from "./errors.ts";
import {
  changeStep,
  findOpenStep,
  findStep,
  loadRevisions,
  lockDocument,
  type RevisionRow,
  type StepRow,
  saveRevision,
  saveStep,
} from "./store.ts";

/** Whoever listens learns of every point that is passed: tests kill the process at each of them. */
const points = diagnostics.channel("whereof.step");
export const reached = (point: string): void => points.publish({ point });

export interface StepRequest {
  readonly envelopeId: EnvelopeId;
  readonly documentId: DocumentId;
  readonly kind: StepRow["kind"];
  readonly recipientId: RecipientId | null;
  /** For a step that is done more than once: the revision it follows. Nothing is done when another is the newest. */
  readonly after?: number;
}

/** The document a step goes on from. */
export interface Head {
  readonly revision: number;
  readonly sha256: string;
  readonly source: ByteSource;
  readonly file: PdfFile;
  /** A hash of the whole head, to go on from; taken up only when this process made the head itself. */
  readonly hashed: HashState | undefined;
}

export interface StepResult {
  /** Appended to the head; null when nothing was missing. */
  readonly tail: Uint8Array | null;
  /** A hash of the document up to a place inside the tail, if there is one at hand. */
  readonly hashed?: HashState;
  readonly certificateId?: CertificateId;
  /** What the result's own transaction adds besides the revision. */
  commit(
    ctx: WorkerContext,
    made: { readonly revision: number; readonly sha256: string },
  ): Promise<NewEvent | null>;
}

/** Hashes of heads this process made: the next signature need not read the file again. */
const hashedHeads = new Map<string, HashState>();
const REMEMBERED_HEADS = 500;

/**
 * Does one step on one document: the intent is stored, then the work is done outside any transaction, then its
 * result is accepted if the document is still the one it was made for. Done twice, it happens once; cut off
 * anywhere, it starts again from the intent.
 *
 * @throws signing/step-under-way, base-moved: another step comes first, try again
 */
export async function runStep(
  ctx: WorkerContext,
  request: StepRequest,
  work: (step: StepRow, head: Head) => Promise<StepResult>,
): Promise<void> {
  const step = await inTransaction(ctx, (ctx) => intend(ctx, request));
  if (!step || step.doneAt !== null) return;
  reached(`${request.kind}: intended`);
  const { head, close } = await openHead(ctx, request.documentId, step.revision - 1);
  try {
    if (head.sha256 !== step.baseSha256) throw signingError("base-moved", `document ${request.documentId}`);
    const result = await work(step, head);
    reached(`${request.kind}: worked`);
    const made = result.tail ? await storeTail(ctx, request, step, head, result) : null;
    reached(`${request.kind}: stored`);
    await inTransaction(ctx, (ctx) => accept(ctx, request, step, head, result, made));
    reached(`${request.kind}: accepted`);
  } finally {
    close();
  }
}

async function intend(
  ctx: WorkerContext,
  { envelopeId, documentId, kind, recipientId, after }: StepRequest,
): Promise<StepRow | null> {
  await lockDocument(ctx, documentId);
  const known = await findStep(ctx, documentId, kind, recipientId, after);
  if (known) return known;
  const other = await findOpenStep(ctx, documentId);
  if (other) throw signingError("step-under-way", `${other.kind} on document ${documentId}`);
  const head = (await loadRevisions(ctx, [documentId])).at(-1);
  if (!head || head.number === 0) throw signingError("not-ready", `document ${documentId} is not prepared`);
  if (after !== undefined && head.number !== after) return null;
  const at = ctx.now();
  const row: StepRow = {
    organizationId: ctx.organizationId,
    id: uuidV7(at.getTime(), ctx.runtime.random(10)),
    ...{ envelopeId, documentId, kind, recipientId, at },
    revision: head.number + 1,
    certificateId: null,
    baseSha256: head.sha256,
    seed: ctx.runtime.random(32),
    doneAt: null,
  };
  await saveStep(ctx, row);
  return row;
}

interface StoredTail {
  readonly fileKey: string;
  readonly fileSha256: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

async function storeTail(
  ctx: WorkerContext,
  { envelopeId, documentId, kind }: StepRequest,
  step: StepRow,
  head: Head,
  { tail, hashed }: StepResult,
): Promise<StoredTail> {
  const bytes = tail!;
  const attempt = toHex(ctx.runtime.random(4));
  const folder = `org/${ctx.organizationId}/envelopes/${envelopeId}/${documentId}`;
  const fileKey = `${folder}/${kind}-${step.revision}-${attempt}.tail.enc`;
  const stored = await ctx.runtime.files.put(fileKey, [bytes], bytes.length);
  const hash = continueHash(head.source, bytes, hashed);
  const sizeBytes = head.source.size + bytes.length;
  const digest = new Uint8Array(hash.copy().digest());
  remember(toHex(digest), { position: sizeBytes, hash });
  return { fileKey, fileSha256: stored.sha256, sha256: toHex(digest), sizeBytes };
}

/** SHA-256 of head and tail together, from wherever a hash of them stands already. */
function continueHash(source: ByteSource, tail: Uint8Array, from: HashState | undefined): Hash {
  const hash = from ? from.hash.copy() : createHash("sha256");
  const whole = concatSource(source, {
    size: tail.length,
    read: (at, length) => tail.subarray(at, at + length),
  });
  for (const piece of scan(whole, from?.position ?? 0)) hash.update(piece);
  return hash;
}

function remember(sha256: string, state: HashState): void {
  hashedHeads.set(sha256, state);
  if (hashedHeads.size > REMEMBERED_HEADS) hashedHeads.delete(hashedHeads.keys().next().value!);
}

async function accept(
  ctx: WorkerContext,
  { envelopeId, documentId, kind, recipientId, after }: StepRequest,
  step: StepRow,
  head: Head,
  result: StepResult,
  made: StoredTail | null,
): Promise<void> {
  await lockDocument(ctx, documentId);
  const known = await findStep(ctx, documentId, kind, recipientId, after);
  if (known?.doneAt) return;
  const newest = (await loadRevisions(ctx, [documentId])).at(-1)!;
  if (newest.number !== head.revision || newest.sha256 !== head.sha256)
    throw signingError("base-moved", `document ${documentId} is at ${newest.number}`);
  const createdAt = ctx.now();
  if (made) {
    const { organizationId } = ctx;
    await saveRevision(ctx, {
      organizationId,
      documentId,
      number: step.revision,
      kind,
      recipientId,
      createdAt,
      ...made,
    });
  }
  await changeStep(ctx, step.id, { doneAt: createdAt, certificateId: result.certificateId ?? null });
  const event = await result.commit(ctx, { revision: step.revision, sha256: made?.sha256 ?? head.sha256 });
  if (event) await appendEvent(ctx, { ...event, envelopeId });
}

/** A document as it is after a revision: its base file and every tail since, opened as one. */
export async function openRevision(
  ctx: Pick<WorkerContext, "runtime">,
  revisions: readonly RevisionRow[],
  number: number,
): Promise<{ source: ByteSource; sha256: string; close(): void }> {
  const parts = revisions.filter((revision) => revision.number >= 1 && revision.number <= number);
  const newest = parts.at(-1);
  if (!newest) throw signingError("not-ready", `no revision ${number}`);
  const files: OpenFile[] = [];
  const close = () => {
    for (const file of files) file.close();
  };
  try {
    for (const part of parts) files.push(await ctx.runtime.files.open(part.fileKey));
  } catch (error) {
    close();
    throw error;
  }
  return { source: files.length === 1 ? files[0]! : concatSource(...files), sha256: newest.sha256, close };
}

async function openHead(ctx: WorkerContext, documentId: DocumentId, number: number) {
  const revisions = await inTransaction(ctx, (ctx) => loadRevisions(ctx, [documentId]));
  const { source, sha256, close } = await openRevision(ctx, revisions, number);
  try {
    const head: Head = {
      revision: number,
      sha256,
      source,
      file: PdfFile.open(source),
      hashed: hashedHeads.get(sha256),
    };
    return { head, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** SHA-256 of bytes, lower-case hex. */
export const hexSha256 = (bytes: Uint8Array): string => toHex(sha256(bytes));

import { type ByteSource, concatBytes, concatSource, fromUtf8, sha256, sourceOf } from "#lib/bytes.ts";
import type { WorkerContext } from "#lib/context.ts";
import type { DocumentId, EnvelopeId } from "#lib/ids.ts";
import { addValidationData } from "#lib/pdf/dss.ts";
import { signatureFieldsOf } from "#lib/pdf/form.ts";
import { PdfFile } from "#lib/pdf/reader.ts";
import { contentsOf, type HashState } from "#lib/pdf/signature.ts";
import { timestampUntil } from "#lib/pki/timestamp-until.ts";
import { requireLonger } from "./core/outlast.ts";
import { signingError } from "./errors.ts";
import { makeDocumentTimestamp } from "./make-signature.ts";
import { recordArchiveTimestamp } from "./record-archive-timestamp.ts";
import { runStep } from "./steps.ts";
import { collectTimestampStatus } from "./validation-data.ts";

export interface Renewal {
  /** To be appended to the file. */
  readonly tail: Uint8Array;
  readonly hashed: HashState;
  /** How long the new time-stamp can be checked without another one over it. */
  readonly until: Date;
}

/**
 * Puts a new time-stamp over a file while the one it ends with can still be checked, and with it what will be needed
 * to check that one later.
 *
 * @param seed 32 random bytes. @throws pki/status-unavailable, timestamps/unavailable: nothing was changed, try again
 * @see EN 319 142-1 §5.5, annex A.3
 */
export async function renewTimestamp(
  ctx: WorkerContext,
  { file, source }: { readonly file: PdfFile; readonly source: ByteSource },
  seed: Uint8Array,
): Promise<Renewal> {
  const newest = signatureFieldsOf(file).findLast(({ signature }) => isTimestamp(file, signature));
  if (!newest) throw signingError("not-ready", "the file has no archive time-stamp");
  const data = await collectTimestampStatus(ctx, contentsOf(file, newest.signature));
  const status = addValidationData(file, data, seed) ?? new Uint8Array();
  const withStatus = status.length > 0 ? concatSource(source, sourceOf(status)) : source;
  const base = { file: PdfFile.open(withStatus), source: withStatus, hashed: undefined };
  const made = await makeDocumentTimestamp(ctx, base, sha256(seed, fromUtf8("time-stamp")));
  return {
    tail: concatBytes([status, made.tail]),
    hashed: made.hashed,
    until: timestampUntil(made.timestamp!),
  };
}

const isTimestamp = (file: PdfFile, signature: Parameters<typeof contentsOf>[1]) =>
  file.name(signature.get("SubFilter")) === "ETSI.RFC3161";

/**
 * Renews the archive time-stamp of a document, as a revision of its own. Does nothing when `after` is not the newest
 * revision any more.
 *
 * @param number of the new time-stamp in the document's line of them. @param outlasts the end of the one before.
 * @throws as `renewTimestamp`, and signing/not-ready when it would last no longer
 */
export async function renewDocumentTimestamp(
  ctx: WorkerContext,
  input: {
    readonly envelopeId: EnvelopeId;
    readonly documentId: DocumentId;
    readonly number: number;
    readonly after: number;
    readonly outlasts: Date;
  },
): Promise<void> {
  const { envelopeId, documentId, number, after, outlasts } = input;
  const request = { envelopeId, documentId, kind: "renewed", recipientId: null, after } as const;
  await runStep(ctx, request, async (step, head) => {
    const { tail, hashed, until } = await renewTimestamp(ctx, head, step.seed);
    requireLonger(until, outlasts);
    return {
      tail,
      hashed,
      async commit(ctx, { revision, sha256 }) {
        await recordArchiveTimestamp(ctx, { envelopeId, documentId, number, until });
        const data = { document: documentId, revision, sha256, until: until.toISOString() };
        return { type: "archive-timestamp.renewed", envelopeId, data };
      },
    };
  });
}

import type { EventData } from "#lib/audit/core/commitment.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { concatBytes } from "#lib/bytes.ts";
import type { Context } from "#lib/context.ts";
import { cutText, shownLine } from "#lib/identity/core/typed-text.ts";
import { type DocumentId, type EnvelopeId, type OrganizationId, uuidV7 } from "#lib/ids.ts";
import { publishedTrust } from "#lib/pki/published.ts";
import type { FileHandle, StoredFile } from "#lib/ports/files.ts";
import { conversionError } from "#lib/ports/office.ts";
import type { EarlierSignatures } from "../core/documents/earlier-signatures.ts";
import { type Looks, type Unlikeness, unlikeness } from "../core/documents/source-likeness.ts";
import { HEAD_BYTES, type UploadKind, uploadKind } from "../core/documents/upload-kind.ts";
import { ENVELOPE_LIMITS } from "../core/draft.ts";
import { envelopesError } from "../errors.ts";
import type { NewDocument, SourceInsert } from "../store.ts";

export interface Upload {
  readonly envelopeId: EnvelopeId;
  readonly name: string;
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly flattenSignatures: boolean;
  /** Others are to sign the file itself, so that the signatures in it stay valid. */
  readonly keepSignatures: boolean;
  readonly limitBytes: number;
  /** Opens a PDF that opens with a password only. */
  readonly password: string | null;
  readonly paper: "a4" | "letter";
}

type AddedFiles = Pick<TakenUpload, "document" | "revision">;

export interface TakenUpload {
  readonly document: Omit<NewDocument["row"], "position">;
  readonly revision: NewDocument["revision"];
  readonly sources: readonly SourceInsert[];
  /** Forgets every file of it. */
  discard(): Promise<void>;
}

/** What normalizes by itself and needs no password is kept as it came; everything else becomes a PDF first. */
const UNLOCKED_BY = "Whereof, with the password given";
const DRAWN_BY = "Whereof";

/**
 * Stores an upload and makes of it the PDF that is prepared on. What arrived is kept byte for byte: as the document's
 * first revision when it is a PDF, else beside it.
 *
 * @throws conversion/…, pdf/…, files/too-large; nothing stays behind
 */
export async function takeUpload(ctx: Context, upload: Upload): Promise<TakenUpload> {
  const { files, random } = ctx.runtime;
  const id = uuidV7(ctx.now().getTime(), random(10)) as DocumentId;
  const folder = `org/${ctx.organizationId}/envelopes/${upload.envelopeId}/${id}`;
  const keys = {
    original: `${folder}/original-0.pdf.enc`,
    preview: `${folder}/preview.pdf.enc`,
    source: `${folder}/source-0.enc`,
  };
  const discard = async () => {
    await Promise.allSettled(Object.values(keys).map((key) => files.delete(key)));
  };
  try {
    const { head, bytes } = await peek(upload.bytes);
    const kind = uploadKind(head, upload.name);
    const made = await originalOf(ctx, { ...upload, bytes }, kind, keys);
    const isSignedFile = upload.keepSignatures || upload.flattenSignatures;
    const preview = made.preview ?? (await normalizedCopy(ctx, keys.original, isSignedFile));
    const changes = preview.result.changes as Readonly<Record<string, number>>;
    const key = made.source ? keys.source : keys.original;
    const earlier = isSignedFile ? await earlierIn(ctx, key, changes, upload) : null;
    const stored = await files.put(keys.preview, [preview.bytes], preview.bytes.length);
    const createdAt = ctx.now();
    const { organizationId } = ctx;
    return {
      document: {
        ...{ organizationId, id, envelopeId: upload.envelopeId, createdAt },
        name: made.source ? pdfName(fileName(upload.name)) : fileName(upload.name),
        pages: preview.result.pages,
        changes: {
          ...(upload.keepSignatures ? { "signatures-kept": earlier!.signatures.length } : changes),
          ...made.notes,
          ...(made.looks
            ? unlikenessCounts(
                unlikeness(made.looks.source, { ...made.looks.pdf, pages: preview.result.pages.length }),
              )
            : {}),
        },
        flattensSignatures: upload.flattenSignatures,
        keepsSignatures: upload.keepSignatures,
        earlierSignatures: earlier,
        holdsHealth: false,
        previewKey: keys.preview,
        previewSha256: stored.sha256,
        removedAt: null,
        origin: null,
      },
      revision: revisionOf(organizationId, id, made.original, createdAt),
      sources: made.source
        ? [
            {
              ...{ organizationId, documentId: id, position: 0, name: fileName(upload.name), createdAt },
              ...{ mediaType: made.source.mediaType, convertedBy: made.source.by, fileKey: keys.source },
              ...{ sha256: made.source.stored.sha256, sizeBytes: made.source.stored.sizeBytes },
            },
          ]
        : [],
      discard,
    };
  } catch (error) {
    await discard();
    throw error;
  }
}

export const revisionOf = (
  organizationId: OrganizationId,
  documentId: DocumentId,
  { key, sha256, sizeBytes }: StoredFile,
  createdAt: Date,
): NewDocument["revision"] => ({
  ...{ organizationId, documentId, number: 0, kind: "original", createdAt },
  ...{ fileKey: key, fileSha256: sha256, sha256, sizeBytes },
});

/** What the trail says of a document that came in. */
export const addedEvent = ({ document, revision }: AddedFiles) => ({
  document: document.id as string,
  name: personal(document.name),
  sha256: revision.sha256,
  sizeBytes: revision.sizeBytes,
  pages: document.pages.length,
  changes: document.changes as EventData,
  ...(document.earlierSignatures ? { earlierSignatures: describeEarlier(document.earlierSignatures) } : {}),
  ...(document.keepsSignatures ? { keepsSignatures: true } : {}),
});

/** Whose they are stands in the certificates, which stay with the file. */
const describeEarlier = ({ signatures }: EarlierSignatures) =>
  signatures.map(({ kind, verdict, isIntact, certificate, at }) => ({
    ...{ kind, verdict, isIntact, at },
    certificateSha256: certificate?.sha256 ?? null,
  }));

/** What it says of the file it was made from. */
export const convertedEvent = ({
  documentId,
  name,
  mediaType,
  sha256,
  sizeBytes,
  convertedBy,
}: SourceInsert) => ({
  ...{ document: documentId as string, name: personal(name), mediaType, sha256, sizeBytes },
  with: convertedBy,
});

interface Made {
  readonly original: StoredFile;
  readonly preview: Normal | null;
  readonly source: { readonly stored: StoredFile; readonly mediaType: string; readonly by: string } | null;
  readonly notes: Readonly<Record<string, number>>;
  /** Of an office document: what it says of its looks, and the fonts of the PDF made of it. */
  readonly looks?: { readonly source: Looks; readonly pdf: Pick<Looks, "fonts"> };
}

/** Which fonts they are is told by `compareSource`. */
const unlikenessCounts = ({ pagesSaid, fontsMissing }: Unlikeness): Readonly<Record<string, number>> => ({
  ...(pagesSaid === null ? {} : { "pages-unlike": pagesSaid }),
  ...(fontsMissing.length > 0 ? { "fonts-unlike": fontsMissing.length } : {}),
});

type Normal = Awaited<ReturnType<typeof normalizedCopy>>;

async function originalOf(
  ctx: Context,
  upload: Upload,
  kind: UploadKind,
  keys: { readonly original: string; readonly source: string },
): Promise<Made> {
  const { files, sandbox, office, random } = ctx.runtime;
  const { bytes, limitBytes, password } = upload;
  if (kind.is === "locked") throw conversionError("needs-password", "an encrypted office document");
  // What only calls itself a PDF is told so by whoever reads it as one.
  if ((kind.is === "pdf" && password === null) || kind.is === "unknown") {
    if (kind.is === "unknown" && !/\.pdf$/i.test(upload.name)) await requireEmpty(bytes);
    const original = await files.put(keys.original, bytes, limitBytes);
    return { original, preview: null, source: null, notes: {} };
  }
  const stored = await files.put(keys.source, bytes, limitBytes);
  const from = (by: string) => ({ stored, mediaType: kind.mediaType, by });
  const keep = (pdf: Uint8Array) => files.put(keys.original, [pdf], pdf.length);
  if (kind.is === "pdf") {
    const preview = await normalizedCopy(
      ctx,
      keys.source,
      upload.keepSignatures || upload.flattenSignatures,
      password!,
    );
    return { original: await keep(preview.bytes), preview, source: from(UNLOCKED_BY), notes: {} };
  }
  if (kind.is === "picture") {
    const pdf = await withHandle(ctx, keys.source, (file) =>
      sandbox.run("pictures", { file, mediaType: kind.mediaType, paper: upload.paper, seed: random(32) }),
    );
    return { original: await keep(pdf), preview: null, source: from(DRAWN_BY), notes: {} };
  }
  const {
    notes,
    facts,
    bytes: plain,
  } = await withHandle(ctx, keys.source, (file) => sandbox.run("checkOffice", { file, kind: kind.office }));
  const { pdf, by } = await office.convert(plain, kind.office);
  const original = await keep(pdf);
  const fonts = await withHandle(ctx, keys.original, (file) => sandbox.run("pdfFonts", { file }));
  return {
    original,
    preview: null,
    source: from(by),
    notes: Object.fromEntries(notes.map((note) => [note, 1])),
    looks: { source: facts, pdf: { fonts } },
  };
}

/** Reads a stream's first bytes and gives it back whole. */
async function peek(
  bytes: AsyncIterable<Uint8Array>,
): Promise<{ head: Uint8Array; bytes: AsyncIterable<Uint8Array> }> {
  const iterator = bytes[Symbol.asyncIterator]();
  const parts: Uint8Array[] = [];
  let size = 0;
  while (size < HEAD_BYTES) {
    const next = await iterator.next();
    if (next.done) break;
    // A piece holds only until the next is asked for.
    parts.push(next.value.slice());
    size += next.value.length;
  }
  const start = concatBytes(parts);
  async function* whole() {
    try {
      if (start.length > 0) yield start;
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  }
  return { head: start.subarray(0, HEAD_BYTES), bytes: whole() };
}

/** Of what is no document nothing is stored; an empty file is told as what it is. */
async function requireEmpty(bytes: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const piece of bytes)
    if (piece.length > 0) throw conversionError("kind-unknown", "neither a PDF nor what becomes one");
}

async function withHandle<T>(ctx: Context, key: string, work: (file: FileHandle) => Promise<T>): Promise<T> {
  const handle = await ctx.runtime.files.handle(key);
  try {
    return await work({ key: handle.key, path: handle.path, dataKey: handle.dataKey });
  } finally {
    await handle.release();
  }
}

/**
 * What the signatures of an upload say, by the file and the roots of this installation alone.
 *
 * @throws envelopes/signatures-… when they are to stay valid and cannot
 */
async function earlierIn(
  ctx: Context,
  key: string,
  changes: Readonly<Record<string, number>>,
  { keepSignatures, password }: Pick<Upload, "keepSignatures" | "password">,
): Promise<EarlierSignatures | null> {
  const { sandbox, random } = ctx.runtime;
  const { roots, crls } = await publishedTrust(ctx.runtime);
  const now = ctx.now();
  const { signatures, problem } = await withHandle(ctx, key, (file) =>
    sandbox.run("earlierSignatures", {
      ...{ files: [file], anchors: roots, crls, now, changes, seed: random(32) },
    }),
  );
  // What a password opened is another file than what was signed.
  const reason = password === null ? problem : "unsupported";
  if (keepSignatures && reason !== null)
    throw envelopesError(`signatures-${reason}`, `${signatures.length} signatures cannot stay valid`);
  return signatures.length > 0 ? { readAt: now.toISOString(), signatures } : null;
}

/** A copy to prepare on: one revision with nothing hidden in it. */
export async function normalizedCopy(
  ctx: Context,
  key: string,
  flattenSignatures: boolean,
  password: string | null = null,
) {
  const { sandbox, random, config } = ctx.runtime;
  const maxPages = config.uploads.pages;
  return withHandle(ctx, key, (file) =>
    sandbox.run("normalize", {
      ...{ files: [file], seed: random(32), flattenSignatures, maxPages, form: null, password },
    }),
  );
}

/** A file's name without path and without what no file system likes. */
export function fileName(given: string): string {
  const name = shownLine(given.split(/[/\\]/).at(-1)!);
  return cutText(name === "" ? "Document.pdf" : name, ENVELOPE_LIMITS.titleLength);
}

/** `lease.docx` → `lease.pdf`: what it is from now on. */
const pdfName = (name: string): string =>
  /\.pdf$/i.test(name)
    ? name
    : cutText(`${name.replace(/\.[a-z0-9]{1,5}$/i, "")}.pdf`, ENVELOPE_LIMITS.titleLength);

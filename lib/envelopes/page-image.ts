import { z } from "zod";
import { authorizeError, requirePermission } from "#lib/authorize.ts";
import { sha256, toHex } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { DocumentId } from "#lib/ids.ts";
import type { FileHandle } from "#lib/ports/files.ts";
import { envelopesError } from "./errors.ts";
import { noteOpening } from "./note-opening.ts";
import {
  type DocumentRow,
  findPageImage,
  loadDocument,
  loadEnvelope,
  loadRecipients,
  loadRevisions,
  type PageImageRow,
  savePageImage,
} from "./store.ts";

/** Widths a page is drawn at: a phone, a screen, a sharp screen. */
export const PAGE_WIDTHS = [800, 1240, 1800] as const;
/** In place of a revision: the normalized copy a draft is prepared on. */
export const PREVIEW = -1;
const RENDERER = "pdfium-wasm 2.1.13 with fields, webp exact (1) or 84";

const Input = z.object({
  documentId: z.uuid().transform((id) => id as DocumentId),
  revision: z.number().int().min(PREVIEW),
  page: z.number().int().min(0),
  widthPx: z.union(PAGE_WIDTHS.map((width) => z.literal(width))),
});

export interface PageImage {
  readonly stream: ReadableStream<Uint8Array>;
  readonly sha256: string;
  readonly widthPx: number;
  readonly heightPx: number;
}

/**
 * A page as an image, drawn once and kept, so that what was shown can be shown again. Of what was withdrawn it is drawn
 * each time it is asked for, with VOID across it; what was kept before stays as it is.
 */
export async function pageImage(ctx: Context, input: z.input<typeof Input>): Promise<PageImage> {
  const wanted = Input.parse(input);
  const { document, isVoid } = await inTransaction(ctx, async (ctx) => {
    const document = await loadDocument(ctx, wanted.documentId);
    await requirePageReader(ctx, document, wanted.revision);
    if (wanted.page >= document.pages.length)
      throw envelopesError("document-not-found", `page ${wanted.page}`);
    const { state } = await loadEnvelope(ctx, document.envelopeId);
    return { document, isVoid: state === "voided" };
  });
  if (isVoid) return voidPage(ctx, document, wanted);
  const row = await keptPage(ctx, document, wanted);
  return { ...row, stream: await ctx.runtime.files.stream(row.fileKey) };
}

/** A page's image as it was kept, drawn now if it never was. The caller has asked who looks. */
export async function keptPage(
  ctx: Context,
  document: DocumentRow,
  wanted: z.output<typeof Input>,
): Promise<PageImageRow> {
  const known = await inTransaction(ctx, (ctx) => findPageImage(ctx, wanted));
  return known ?? (await drawPage(ctx, document, wanted));
}

/**
 * Who may look at a page: the person the link belongs to, or a member, who opens the envelope with it as with its page.
 *
 * @throws authorize/link-ended, not-allowed; identity/reason-required
 */
export async function requirePageReader(
  ctx: Context,
  document: DocumentRow,
  revision: number,
): Promise<void> {
  if (ctx.actor.kind === "recipient") {
    const mayLook =
      ctx.actor.envelopeId === document.envelopeId && !ctx.actor.hasEnded && revision !== PREVIEW;
    if (!mayLook) throw authorizeError("link-ended", `document ${document.id}`);
    const { recipientId } = ctx.actor;
    const person = (await loadRecipients(ctx, document.envelopeId)).find(({ id }) => id === recipientId);
    if (!person || person.hiddenDocuments.includes(document.id))
      throw envelopesError("document-not-found", `document ${document.id}`);
    return;
  }
  const member = requirePermission(ctx, "envelope.read");
  const envelope = await loadEnvelope(ctx, document.envelopeId);
  await noteOpening(ctx, member, envelope);
}

async function voidPage(
  ctx: Context,
  document: DocumentRow,
  wanted: z.output<typeof Input>,
): Promise<PageImage> {
  const { image, widthPx, heightPx } = await render(ctx, document, wanted, true);
  const stream = new Blob([image as Uint8Array<ArrayBuffer>]).stream() as ReadableStream<Uint8Array>;
  return { stream, sha256: toHex(sha256(image)), widthPx, heightPx };
}

async function drawPage(
  ctx: Context,
  document: DocumentRow,
  wanted: z.output<typeof Input>,
): Promise<PageImageRow> {
  const { files } = ctx.runtime;
  const drawn = await render(ctx, document, wanted, false);
  const folder = `org/${ctx.organizationId}/envelopes/${document.envelopeId}/${document.id}/pages`;
  const { revision, page, widthPx } = wanted;
  const attempt = Buffer.from(ctx.runtime.random(4)).toString("hex");
  const name = `${revision === PREVIEW ? "preview" : revision}-${page}-${widthPx}-${attempt}`;
  const stored = await files.put(`${folder}/${name}.webp.enc`, [drawn.image], drawn.image.length);
  return inTransaction(ctx, async (ctx) => {
    await savePageImage(ctx, {
      organizationId: ctx.organizationId,
      ...{ documentId: document.id, revision, page, widthPx, heightPx: drawn.heightPx },
      ...{ fileKey: stored.key, sha256: stored.sha256, renderer: RENDERER, createdAt: ctx.now() },
    });
    // Somebody else may have drawn it at the same time; theirs then stays.
    return (await findPageImage(ctx, wanted))!;
  });
}

async function render(
  ctx: Context,
  document: DocumentRow,
  { revision, page, widthPx }: z.output<typeof Input>,
  isVoid: boolean,
) {
  const { files, sandbox } = ctx.runtime;
  const keys = await inTransaction(ctx, (ctx) => fileKeysOf(ctx, document, revision));
  const handles = await Promise.all(keys.map((key) => files.handle(key)));
  try {
    const sources = handles.map(({ key, path, dataKey }): FileHandle => ({ key, path, dataKey }));
    return await sandbox.run("render", { files: sources, page, widthPx, isVoid });
  } finally {
    await Promise.all(handles.map((handle) => handle.release()));
  }
}

/** The files one revision is made of. @throws envelopes/document-not-found */
export async function fileKeysOf(ctx: Context, document: DocumentRow, revision: number): Promise<string[]> {
  if (revision === PREVIEW) return [document.previewKey];
  const revisions = await loadRevisions(ctx, [document.id]);
  const parts = revisions.filter(({ number }) => number >= 1 && number <= revision);
  if (parts.at(-1)?.number !== revision) throw envelopesError("document-not-found", `revision ${revision}`);
  return parts.map(({ fileKey }) => fileKey);
}

import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { toHex, toUtf8 } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { typedLine } from "#lib/identity/core/typed-text.ts";
import type { StoredFile } from "#lib/ports/files.ts";
import { CATALOGUE_LIMITS, dayOf } from "../core/forms/catalogue.ts";
import { normalizedCopy } from "../documents/take-upload.ts";
import { envelopesError } from "../errors.ts";
import { markTemplates } from "./import-catalogue.ts";
import { changeForm, type FormRow, formsWithFile, loadForm } from "./store.ts";

const FileInput = z.object({
  /** The form it is of; null to find it by the file's name, as catalogues name their files. */
  formId: z.uuid().nullable(),
  fileName: z.string().max(1_000),
});

export interface AddedFormFile {
  readonly formId: string;
  readonly title: string;
  readonly sha256: string;
  /** The catalogue says what the file hashes to, and it does. */
  readonly isAsCatalogued: boolean;
}

/**
 * Takes the PDF of a form into the library. Where the catalogue says what it hashes to, nothing else is taken; where it does
 * not, whoever brings it vouches for its edition.
 *
 * @throws envelopes/form-not-found, form-file-unnamed, form-file-not-pdf, form-file-other; pdf/…, files/too-large
 */
export async function addFormFile(
  ctx: Context,
  input: z.input<typeof FileInput>,
  bytes: AsyncIterable<Uint8Array>,
): Promise<AddedFormFile> {
  const member = requirePermission(ctx, "form.manage");
  const { formId, fileName } = FileInput.parse(input);
  const { files, random } = ctx.runtime;
  const candidates = await inTransaction(ctx, async (ctx) =>
    formId ? [await loadForm(ctx, formId)] : await formsWithFile(ctx, fileName.split(/[/\\]/).at(-1)!),
  );
  if (candidates.length === 0) throw envelopesError("form-file-unnamed", "no form has a file of that name");
  const key = `org/${ctx.organizationId}/forms/${candidates[0]!.id}/${toHex(random(12))}.pdf.enc`;
  try {
    const stored = await files.put(key, asPdf(bytes), ctx.runtime.config.uploads.fileBytes);
    const form = ofFile(candidates, stored);
    // What could not be prepared later is said now.
    await normalizedCopy(ctx, key, false);
    const before = await inTransaction(ctx, async (ctx) => {
      const now = await loadForm(ctx, form.id, true);
      if (now.editionOn !== form.editionOn || now.expectedSha256 !== form.expectedSha256)
        throw envelopesError("form-file-other", `form ${form.id} changed meanwhile`);
      await changeForm(ctx, form.id, {
        ...{ fileKey: key, fileSha256: stored.sha256, fileSizeBytes: stored.sizeBytes },
        ...{ fileAddedAt: ctx.now(), fileAddedBy: member.memberId },
      });
      await appendEvent(ctx, {
        type: "form.file-added",
        envelopeId: null,
        data: {
          ...{ form: form.id, sha256: stored.sha256, sizeBytes: stored.sizeBytes },
          ...{ edition: form.edition || form.editionOn, isAsCatalogued: form.expectedSha256 !== null },
        },
      });
      return now.fileKey;
    });
    if (before) await files.delete(before).catch(() => {});
    const { id, title, expectedSha256 } = form;
    return { formId: id, title, sha256: stored.sha256, isAsCatalogued: expectedSha256 !== null };
  } catch (error) {
    await files.delete(key).catch(() => {});
    throw error;
  }
}

/** Of forms that share a file's name the one whose hash it has; or the only one, if nothing is known of its hash. */
function ofFile(candidates: readonly FormRow[], { sha256 }: StoredFile): FormRow {
  const exact = candidates.find(({ expectedSha256 }) => expectedSha256 === sha256);
  if (exact) return exact;
  const [only] = candidates as [FormRow, ...FormRow[]];
  if (candidates.length > 1 || only.expectedSha256 !== null)
    throw envelopesError("form-file-other", `it hashes to ${sha256}`);
  return only;
}

/** The bytes as they come, unless they do not begin as a PDF does. */
async function* asPdf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let isFirst = true;
  for await (const part of bytes) {
    if (isFirst && part.length > 0 && !toUtf8(part.subarray(0, 1_024)).includes("%PDF-"))
      throw envelopesError("form-file-not-pdf", "it does not begin as a PDF");
    if (part.length > 0) isFirst = false;
    yield part;
  }
  if (isFirst) throw envelopesError("form-file-not-pdf", "it is empty");
}

const CheckInput = z.object({
  formId: z.uuid(),
  /** What the source shows now, where that is newer than what the library has. */
  newer: z
    .object({ edition: typedLine(CATALOGUE_LIMITS.text), editionOn: typedLine(20) })
    .nullable()
    .default(null),
});

/**
 * Says that a member looked at the source today: it is the same edition, or there is a newer one. Of a newer one the file is
 * missing until somebody brings it, and templates built on the older one are marked.
 *
 * @throws envelopes/form-not-found, form-edition-wrong, form-edition-older
 */
export async function checkForm(ctx: Context, input: z.input<typeof CheckInput>): Promise<void> {
  const member = requirePermission(ctx, "form.manage");
  const { formId, newer } = CheckInput.parse(input);
  const editionOn = newer ? dayOf(newer.editionOn) : null;
  if (newer && editionOn === null) throw envelopesError("form-edition-wrong", "no day");
  const today = ctx.now().toISOString().slice(0, 10);
  if (editionOn !== null && Number(editionOn.slice(0, 4)) > Number(today.slice(0, 4)) + 2)
    throw envelopesError("form-edition-wrong", "years from now");
  const old = await inTransaction(ctx, async (ctx) => {
    const form = await loadForm(ctx, formId, true);
    if (editionOn !== null && editionOn <= form.editionOn)
      throw envelopesError("form-edition-older", `the library has ${form.editionOn}`);
    const next = newer && editionOn ? { edition: newer.edition, editionOn } : null;
    await changeForm(ctx, formId, {
      ...{ checkedOn: today, checkedBy: member.memberId },
      ...(next ? { ...next, ...NO_FILE } : {}),
    });
    const edition = next ?? { edition: form.edition, editionOn: form.editionOn };
    await appendEvent(ctx, {
      type: "form.checked",
      envelopeId: null,
      data: { form: formId, edition: edition.edition || edition.editionOn, isNewEdition: next !== null },
    });
    if (next) await markTemplates(ctx, [{ id: formId, entry: next }]);
    return next ? form.fileKey : null;
  });
  if (old) await ctx.runtime.files.delete(old).catch(() => {});
}

const NO_FILE = {
  ...{ fileKey: null, fileSha256: null, fileSizeBytes: null, fileAddedAt: null, fileAddedBy: null },
  expectedSha256: null,
};

const DownloadInput = z.object({ formId: z.uuid() });

/** The PDF of a form as it was brought. @throws envelopes/form-not-found, form-file-missing */
export async function downloadForm(ctx: Context, input: z.input<typeof DownloadInput>) {
  requirePermission(ctx, "template.read");
  const { formId } = DownloadInput.parse(input);
  const form = await inTransaction(ctx, (ctx) => loadForm(ctx, formId));
  if (!form.fileKey) throw envelopesError("form-file-missing", `form ${formId}`);
  const name = (form.number || form.title).replaceAll(/[^\p{L}\p{N}. -]+/gu, " ").trim();
  return {
    ...{ fileName: `${name}.pdf`, contentType: "application/pdf", sizeBytes: form.fileSizeBytes },
    bytes: await ctx.runtime.files.stream(form.fileKey),
  };
}

import { z } from "zod";
import { requireOwn, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { envelopesError } from "#lib/envelopes/errors.ts";
import type { DocumentId, EnvelopeId } from "#lib/ids.ts";
import { fillableFields } from "./core/fillable-form.ts";
import { signingError } from "./errors.ts";
import { formOf } from "./prepare-document.ts";
import { loadCeremony } from "./store.ts";

const Input = z.object({
  envelopeId: z.uuid().transform((id) => id as EnvelopeId),
  documentId: z.uuid().transform((id) => id as DocumentId),
});

export interface SavedForm {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * A draft's document as a PDF with a form that any reader fills: the fields placed on it, empty. Nothing is changed.
 *
 * @throws signing/not-found, envelopes/form-empty
 */
export async function saveForm(ctx: Context, input: z.input<typeof Input>): Promise<SavedForm> {
  const member = requirePermission(ctx, "envelope.manage");
  const { envelopeId, documentId } = Input.parse(input);
  const loaded = await inTransaction(ctx, (ctx) => loadCeremony(ctx, envelopeId, false));
  requireOwn(member, loaded.envelope, "envelope.manage-all");
  const document = loaded.documents.find(({ id }) => id === documentId);
  if (!document || loaded.envelope.state !== "draft")
    throw signingError("not-found", `document ${documentId}`);
  const own = loaded.fields.filter((field) => field.documentId === documentId);
  const form = formOf(loaded, document);
  const fields = fillableFields(form, own);
  if (fields.length === 0) throw envelopesError("form-empty", `no field on document ${documentId}`);
  const { files, sandbox, random } = ctx.runtime;
  const handle = await files.handle(document.previewKey);
  try {
    const sources = [{ key: handle.key, path: handle.path, dataKey: handle.dataKey }];
    const { bytes } = await sandbox.run("normalize", {
      ...{ files: sources, seed: random(32), flattenSignatures: false, maxPages: document.pages.length },
      named: { title: document.name, language: await sandbox.run("language", { files: sources }) },
      form: { fields, marginText: null, isFillable: true },
    });
    return { name: document.name, bytes };
  } finally {
    await handle.release();
  }
}

import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { isRefusal } from "#lib/errors.ts";
import { cutText } from "#lib/identity/core/typed-text.ts";
import type { DocumentId, EnvelopeId, TemplateId } from "#lib/ids.ts";
import { addDocument } from "../add-document.ts";
import { DraftField, type DraftRecipient, ENVELOPE_LIMITS } from "../core/draft.ts";
import type { FieldHint } from "../core/hints/hint.ts";
import { envelopesError } from "../errors.ts";
import { getDraft } from "../get-draft.ts";
import { findHints } from "../hints/find-hints.ts";
import { saveDraft } from "../save-draft.ts";
import { createTemplate } from "../templates/create-template.ts";
import { publishTemplate } from "../templates/publish-template.ts";
import { idsInOrder } from "../templates/save-filled.ts";
import { requireManaged } from "../templates/template-access.ts";
import { changeTemplate, loadTemplate } from "../templates/template-store.ts";
import { type FormRow, loadForm, newerEditions, templatesOn } from "./store.ts";

const Input = z.object({ formId: z.uuid() });

export interface OpenedForm {
  readonly templateId: TemplateId;
  readonly envelopeId: EnvelopeId;
  /** It was opened before: nothing new was made. */
  readonly isKnown: boolean;
  /** It may be sent; else what is missing has to be placed first. */
  readonly isReady: boolean;
}

/**
 * Opens a form of the library as a template: its PDF, a signer, and a field of ours at each place its own form has. It is
 * published where nothing is missing. A form that was opened before in this edition is that template again.
 *
 * @throws envelopes/form-not-found, form-file-missing; pdf/…
 */
export async function openForm(ctx: Context, input: z.input<typeof Input>): Promise<OpenedForm> {
  requirePermission(ctx, "form.manage");
  const { formId } = Input.parse(input);
  const { form, known } = await inTransaction(ctx, async (ctx) => {
    const form = await loadForm(ctx, formId);
    const built = await templatesOn(ctx, [formId]);
    return { form, known: built.find(({ formEditionOn }) => formEditionOn === form.editionOn) };
  });
  if (known) {
    const { id, envelopeId, currentVersion } = known;
    return { templateId: id, envelopeId, isKnown: true, isReady: currentVersion !== null };
  }
  if (!form.fileKey) throw envelopesError("form-file-missing", `form ${formId}`);
  const name = cutText(
    form.number ? `${form.number} · ${form.title}` : form.title,
    ENVELOPE_LIMITS.titleLength,
  );
  const made = await createTemplate(ctx, { name });
  const document = await addDocument(
    ctx,
    { envelopeId: made.envelopeId, name: form.fileName || `${form.number || form.title}.pdf` },
    await bytesOf(ctx, form.fileKey),
  );
  const hints = await findHints(ctx, { envelopeId: made.envelopeId, documentId: document.id });
  const saved = await place(ctx, made.envelopeId, document.id, hints.hints);
  await builtOn(ctx, made, form);
  const isReady = await publish(ctx, made.templateId, saved.version);
  return { ...made, isKnown: false, isReady };
}

const bytesOf = async (ctx: Context, key: string) =>
  (await ctx.runtime.files.stream(key)) as unknown as AsyncIterable<Uint8Array>;

/** What the form itself says; where it has no place for a signature, the line that looks like one. */
async function place(
  ctx: Context,
  envelopeId: EnvelopeId,
  documentId: DocumentId,
  hints: readonly FieldHint[],
) {
  // What a form's maker filled in stays printed as it is.
  const own = hints.filter(({ from, isHeld }) => from !== "look" && !isHeld);
  const isSigned = own.some(({ type }) => type === "signature");
  const line = isSigned ? undefined : hints.findLast(({ type }) => type === "signature");
  const newId = idsInOrder(ctx);
  const { content, version } = await getDraft(ctx, { envelopeId });
  const signer: DraftRecipient = {
    ...{ id: newId(), role: "signer", name: "", email: "", roleName: "Signer", check: "none", phone: "" },
    ...{ language: "", turn: 1, alternativeTo: "", namedBy: "", onlyIf: null, meaning: "" },
  };
  const fields = (line ? [...own, line] : own).slice(0, ENVELOPE_LIMITS.fields).flatMap((hint) => {
    const { type, page, x, y, width, height, label, isRequired, settings } = hint;
    const field = {
      ...{ id: newId(), documentId, recipientId: signer.id, type, page, x, y, width, height },
      ...{ label, isRequired, settings },
    };
    // What a form draws beyond its page is not a place for anything.
    return DraftField.safeParse(field).success ? [field] : [];
  });
  return saveDraft(ctx, { envelopeId, version, content: { ...content, recipients: [signer], fields } });
}

async function builtOn(
  ctx: Context,
  { templateId, envelopeId }: { readonly templateId: TemplateId; readonly envelopeId: EnvelopeId },
  { id, edition, editionOn }: FormRow,
): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    await changeTemplate(ctx, templateId, { formId: id, formEdition: edition, formEditionOn: editionOn });
    await appendEvent(ctx, {
      type: "form.opened",
      envelopeId,
      data: { template: templateId, form: id, edition: edition || editionOn },
    });
  });
}

async function publish(ctx: Context, templateId: TemplateId, draftVersion: number): Promise<boolean> {
  try {
    return (await publishTemplate(ctx, { templateId, draftVersion })).state === "published";
  } catch (error) {
    if (isRefusal(error, "envelopes/not-ready")) return false;
    throw error;
  }
}

const RebuildInput = z.object({ templateId: z.uuid().transform((id) => id as TemplateId) });

/**
 * Puts the newer edition's PDF into a template in the place of the older one's; fields stay where they are. Nothing is
 * published by that: somebody looks whether they still fit.
 *
 * @throws envelopes/template-not-found, form-same-edition, form-file-missing
 */
export async function rebuildTemplate(
  ctx: Context,
  input: z.input<typeof RebuildInput>,
): Promise<{ readonly envelopeId: EnvelopeId }> {
  const member = requirePermission(ctx, "form.manage");
  const { templateId } = RebuildInput.parse(input);
  const { template, form } = await inTransaction(ctx, async (ctx) => {
    const template = await loadTemplate(ctx, templateId);
    requireManaged(member, template);
    const newer = (await newerEditions(ctx, [templateId])).get(templateId);
    if (!newer) throw envelopesError("form-same-edition", `template ${templateId}`);
    return { template, form: await loadForm(ctx, newer.formId) };
  });
  if (!form.fileKey) throw envelopesError("form-file-missing", `form ${form.id}`);
  const { envelopeId } = template;
  const { documents } = await getDraft(ctx, { envelopeId });
  const name = form.fileName || `${form.number || form.title}.pdf`;
  const replaces = documents[0]?.id ?? null;
  await addDocument(ctx, { envelopeId, name, replaces }, await bytesOf(ctx, form.fileKey));
  await builtOn(ctx, { templateId, envelopeId }, form);
  return { envelopeId };
}

import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { hasPermission, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { typedLine, typedText } from "#lib/identity/core/typed-text.ts";
import { type EnvelopeId, type TemplateId, uuidV7 } from "#lib/ids.ts";
import { findClassesInUse } from "../authentication/policy-store.ts";
import { ENVELOPE_LIMITS } from "../core/draft.ts";
import { SETTING_LIMITS } from "../core/fields/field-settings.ts";
import { combineTemplates, type SharedLabel, sharedLabels } from "../core/forms/combine-templates.ts";
import type { RecipientRole } from "../core/roles.ts";
import { draftFromTemplate, labelKey } from "../core/templates/draft-from-template.ts";
import { readTemplate, type TemplateContent } from "../core/templates/template-content.ts";
import { type CopiedDocument, copyDocument } from "../documents/copy-documents.ts";
import { envelopesError } from "../errors.ts";
import { idsInOrder, saveFilled } from "../templates/save-filled.ts";
import { loadVersion } from "../templates/template-store.ts";
import { TemplateUseInput, templateFiles } from "../templates/use-template.ts";
import { type FormListItem, itemOf } from "./list-forms.ts";
import { deletePackage, listPackages, loadForms, loadPackage, savePackage, templatesOn } from "./store.ts";

const MOST_PACKAGES = 500;
const MOST_VALUES = 300;

const values = z
  .record(z.string().max(ENVELOPE_LIMITS.labelLength), typedText(SETTING_LIMITS.text))
  .refine((all) => Object.keys(all).length <= MOST_VALUES, "too many values");

const SaveInput = z.object({
  /** Null for a new one. */
  packageId: z.uuid().nullable().default(null),
  name: typedLine(ENVELOPE_LIMITS.titleLength, 1),
  formIds: z.array(z.uuid()).max(ENVELOPE_LIMITS.mostDocuments),
  values: values.default({}),
});

/** Puts forms together, in the order in which they are sent. @throws envelopes/form-package-empty, form-not-found */
export async function saveFormPackage(ctx: Context, input: z.input<typeof SaveInput>): Promise<string> {
  const member = requirePermission(ctx, "form.manage");
  const { packageId, name, formIds, values } = SaveInput.parse(input);
  const ids = [...new Set(formIds)];
  if (ids.length === 0) throw envelopesError("form-package-empty", "no form");
  return inTransaction(ctx, async (ctx) => {
    const before = packageId ? await loadPackage(ctx, packageId) : null;
    if (!before && (await listPackages(ctx)).length >= MOST_PACKAGES)
      throw envelopesError("too-many-form-packages", `${MOST_PACKAGES} packages`);
    const known = await loadForms(ctx, ids);
    if (known.length < ids.length) throw envelopesError("form-not-found", "a form of the package");
    const at = ctx.now();
    const id = before?.id ?? uuidV7(at.getTime(), ctx.runtime.random(10));
    await savePackage(ctx, {
      ...{ organizationId: ctx.organizationId, id, name, formIds: ids, changedAt: at },
      values: Object.fromEntries(Object.entries(values).filter(([, value]) => value !== "")),
      ...{ createdBy: before?.createdBy ?? member.memberId, createdAt: before?.createdAt ?? at },
    });
    await appendEvent(ctx, {
      type: "form-package.saved",
      envelopeId: null,
      data: { package: id, forms: ids, isNew: before === null },
    });
    return id;
  });
}

const OneInput = z.object({ packageId: z.uuid() });

/** What was sent with it stays. @throws envelopes/form-package-not-found */
export async function removeFormPackage(ctx: Context, input: z.input<typeof OneInput>): Promise<void> {
  requirePermission(ctx, "form.manage");
  const { packageId } = OneInput.parse(input);
  await inTransaction(ctx, async (ctx) => {
    if (!(await deletePackage(ctx, packageId)))
      throw envelopesError("form-package-not-found", `form package ${packageId}`);
    await appendEvent(ctx, { type: "form-package.removed", envelopeId: null, data: { package: packageId } });
  });
}

export interface FormPackageItem {
  readonly id: string;
  readonly name: string;
  readonly forms: number;
  readonly changedAt: Date;
}

export async function listFormPackages(ctx: Context): Promise<FormPackageItem[]> {
  requirePermission(ctx, "template.read");
  const rows = await inTransaction(ctx, listPackages);
  return rows.map(({ id, name, formIds, changedAt }) => ({ id, name, forms: formIds.length, changedAt }));
}

export interface FormPackageView {
  readonly id: string;
  readonly name: string;
  readonly forms: readonly (FormListItem & {
    /** A template that can be sent, built on this form. */
    readonly templateId: TemplateId | null;
    /** It is built on an older edition. */
    readonly isOutdated: boolean;
  })[];
  readonly isReady: boolean;
  /** One role name is a signer in one form and something else in another. */
  readonly rolesDiffer: boolean;
  readonly roles: readonly { readonly id: string; readonly name: string; readonly role: RecipientRole }[];
  /** What can be entered beforehand; what several forms ask for first. */
  readonly labels: readonly SharedLabel[];
  readonly values: Readonly<Record<string, string>>;
  /** Of the forms, where they are of several: whoever sends them says which counts. What is kept longest comes first. */
  readonly classes: readonly { readonly id: string; readonly name: string }[];
  readonly may: { readonly manage: boolean; readonly use: boolean };
}

/** @throws envelopes/form-package-not-found */
export async function getFormPackage(
  ctx: Context,
  input: z.input<typeof OneInput>,
): Promise<FormPackageView> {
  const member = requirePermission(ctx, "template.read");
  const { packageId } = OneInput.parse(input);
  return inTransaction(ctx, async (ctx) => {
    const { id, name, values, formIds } = await loadPackage(ctx, packageId);
    const parts = await partsOf(ctx, formIds);
    const ready = parts.flatMap(({ content }) => (content ? [content] : []));
    const isReady = parts.length > 0 && ready.length === parts.length;
    const whole = isReady ? combined(name, ready) : null;
    return {
      ...{ id, name, values, isReady: whole !== null, rolesDiffer: isReady && whole === null },
      forms: parts.map(({ form, template, isOutdated }) => ({
        ...{ ...itemOf(form), isOutdated },
        templateId: template?.id ?? null,
      })),
      roles: (whole?.draft.recipients ?? []).map(({ id, role, roleName = "" }) => ({
        id,
        role,
        name: roleName,
      })),
      labels: sharedLabels(ready),
      classes: several(await classesOf(ctx, ready)),
      may: {
        manage: hasPermission(member, "form.manage"),
        use: hasPermission(member, "envelope.create"),
      },
    };
  });
}

function combined(name: string, contents: readonly TemplateContent[]): TemplateContent | null {
  try {
    return combineTemplates(name, contents);
  } catch {
    return null;
  }
}

/** Each form with the template that it is sent as: of its newest edition where there is one. */
async function partsOf(ctx: Context, formIds: readonly string[]) {
  const forms = new Map((await loadForms(ctx, formIds)).map((form) => [form.id, form]));
  const built = (await templatesOn(ctx, formIds)).filter(({ currentVersion }) => currentVersion !== null);
  const parts = [];
  for (const formId of formIds) {
    const form = forms.get(formId);
    // Forms are never taken out of the library.
    if (!form) throw envelopesError("form-not-found", `form ${formId}`);
    const own = built.filter((template) => template.formId === formId);
    const template = own.toSorted((a, b) => (a.formEditionOn! < b.formEditionOn! ? 1 : -1))[0] ?? null;
    const version = template ? await loadVersion(ctx, template.id, template.currentVersion!) : null;
    parts.push({
      ...{ form, template, version },
      isOutdated: template !== null && template.formEditionOn! < form.editionOn,
      content: version ? readTemplate(version) : null,
    });
  }
  return parts;
}

const UseInput = z.object({
  packageId: z.uuid(),
  people: TemplateUseInput.shape.people,
  /** Beside what the package holds; what is said here goes before that. */
  values: values.default({}),
  /** Which class of those of the forms the envelope is of, where they are of several. */
  classId: z.uuid().nullable().default(null),
});

/** Those of the forms that are still given to anything. */
async function classesOf(ctx: Context, contents: readonly TemplateContent[]) {
  const ids = new Set(contents.flatMap(({ classId }) => classId ?? []));
  return ids.size === 0 ? [] : findClassesInUse(ctx, [...ids]);
}

const several = <T>(all: readonly T[]): readonly T[] => (all.length > 1 ? all : []);

/**
 * Starts one envelope with all forms of a package: each person once, whatever they sign, and what several forms ask for
 * entered once.
 *
 * @throws envelopes/form-package-not-ready, form-package-roles-differ, form-package-class-open, role-unknown, value-unknown
 */
export async function useFormPackage(
  ctx: Context,
  input: z.input<typeof UseInput>,
): Promise<{ readonly envelopeId: EnvelopeId }> {
  const member = requirePermission(ctx, "envelope.create");
  const { packageId, people, values, classId } = UseInput.parse(input);
  const found = await inTransaction(ctx, async (ctx) => {
    const pack = await loadPackage(ctx, packageId);
    const parts = await partsOf(ctx, pack.formIds);
    const contents = parts.map(({ content, form }) => {
      if (!content) throw envelopesError("form-package-not-ready", `form ${form.id} has no template`);
      return content;
    });
    const files = [];
    for (const content of contents) files.push(...(await templateFiles(ctx, content)));
    const templates = parts.map(({ template, version, form }) => ({
      ...{
        form: form.id,
        template: template!.id as string,
        version: version!.number,
        sha256: version!.sha256,
      },
    }));
    const classes = await classesOf(ctx, contents);
    const documentClass =
      classes.length > 1 ? classes.find(({ id }) => id === classId) : (classes[0] ?? null);
    // With none the envelope would get the usual one, and what any of theirs asks for would not be asked.
    if (documentClass === undefined)
      throw envelopesError("form-package-class-open", `${classes.length} classes`);
    return { pack, content: combineTemplates(pack.name, contents), documentClass, files, templates };
  });
  const { pack, content: whole, documentClass, files, templates } = found;
  const newId = idsInOrder(ctx);
  const envelopeId = newId() as EnvelopeId;
  const use = { people, values: known(whole, { ...pack.values, ...values }) };
  const { content, documents: ids } = draftFromTemplate(whole, use, newId);
  const documents: CopiedDocument[] = [];
  try {
    for (const [position, file] of files.entries())
      documents.push(await copyDocument(ctx, file, { envelopeId, id: ids.get(file.document.id)!, position }));
    await inTransaction(ctx, async (ctx) => {
      const ownerId = member.memberId;
      await saveFilled(ctx, {
        ...{ id: envelopeId, ownerId, content, documents, isTemplate: false },
        ...{ template: null, documentClass },
      });
      const data = { package: packageId, templates };
      await appendEvent(ctx, { type: "form-package.used", envelopeId, data });
    });
    return { envelopeId };
  } catch (error) {
    await Promise.all(documents.map((document) => document.discard()));
    throw error;
  }
}

/** A value that a package kept for a field that its templates have no more is left out. */
function known(whole: TemplateContent, all: Readonly<Record<string, string>>): Record<string, string> {
  const labels = new Set(sharedLabels([whole]).map(({ label }) => labelKey(label)));
  return Object.fromEntries(
    Object.entries(all).filter(([label, value]) => value !== "" && labels.has(labelKey(label))),
  );
}

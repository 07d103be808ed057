"use server";

import type { Route } from "next";
import { refresh } from "next/cache";
import { redirect } from "next/navigation";
import { checkForm } from "#lib/envelopes/forms/form-files.ts";
import {
  removeFormPackage,
  saveFormPackage,
  useFormPackage as startFromPackage,
} from "#lib/envelopes/forms/form-packages.ts";
import { addShippedForms } from "#lib/envelopes/forms/import-catalogue.ts";
import { listForms } from "#lib/envelopes/forms/list-forms.ts";
import { openForm, rebuildTemplate } from "#lib/envelopes/forms/open-form.ts";
import { publicId } from "#lib/ids.ts";
import { memberContext } from "../../_server/context.ts";
import { answerForm, type FormState } from "../../_server/form.ts";
import { templateIdIn } from "../../_server/params.ts";
import { formIdIn, formPackageIdIn } from "./form-id.ts";

export async function addShipped(): Promise<FormState> {
  return answerForm(async () => {
    await addShippedForms(await memberContext());
    refresh();
    return undefined;
  });
}

/** Opens a form as a template: to be used, or to place what its PDF does not say. */
export async function open(id: string): Promise<FormState> {
  return answerForm(async () => {
    const opened = await openForm(await memberContext(), { formId: formIdIn(String(id)) });
    const editor = `/envelopes/${publicId("envelope", opened.envelopeId)}/prepare?step=fields`;
    redirect((opened.isReady ? `/templates/${publicId("template", opened.templateId)}` : editor) as Route);
  });
}

export async function rebuild(id: string): Promise<FormState> {
  return answerForm(async () => {
    const { envelopeId } = await rebuildTemplate(await memberContext(), {
      templateId: templateIdIn(String(id)),
    });
    redirect(`/envelopes/${publicId("envelope", envelopeId)}/prepare?step=fields` as Route);
  });
}

/** Somebody looked at the source: the same edition, or a newer one. */
export async function check(id: string, form: FormData): Promise<FormState> {
  return answerForm(async () => {
    const isNewer = form.get("edition-now") === "newer";
    const newer = {
      edition: String(form.get("edition") ?? ""),
      editionOn: String(form.get("editionOn") ?? ""),
    };
    await checkForm(await memberContext(), { formId: formIdIn(String(id)), newer: isNewer ? newer : null });
    refresh();
    return undefined;
  });
}

interface PackageEntry {
  readonly id: string | null;
  readonly name: string;
  readonly forms: readonly string[];
  readonly values: Readonly<Record<string, string>>;
}

export async function savePackage(entry: PackageEntry): Promise<FormState<string>> {
  return answerForm(async () => {
    const packageId = await saveFormPackage(await memberContext(), {
      packageId: entry.id === null ? null : formPackageIdIn(String(entry.id)),
      name: String(entry.name),
      formIds: (Array.isArray(entry.forms) ? entry.forms : []).map((id) => formIdIn(String(id))),
      values: entry.values,
    });
    refresh();
    return publicId("formPackage", packageId);
  });
}

export async function removePackage(id: string): Promise<FormState> {
  return answerForm(async () => {
    await removeFormPackage(await memberContext(), { packageId: formPackageIdIn(String(id)) });
    redirect("/forms/packages" as Route);
  });
}

interface RoleEntry {
  readonly roleId: string;
  readonly name: string;
  readonly email: string;
}

/** Starts one envelope of a package and goes to look it over. */
export async function usePackage(
  id: string,
  people: readonly RoleEntry[],
  values: Readonly<Record<string, string>>,
  classId: string | null = null,
): Promise<FormState> {
  return answerForm(async () => {
    const entries = Array.isArray(people) ? people.slice(0, 50) : [];
    const { envelopeId } = await startFromPackage(await memberContext(), {
      packageId: formPackageIdIn(String(id)),
      people: entries.map(({ roleId, name, email }) => ({
        ...{ roleId: String(roleId), name: String(name), email: String(email) },
      })),
      values,
      classId: classId === null ? null : String(classId),
    });
    redirect(`/envelopes/${publicId("envelope", envelopeId)}/prepare?step=review` as Route);
  });
}

/** Forms to put into a package. */
export async function findForms(
  search: string,
): Promise<readonly { readonly id: string; readonly label: string }[]> {
  const { items } = await listForms(await memberContext(), { search: String(search).slice(0, 200) });
  return items.slice(0, 8).map(({ id, title, number, edition, editionOn }) => ({
    id: publicId("form", id),
    label: [number, title, edition || editionOn].filter(Boolean).join(" · "),
  }));
}

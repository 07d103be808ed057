import "server-only";
import { envelopesError } from "#lib/envelopes/errors.ts";
import { parsePublicId } from "#lib/ids.ts";

/** The form an address names. @throws envelopes/form-not-found */
export function formIdIn(text: string): string {
  const id = parsePublicId<string>("form", text);
  if (!id) throw envelopesError("form-not-found", "no form's id");
  return id;
}

/** The package an address names. @throws envelopes/form-package-not-found */
export function formPackageIdIn(text: string): string {
  const id = parsePublicId<string>("formPackage", text);
  if (!id) throw envelopesError("form-package-not-found", "no package's id");
  return id;
}

/** The brought catalogue an address names. @throws envelopes/form-import-not-found */
export function formImportIdIn(text: string): string {
  const id = parsePublicId<string>("formImport", text);
  if (!id) throw envelopesError("form-import-not-found", "no import's id");
  return id;
}

import type { FileFinding } from "../changes.ts";
import { isDict, type PdfObject, PdfRef } from "../objects.ts";
import type { PdfFile } from "../reader.ts";
import { formViewOf } from "./form-view.ts";
import type { References } from "./references.ts";

const numberOf = (object: PdfObject | undefined): number | null =>
  object instanceof PdfRef ? object.number : null;

/**
 * Looks for signatures that are no value of a field of the form: some programs show them, others do not.
 *
 * @returns `visit` for each object that can be reached, and `finish` for what was found.
 */
export function strangeSignatures(file: PdfFile): {
  visit(number: number, object: PdfObject): void;
  finish(references: References): FileFinding[];
} {
  const seen: number[] = [];
  return {
    visit(number, object) {
      if (isDict(object) && object.has("ByteRange")) seen.push(number);
    },
    finish(references) {
      if (seen.length === 0) return [];
      const { fields } = formViewOf(file);
      const isField = (number: number) => fields.get(number)?.field.type === "Sig";
      const catalog = file.catalogRef.number;
      const permissions = file.dict(file.catalog.get("Perms"));
      const rights = ["UR", "UR3"].map((key) => numberOf(permissions?.get(key)));
      return seen.flatMap((number): FileFinding[] => {
        const owners = references.ownersOf(number, (one) => one === catalog || isField(one)) ?? [];
        if (owners.length === 0 || owners.some(({ number: one, key }) => isField(one) && key === "V"))
          return [];
        const isUsageRights = rights.includes(number) && owners.every(({ key }) => key === "Perms");
        return [
          isUsageRights
            ? {
                severity: "warning",
                code: "usage-rights",
                message: "rights for Adobe Reader are signed in it; that is no signature of a person",
              }
            : {
                severity: "error",
                code: "signature-outside-form",
                message: `object ${number} is a signature that belongs to no field of the form`,
              },
        ];
      });
    },
  };
}

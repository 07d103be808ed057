import { expect, test } from "vitest";
import { fileOf, openBytes } from "#lib/pdf/testing.ts";
import { SETTING_LIMITS } from "../fields/field-settings.ts";
import { readForm } from "./read-form.ts";

const PATH = "topmostSubform[0].Page1[0].Boxes3a-b_ReadOrder[0].FederalClassification[0].Question";
/** A form with a radio group for each name, of two buttons each. */
function formOf(...names: readonly string[]) {
  const first = 4;
  const groups = names.map((name, index) => {
    const at = first + index * 3;
    const button = (number: number, state: string) =>
      `<< /Type /Annot /Subtype /Widget /Parent ${at} 0 R /Rect [${50 + number * 40} ${700 - index * 40} ${70 + number * 40} ${720 - index * 40}] /AS /Off /AP << /N << /${state} null /Off null >> >> >>`;
    return [
      `<< /FT /Btn /Ff 32768 /T (${name}) /Kids [${at + 1} 0 R ${at + 2} 0 R] >>`,
      button(0, "Yes"),
      button(1, "No"),
    ];
  });
  const widgets = names.flatMap((_, index) => [first + index * 3 + 1, first + index * 3 + 2]);
  const fields = names.map((_, index) => `${first + index * 3} 0 R`).join(" ");
  return openBytes(
    fileOf([
      `<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [${fields}] >> >>`,
      "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Annots [${widgets.map((number) => `${number} 0 R`).join(" ")}] >>`,
      ...groups.flat(),
    ]),
  );
}

test("questions of a form stay apart, however long their names and alike their beginnings or ends", () => {
  const other = `x${PATH.slice(1)}1`;
  const hints = readForm(formOf(`${PATH}1`, `${PATH}2`, other));
  const groups = hints.map(({ settings }) => settings.group!);
  expect(groups).toHaveLength(6);
  expect(new Set(groups).size).toBe(3);
  expect(groups.every((group) => group.length <= SETTING_LIMITS.group)).toBe(true);
  expect(groups[0]).toBe(groups[1]);
});

test("what is filled in already gets no field of ours over it", () => {
  const widget = (name: string, more: string, at: number) =>
    `<< /Type /Annot /Subtype /Widget /T (${name}) /Rect [50 ${at} 250 ${at + 20}] ${more} >>`;
  const states = "/AP << /N << /Yes null /Off null >> >>";
  const fields = [
    widget("Tenant", "/FT /Tx /V (Ana Ruiz)", 700),
    widget("Rent", "/FT /Tx /V ( )", 660),
    widget("City", "/FT /Tx", 620),
    widget("Pets", `/FT /Btn /V /Yes /AS /Yes ${states}`, 580),
    widget("Parking", `/FT /Btn /V /Off /AS /Off ${states}`, 540),
    widget("State", "/FT /Ch /Opt [(Texas) (Utah)] /V [(Utah)]", 500),
    widget("County", "/FT /Ch /Opt [(Travis) (Bexar)]", 460),
  ];
  const refs = fields.map((_, index) => `${4 + index} 0 R`).join(" ");
  const hints = readForm(
    openBytes(
      fileOf([
        `<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [${refs}] >> >>`,
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Annots [${refs}] >>`,
        ...fields,
      ]),
    ),
  );
  expect(hints.map(({ label }) => label)).toEqual(["Rent", "City", "Parking", "County"]);
});

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

function formWith(...fields: readonly string[]) {
  const widgets = fields.map((field, index) => {
    const at = 700 - index * 40;
    return `<< /Type /Annot /Subtype /Widget /Rect [50 ${at} 250 ${at + 20}] ${field} >>`;
  });
  const refs = fields.map((_, index) => `${4 + index} 0 R`).join(" ");
  return openBytes(
    fileOf([
      `<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [${refs}] >> >>`,
      "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Annots [${refs}] >>`,
      ...widgets,
    ]),
  );
}
const STATES = "/AP << /N << /Yes null /Off null >> >>";

test("what is filled in already becomes what the field holds, and its place is told", () => {
  const hints = readForm(
    formWith(
      "/T (Tenant) /FT /Tx /V (Ana Ruiz)",
      "/T (Rent) /FT /Tx /V ( )",
      `/T (Pets) /FT /Btn /V /Yes /AS /Yes ${STATES}`,
      `/T (Parking) /FT /Btn /V /Off /AS /Off ${STATES}`,
      "/T (State) /FT /Ch /Opt [(Texas) (Utah)] /V [(Utah)]",
      "/T (Start date) /FT /Tx /V (1st of March)",
      "/T (Signed) /FT /Sig",
    ),
  );
  const told = hints.map(({ label, type, settings, isHeld = false, tag = [] }) => {
    return [label, type, settings.value ?? "", isHeld, tag.length];
  });
  expect(told).toEqual([
    ["Tenant", "text", "Ana Ruiz", true, 1],
    ["Rent", "text", "", false, 0],
    ["Pets", "checkbox", "yes", true, 1],
    ["Parking", "checkbox", "", false, 0],
    ["State", "dropdown", "Utah", true, 1],
    ["Start date", "text", "1st of March", true, 1],
    ["Signed", "signature", "", false, 0],
  ]);
  expect(hints[0]!.tag).toEqual([
    { x: hints[0]!.x, y: hints[0]!.y, width: hints[0]!.width, height: hints[0]!.height },
  ]);
});

test("what is fixed in the form stays fixed in the field, and an empty fixed field is none", () => {
  const hints = readForm(
    formWith(
      "/T (Lot) /FT /Tx /Ff 1 /V (12B)",
      "/T (Office) /FT /Tx /Ff 1",
      `/T (Checked) /FT /Btn /Ff 1 /V /Yes /AS /Yes ${STATES}`,
    ),
  );
  expect(hints.map(({ label, settings }) => [label, settings.value, settings.isReadOnly])).toEqual([
    ["Lot", "12B", true],
    ["Checked", "yes", true],
  ]);
});

test("what no field can hold stays printed", () => {
  const hints = readForm(
    formWith(
      `/T (Essay) /FT /Tx /V (${"word ".repeat(250)})`,
      "/T (Languages) /FT /Ch /Opt [(Dutch) (Polish)] /V [(Dutch) (Polish)]",
      "/T (Other) /FT /Ch /Opt [(Dutch) (Polish)] /V (Greek)",
    ),
  );
  expect(hints).toEqual([]);
});

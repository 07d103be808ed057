import { type AcroFormField, fieldsOf } from "#lib/pdf/form.ts";
import { isName, PdfStream } from "#lib/pdf/objects.ts";
import { pageBoxOf, pagesOf, rectangle } from "#lib/pdf/pages.ts";
import { toNormalizedBox } from "#lib/pdf/placement.ts";
import type { PdfFile } from "#lib/pdf/reader.ts";
import type { FieldSettings } from "../fields/field-settings.ts";
import { SETTING_LIMITS } from "../fields/field-settings.ts";
import type { FieldType } from "../fields/field-types.ts";
import { type FieldHint, HINT_LIMITS } from "./hint.ts";

const REQUIRED = 1 << 1;
const READ_ONLY = 1 << 0;
const RADIO = 1 << 15;
const PUSH_BUTTON = 1 << 16;
const COMB = 1 << 24;

/**
 * The fields of a document's own form (ISO 32000-2 §12.7.4) as fields of ours, each at its place. What is filled in already is
 * printed on the page and stays so: a field over it would write on what is written.
 */
export function readForm(file: PdfFile): FieldHint[] {
  const pages = [...pagesOf(file)];
  const boxes = pages.map((page) => pageBoxOf(file, page));
  const pageOf = new Map<number, number>();
  for (const [index, page] of pages.entries())
    for (const object of file.array(page.dict.get("Annots"))) {
      const number = (object as { number?: number } | null)?.number;
      if (number !== undefined && !pageOf.has(number)) pageOf.set(number, index);
    }
  const hints: FieldHint[] = [];
  const groups = new Map<string, string>();
  for (const field of fieldsOf(file)) {
    const kind = holdsValue(file, field) ? null : kindOf(file, field);
    if (!kind) continue;
    for (const widget of field.widgets) {
      if (hints.length >= HINT_LIMITS.hints) return hints;
      const page = widget.ref ? pageOf.get(widget.ref.number) : undefined;
      const corners = rectangle(file, widget.dict.get("Rect"));
      if (page === undefined || !corners) continue;
      const box = toNormalizedBox(corners, boxes[page]!);
      if (!(box.width > 0 && box.height > 0)) continue;
      const option = kind.type === "radio" || kind.type === "checkbox" ? onState(file, widget.dict) : null;
      const settings = {
        ...kind.settings,
        ...(kind.type === "radio" ? { group: groupFor(field.name, groups), option: option ?? "Yes" } : {}),
      };
      hints.push({
        ...{ from: "form", page, ...box, type: kind.type, label: kind.label, settings, signer: null },
        isRequired: (field.flags & REQUIRED) !== 0 || kind.type === "signature",
      });
    }
  }
  return hints;
}

/** Text, a choice, a ticked box; for a group of buttons, any of them. */
function holdsValue(file: PdfFile, { type, value, widgets }: AcroFormField): boolean {
  if (type === "Sig") return false;
  if (type === "Btn") {
    const isOn = (state: string | null) => state !== null && state !== "" && state !== "Off";
    return widgets.some(({ dict }) => isOn(file.name(dict.get("AS")) ?? null));
  }
  const said = file.resolve(value);
  const texts = Array.isArray(said) ? said.map((one) => file.text(one)) : [file.text(value)];
  return texts.some((text) => (text ?? "").trim() !== "");
}

/** The end of a name tells questions apart: what comes before names the page and its parts, alike for all of them. */
function groupFor(name: string, groups: Map<string, string>): string {
  const known = groups.get(name);
  if (known) return known;
  const taken = new Set(groups.values());
  let group = name.slice(-SETTING_LIMITS.group);
  for (let number = 2; taken.has(group); number++) {
    const suffix = ` ${number}`;
    group = `${name.slice(-(SETTING_LIMITS.group - suffix.length))}${suffix}`;
  }
  groups.set(name, group);
  return group;
}

interface Kind {
  readonly type: FieldType;
  readonly label: string;
  readonly settings: FieldSettings;
}

function kindOf(file: PdfFile, field: AcroFormField): Kind | null {
  const { type, flags, name, dict } = field;
  // What is fixed in the form stays drawn on the page.
  if ((flags & READ_ONLY) !== 0 && type !== "Sig") return null;
  const said = file.text(dict.get("TU")) ?? file.text(field.widgets[0]?.dict.get("TU")) ?? "";
  const label = (said || name.split(".").at(-1) || "").replaceAll(/\s+/g, " ").trim().slice(0, 120);
  if (type === "Sig") return { type: "signature", label, settings: {} };
  if (type === "Btn") {
    if ((flags & PUSH_BUTTON) !== 0) return null;
    return { type: (flags & RADIO) !== 0 ? "radio" : "checkbox", label, settings: {} };
  }
  if (type === "Ch") {
    const options = file.array(dict.get("Opt")).flatMap((one) => {
      const object = file.resolve(one);
      const text = Array.isArray(object) ? file.text(object[1]) : file.text(one);
      return text?.trim() ? [text.trim().slice(0, SETTING_LIMITS.option)] : [];
    });
    const known = [...new Set(options)].slice(0, SETTING_LIMITS.options);
    return known.length > 0 ? { type: "dropdown", label, settings: { options: known } } : null;
  }
  if (type !== "Tx") return null;
  const longest = file.number(dict.get("MaxLen"));
  const most = longest && longest >= 1 && longest <= SETTING_LIMITS.text ? Math.floor(longest) : null;
  if ((flags & COMB) !== 0 && most && most <= SETTING_LIMITS.cells)
    return { type: "cells", label, settings: { cells: most } };
  return { type: /\bdate\b/i.test(label) ? "day" : "text", label, settings: most ? { longest: most } : {} };
}

/** What a button is called when it is on: the state of its appearance that is not Off. */
function onState(file: PdfFile, widget: AcroFormField["dict"]): string | null {
  const normal = file.resolve(file.dict(widget.get("AP"))?.get("N"));
  if (normal === null || normal instanceof PdfStream || !(normal instanceof Map)) return null;
  for (const key of normal.keys()) if (key !== "Off") return key.slice(0, SETTING_LIMITS.option);
  return isName(file.resolve(widget.get("AS"))) ? (file.name(widget.get("AS")) ?? null) : null;
}

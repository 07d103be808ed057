import { type AcroFormField, fieldsOf } from "#lib/pdf/form.ts";
import { isName, PdfStream } from "#lib/pdf/objects.ts";
import { pageBoxOf, pagesOf, rectangle } from "#lib/pdf/pages.ts";
import { toNormalizedBox } from "#lib/pdf/placement.ts";
import type { PdfFile } from "#lib/pdf/reader.ts";
import type { FieldSettings } from "../fields/field-settings.ts";
import { SETTING_LIMITS } from "../fields/field-settings.ts";
import type { FieldType } from "../fields/field-types.ts";
import { CHECKED } from "../fields/form-field.ts";
import { readAnswer } from "../fields/read-answer.ts";
import { type FieldHint, HINT_LIMITS } from "./hint.ts";

const REQUIRED = 1 << 1;
const READ_ONLY = 1 << 0;
const RADIO = 1 << 15;
const PUSH_BUTTON = 1 << 16;
const COMB = 1 << 24;

/**
 * The fields of a document's own form (ISO 32000-2 §12.7.4) as fields of ours, each at its place. What is filled in already
 * becomes what the field holds, and names its place, so that it can be taken off the page: a field over it would write on what is
 * written. What no field of ours can hold stays printed, and so does an empty field that nobody may fill in.
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
    const kind = kindOf(file, field);
    if (!kind) continue;
    const isFixed = (field.flags & READ_ONLY) !== 0 && field.type !== "Sig";
    const isHeld = holdsValue(file, field);
    const held = isHeld ? heldBy(file, field, kind) : "";
    if (held === null || (isFixed && !isHeld)) continue;
    for (const widget of field.widgets) {
      if (hints.length >= HINT_LIMITS.hints) return hints;
      const page = widget.ref ? pageOf.get(widget.ref.number) : undefined;
      const corners = rectangle(file, widget.dict.get("Rect"));
      if (page === undefined || !corners) continue;
      const box = toNormalizedBox(corners, boxes[page]!);
      if (!(box.width > 0 && box.height > 0)) continue;
      const option = kind.type === "radio" ? onState(file, widget.dict) : null;
      const isButton = kind.type === "radio" || kind.type === "checkbox";
      const value = isButton ? (isOn(file, widget.dict) ? CHECKED : "") : held;
      // Of a question that is answered the other buttons are not asked for either; alone, an empty box cannot be fixed.
      const settings = {
        ...kind.settings,
        ...(value ? { value, ...(isFixed ? { isReadOnly: true } : {}) } : {}),
        ...(kind.type === "radio" ? { group: groupFor(field.name, groups), option: option ?? "Yes" } : {}),
      };
      hints.push({
        ...{ from: "form", page, ...box, type: kind.type, label: kind.label, settings, signer: null },
        isRequired: (field.flags & REQUIRED) !== 0 || kind.type === "signature",
        ...(value ? { isHeld: true, tag: [box] } : {}),
      });
    }
  }
  return hints;
}

/** Text, a choice, a ticked box; for a group of buttons, any of them. */
function holdsValue(file: PdfFile, { type, value, widgets }: AcroFormField): boolean {
  if (type === "Sig") return false;
  if (type === "Btn") return widgets.some(({ dict }) => isOn(file, dict));
  const said = file.resolve(value);
  const texts = Array.isArray(said) ? said.map((one) => file.text(one)) : [file.text(value)];
  return texts.some((text) => (text ?? "").trim() !== "");
}

function isOn(file: PdfFile, widget: AcroFormField["dict"]): boolean {
  const state = file.name(widget.get("AS")) ?? "";
  return state !== "" && state !== "Off";
}

/** What a field of ours of that kind can hold of it; null when it cannot hold all of it. */
function heldBy(file: PdfFile, { type, value, flags }: AcroFormField, kind: Kind): string | null {
  // Of buttons that nobody may press some would be left to be pressed.
  if (type === "Btn") return kind.type === "radio" && (flags & READ_ONLY) !== 0 ? null : CHECKED;
  if (Array.isArray(file.resolve(value))) {
    const chosen = file.array(value).flatMap((one) => file.text(one) ?? []);
    return chosen.length === 1 ? fitting(chosen[0]!, kind) : null;
  }
  return fitting(file.text(value) ?? "", kind);
}

function fitting(text: string, kind: Kind): string | null {
  const value = text.replaceAll(/\r\n?/g, "\n").trim();
  if (value === "" || value.length > SETTING_LIMITS.text) return null;
  return "problem" in readAnswer(kind, value) ? null : value;
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
  // A date that is written already is in whatever form it was written in.
  const isDay = /\bdate\b/i.test(label) && !holdsValue(file, field);
  return { type: isDay ? "day" : "text", label, settings: most ? { longest: most } : {} };
}

/** What a button is called when it is on: the state of its appearance that is not Off. */
function onState(file: PdfFile, widget: AcroFormField["dict"]): string | null {
  const normal = file.resolve(file.dict(widget.get("AP"))?.get("N"));
  if (normal === null || normal instanceof PdfStream || !(normal instanceof Map)) return null;
  for (const key of normal.keys()) if (key !== "Off") return key.slice(0, SETTING_LIMITS.option);
  return isName(file.resolve(widget.get("AS"))) ? (file.name(widget.get("AS")) ?? null) : null;
}

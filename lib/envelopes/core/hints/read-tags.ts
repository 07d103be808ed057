import type { PageCharacter } from "#lib/pdf/page-text/text-blocks.ts";
import type { Box } from "../field-places.ts";
import { SETTING_LIMITS } from "../fields/field-settings.ts";
import type { FieldType } from "../fields/field-types.ts";
import { type Anchor, inPoints } from "./anchor.ts";
import { findAnchors } from "./find-anchors.ts";
import type { FieldHint, PageHints, UnknownTag } from "./hint.ts";
import { readSignNow } from "./sign-now-tag.ts";
import { isYes, signerOf, type Tag, typeOf } from "./tag-words.ts";

type Dialect = (inner: string) => Tag | null;

/** `Sig_es_:signer1:signature`, `*Name_es_:signer1:fullname` — Adobe. */
const adobe: Dialect = (inner) => {
  const found = /^\s*(\*?)\s*([\w .-]*?)_es_(?:\s*:\s*([\w -]+))?(?:\s*:\s*([\w *-]+))?/.exec(inner);
  if (!found) return null;
  const [, star, name = "", who, kind] = found;
  const type = typeOf(kind ?? "") ?? typeOf(name) ?? "text";
  const isRequired = star === "*" || type === "signature";
  return { type, label: typeOf(name) ? "" : name.trim(), isRequired, signer: signerOf(who) };
};

/** `Name;role=Signer1;type=date` — DocuSeal. */
const docuSeal: Dialect = (inner) => {
  const [name = "", ...rest] = inner.split(";");
  const parts = new Map(rest.map((part) => part.split("=").map((one) => one.trim()) as [string, string]));
  if (!["type", "role", "required"].some((key) => parts.has(key))) return null;
  const type = typeOf(parts.get("type") ?? "text");
  if (!type) return null;
  const options = parts
    .get("options")
    ?.split(",")
    .map((one) => one.trim());
  const isRequired = parts.get("required") !== "false";
  return { type, label: name.trim(), isRequired, signer: signerOf(parts.get("role")), options };
};

/** `signature, r1, required=true` — Documenso. */
const documenso: Dialect = (inner) => {
  const [kind = "", who, ...rest] = inner.split(",").map((one) => one.trim());
  const type = typeOf(kind);
  if (!type || (who !== undefined && !/^(r\d+|[\w.]+@[\w.]+)$/i.test(who))) return null;
  const parts = new Map(rest.map((part) => part.split("=").map((one) => one.trim()) as [string, string]));
  const required = parts.get("required");
  const isRequired = required === undefined ? type === "signature" || type === "initials" : isYes(required);
  return { type, label: parts.get("label") ?? "", isRequired, signer: signerOf(who) };
};

/** `sig|req|signer1` — Dropbox Sign. */
const dropbox: Dialect = (inner) => {
  const [kind = "", required, who, label = ""] = inner.split("|").map((one) => one.trim());
  const type = typeOf(kind);
  if (!type || !/^(req|noreq)$/i.test(required ?? "")) return null;
  return { type, label, isRequired: /^req$/i.test(required!), signer: signerOf(who) };
};

const IN_BRACES: readonly Dialect[] = [readSignNow, adobe, docuSeal, documenso];
const SHAPES: readonly (readonly [RegExp, readonly Dialect[]])[] = [
  [/\{\{([^{}]{1,300})\}\}/g, IN_BRACES],
  [/\{([^{}]{1,300})\}/g, [readSignNow]],
  [/\[([^[\]]{1,300})\]/g, [dropbox, readSignNow]],
];
/** `/s1/`, `/i2/`, `/d1/` — plain anchors. */
const PLAIN = /\/(s|sig|sn|i|in|d|ds|t|n|c)(\d{1,2})\//gi;
const LOOKS_LIKE_A_TAG = /^(\{\{|\[(?:sig|initial|text|check|date)\b.*\|)/i;

/**
 * Marks of signers and places that a document's text holds: an organization's own words, and the writings of six makers.
 *
 * @returns also which of the organization's words are there. @see docs/fields.md
 */
export function readTags(
  characters: readonly PageCharacter[],
  page: number,
  widthPt: number,
  heightPt: number,
  anchors: readonly Anchor[] = [],
): PageHints & { readonly anchored: readonly string[] } {
  const text = characters
    .map((one) => (one.text.length === 1 ? one.text : one.text === "" ? "\0" : "\ufffd"))
    .join("");
  const hints: FieldHint[] = [];
  const unknown: UnknownTag[] = [];
  const taken: [number, number][] = [];
  const isFree = (from: number, to: number) => taken.every(([start, end]) => to <= start || from >= end);
  const add = (tag: Tag, from: number, to: number) => {
    taken.push([from, to]);
    const words = boxOf(characters.slice(from, to));
    if (!words) return;
    const { xPt = 0, yPt = 0 } = tag;
    const within = (value: number) => Math.min(0.999, Math.max(0, value));
    const box = { ...words, x: within(words.x + xPt / widthPt), y: within(words.y + yPt / heightPt) };
    const width = Math.min(
      1 - box.x,
      tag.widthPt ? tag.widthPt / widthPt : Math.max(box.width, leastOf(tag.type).width / widthPt),
    );
    const height = Math.min(
      1 - box.y,
      tag.heightPt ? tag.heightPt / heightPt : Math.max(box.height, leastOf(tag.type).height / heightPt),
    );
    const { type, label, isRequired, signer, options, left = [] } = tag;
    const chosen =
      options && options.length > 0
        ? {
            options: options
              .slice(0, SETTING_LIMITS.options)
              .map((one) => one.slice(0, SETTING_LIMITS.option)),
          }
        : {};
    const settings = { ...tag.settings, ...chosen };
    hints.push({
      from: "tag",
      page,
      ...box,
      width,
      height,
      type,
      label: label.slice(0, 120),
      isRequired,
      signer,
      settings,
      ...(tag.stays ? {} : { tag: linesOf(characters.slice(from, to)) }),
      text: tag.written ?? written(text.slice(from, to)),
      ...(left.length > 0 ? { left } : {}),
    });
  };
  for (const { anchor, from, to } of findAnchors(characters, anchors)) add(tagOf(anchor), from, to);
  const anchored = hints.map(({ text }) => text ?? "");
  for (const [shape, dialects] of SHAPES)
    for (const found of text.matchAll(shape)) {
      const [from, to] = [found.index, found.index + found[0].length];
      if (!isFree(from, to)) continue;
      const inner = found[1]!.replaceAll(/[\r\n\0]+/g, "");
      const tag = dialects.map((dialect) => dialect(inner)).find((one) => one !== null);
      if (tag) add(tag, from, to);
      else if (LOOKS_LIKE_A_TAG.test(found[0])) {
        taken.push([from, to]);
        unknown.push({ page, text: written(found[0]) });
      }
    }
  for (const found of text.matchAll(PLAIN)) {
    const [from, to] = [found.index, found.index + found[0].length];
    const type = typeOf(found[1] === "sn" ? "s" : found[1]!.toLowerCase() === "ds" ? "d" : found[1]!);
    if (type && isFree(from, to))
      add({ type, label: "", isRequired: type !== "checkbox", signer: found[2]! }, from, to);
  }
  return { hints, unknown, anchored };
}

const tagOf = (anchor: Anchor): Tag => ({
  ...{ type: anchor.type, label: anchor.label, isRequired: anchor.isRequired },
  ...{ signer: signerOf(anchor.signer), settings: anchor.settings, written: anchor.text },
  ...(anchor.width ? { widthPt: inPoints(anchor.width, anchor.unit) } : {}),
  ...(anchor.height ? { heightPt: inPoints(anchor.height, anchor.unit) } : {}),
  ...{ xPt: inPoints(anchor.xOffset, anchor.unit), yPt: inPoints(anchor.yOffset, anchor.unit) },
  stays: !anchor.isTakenOut,
});

const written = (text: string): string => text.replaceAll(/[\r\n\0]+/g, "").slice(0, 120);

const leastOf = (type: FieldType) =>
  type === "signature"
    ? { width: 120, height: 32 }
    : type === "initials"
      ? { width: 50, height: 24 }
      : type === "checkbox" || type === "radio"
        ? { width: 12, height: 12 }
        : { width: 80, height: 16 };

/** Around the first line of some characters: a tag that breaks is where it begins. */
/** What a tag covers: it may go on in the next line. */
function linesOf(characters: readonly PageCharacter[]): Box[] {
  const lines: PageCharacter[][] = [];
  for (const one of characters) {
    if (one.text.trim() === "" || one.right <= one.left) continue;
    const line = lines.find(([first]) => one.top < first!.bottom && one.bottom > first!.top);
    if (line) line.push(one);
    else lines.push([one]);
  }
  return lines.flatMap((line) => boxOf(line) ?? []);
}

function boxOf(characters: readonly PageCharacter[]) {
  const drawn = characters.filter(({ text, right, left }) => text.trim() !== "" && right > left);
  const [first] = drawn;
  if (!first) return null;
  const line = drawn.filter(({ top, bottom }) => top < first.bottom && bottom > first.top);
  const x = Math.max(0, Math.min(...line.map(({ left }) => left)));
  const y = Math.max(0, Math.min(...line.map(({ top }) => top)));
  const right = Math.min(1, Math.max(...line.map(({ right }) => right)));
  const bottom = Math.min(1, Math.max(...line.map(({ bottom }) => bottom)));
  return right > x && bottom > y ? { x, y, width: right - x, height: bottom - y } : null;
}

import type { PageCharacter } from "#lib/pdf/page-text/text-blocks.ts";
import type { Box } from "../field-places.ts";
import type { FieldType } from "../fields/field-types.ts";
import type { FieldHint, PageHints, UnknownTag } from "./hint.ts";

interface Tag {
  readonly type: FieldType;
  readonly label: string;
  readonly isRequired: boolean;
  readonly signer: string | null;
  /** In points, where the tag says. */
  readonly widthPt?: number;
  readonly heightPt?: number;
  readonly options?: readonly string[];
}

/** Words of the makers' languages for kinds of fields. */
const TYPES: Readonly<Record<string, FieldType>> = {
  ...{ s: "signature", sig: "signature", sign: "signature", signature: "signature", es: "signature" },
  ...{
    i: "initials",
    in: "initials",
    int: "initials",
    init: "initials",
    initial: "initials",
    initials: "initials",
  },
  ...{ d: "date", date: "date", datesigned: "date", dte: "date", date_signed: "date" },
  ...{ t: "text", txt: "text", text: "text", textfield: "text", tx: "text" },
  ...{ n: "name", name: "name", fullname: "name", full_name: "name", es_name: "name" },
  ...{ c: "checkbox", check: "checkbox", checkbox: "checkbox", cb: "checkbox", chk: "checkbox" },
  ...{ r: "radio", radio: "radio", dropdown: "dropdown", select: "dropdown", dd: "dropdown" },
  ...{ email: "email", em: "email", title: "title", ttl: "title", company: "company", co: "company" },
  ...{ number: "number", num: "number", phone: "phone", a: "attachment", attachment: "attachment" },
  ...{ file: "attachment", image: "image", stamp: "stamp", cells: "cells", payment: "payment" },
};
const typeOf = (word: string): FieldType | null => TYPES[word.trim().toLowerCase()] ?? null;
const isYes = (word: string | undefined) => /^(y|yes|true|1|req|required|\*)$/i.test(word?.trim() ?? "");
const signerOf = (word: string | undefined): string | null => {
  const found = word?.trim().replace(/^["“']|["”']$/g, "") ?? "";
  return (
    /^(?:signer|recipient|role|party|r)?[\s_-]*(\d{1,2})$/i.exec(found)?.[1] ?? (found === "" ? null : found)
  );
};

type Dialect = (inner: string) => Tag | null;

/** `t:s;r:y;o:"Signer 1";w:100;h:15;` — signNow. */
const signNow: Dialect = (inner) => {
  if (!/^\s*t\s*:/.test(inner)) return null;
  const parts = new Map(
    inner.split(";").flatMap((part): [string, string][] => {
      const at = part.indexOf(":");
      return at < 0 ? [] : [[part.slice(0, at).trim().toLowerCase(), part.slice(at + 1).trim()]];
    }),
  );
  const type = typeOf(parts.get("t") ?? "");
  if (!type) return null;
  const size = (key: string) => Number(parts.get(key)) || undefined;
  const options = parts
    .get("dd")
    ?.replace(/^"|"$/g, "")
    .split(/[,|]/)
    .map((one) => one.trim())
    .filter(Boolean);
  const label = (parts.get("l") ?? "").replace(/^"|"$/g, "");
  return {
    ...{
      type: options ? "dropdown" : type,
      label,
      isRequired: isYes(parts.get("r")),
      signer: signerOf(parts.get("o")),
    },
    ...{ widthPt: size("w"), heightPt: size("h"), options },
  };
};

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

const IN_BRACES: readonly Dialect[] = [signNow, adobe, docuSeal, documenso];
const SHAPES: readonly (readonly [RegExp, readonly Dialect[]])[] = [
  [/\{\{([^{}]{1,300})\}\}/g, IN_BRACES],
  [/\{([^{}]{1,300})\}/g, [signNow]],
  [/\[([^[\]]{1,300})\]/g, [dropbox, signNow]],
];
/** `/s1/`, `/i2/`, `/d1/` — plain anchors. */
const PLAIN = /\/(s|sig|sn|i|in|d|ds|t|n|c)(\d{1,2})\//gi;
const LOOKS_LIKE_A_TAG = /^(\{\{|\[(?:sig|initial|text|check|date)\b.*\|)/i;

/** Marks of signers and places that a document's text holds, in the writings of six makers. @see docs/fields.md */
export function readTags(
  characters: readonly PageCharacter[],
  page: number,
  widthPt: number,
  heightPt: number,
): PageHints {
  const text = characters
    .map((one) => (one.text.length === 1 ? one.text : one.text === "" ? "\0" : "\ufffd"))
    .join("");
  const hints: FieldHint[] = [];
  const unknown: UnknownTag[] = [];
  const taken: [number, number][] = [];
  const isFree = (from: number, to: number) => taken.every(([start, end]) => to <= start || from >= end);
  const add = (tag: Tag, from: number, to: number) => {
    taken.push([from, to]);
    const box = boxOf(characters.slice(from, to));
    if (!box) return;
    const width = Math.min(
      1 - box.x,
      tag.widthPt ? tag.widthPt / widthPt : Math.max(box.width, leastOf(tag.type).width / widthPt),
    );
    const height = Math.min(
      1 - box.y,
      tag.heightPt ? tag.heightPt / heightPt : Math.max(box.height, leastOf(tag.type).height / heightPt),
    );
    const { type, label, isRequired, signer, options } = tag;
    const settings = options && options.length > 0 ? { options: [...options] } : {};
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
      tag: linesOf(characters.slice(from, to)),
    });
  };
  for (const [shape, dialects] of SHAPES)
    for (const found of text.matchAll(shape)) {
      const [from, to] = [found.index, found.index + found[0].length];
      if (!isFree(from, to)) continue;
      const inner = found[1]!.replaceAll(/[\r\n\0]+/g, "");
      const tag = dialects.map((dialect) => dialect(inner)).find((one) => one !== null);
      if (tag) add(tag, from, to);
      else if (LOOKS_LIKE_A_TAG.test(found[0])) {
        taken.push([from, to]);
        unknown.push({ page, text: found[0].replaceAll(/[\r\n\0]+/g, "").slice(0, 120) });
      }
    }
  for (const found of text.matchAll(PLAIN)) {
    const [from, to] = [found.index, found.index + found[0].length];
    const type = typeOf(found[1] === "sn" ? "s" : found[1]!.toLowerCase() === "ds" ? "d" : found[1]!);
    if (type && isFree(from, to))
      add({ type, label: "", isRequired: type !== "checkbox", signer: found[2]! }, from, to);
  }
  return { hints, unknown };
}

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

import { fromUtf8, toLatin1 } from "#lib/bytes.ts";
import { isName, numberOf, type PdfDict, PdfName, type PdfObject, PdfStream } from "#lib/pdf/objects.ts";
import type { PdfFile } from "#lib/pdf/reader.ts";
import { operatorsOf } from "./operators.ts";
import { contentOf } from "./rewrite-content.ts";
import { shownItems } from "./shown-text.ts";
import { TooHard } from "./too-hard.ts";

const KINDS: Readonly<Record<string, string>> = {
  ...{ Tf: "Font", Do: "XObject", gs: "ExtGState", cs: "ColorSpace", CS: "ColorSpace", sh: "Shading" },
  ...{ scn: "Pattern", SCN: "Pattern", BDC: "Properties", DP: "Properties" },
};
/** Used by every color that names no space of its own (ISO 32000-2 §8.6.5.6). */
const DEFAULT_SPACES = ["DefaultGray", "DefaultRGB", "DefaultCMYK"];
const DEEPEST = 16;

/** Which glyphs drawn by content of their own a file still shows: of a font, the codes. */
export type DrawnCodes = Map<PdfDict, Set<number>>;

/**
 * What of the resources a content stream uses, and nothing else: what only a removed part has drawn must not stay
 * because it still has a name.
 *
 * @param drawn takes up the codes of Type 3 fonts that are shown.
 * @throws TooHard when a stream does not unpack
 */
export function usedResources(
  file: PdfFile,
  resources: PdfDict,
  content: Uint8Array,
  drawn?: DrawnCodes,
): PdfDict {
  const used = new Map<string, Set<string>>();
  const note = (kind: string, name: string) => used.set(kind, (used.get(kind) ?? new Set()).add(name));
  for (const name of DEFAULT_SPACES) note("ColorSpace", name);
  lookThrough(file, resources, content, note, drawn, 0);
  const kept: PdfDict = new Map();
  for (const [kind, names] of used) {
    const known = file.dict(resources.get(kind));
    const some = new Map([...(known ?? [])].filter(([name]) => names.has(name)));
    if (some.size > 0) kept.set(kind, some);
  }
  return kept;
}

function lookThrough(
  file: PdfFile,
  resources: PdfDict,
  content: Uint8Array,
  note: (kind: string, name: string) => void,
  drawn: DrawnCodes | undefined,
  depth: number,
): void {
  if (depth > DEEPEST) throw new TooHard("depth");
  const of = (kind: string, name: string) => file.dict(resources.get(kind))?.get(name);
  const fonts: (PdfDict | null)[] = [];
  let font: PdfDict | null = null;
  const seen = new Set<string>();
  for (const { name, operands, inline } of operatorsOf(content)) {
    if (name === "q") fonts.push(font);
    if (name === "Q") font = fonts.pop() ?? font;
    const space = inline?.dict.get("ColorSpace");
    if (space instanceof PdfName) note("ColorSpace", space.text);
    const kind = KINDS[name];
    const named = name === "Tf" ? operands[0] : operands.at(-1);
    if (kind && named instanceof PdfName) note(kind, named.text);
    if (name === "Tf" && named instanceof PdfName) font = file.dict(of("Font", named.text));
    if (drawn && font && /^(Tj|TJ|'|")$/.test(name) && isName(file.resolve(font.get("Subtype")), "Type3"))
      noteCodes(drawn, font, operands.at(-1));
    if (name !== "Do" || !(named instanceof PdfName) || seen.has(named.text)) continue;
    seen.add(named.text);
    const form = file.resolve(of("XObject", named.text));
    if (!(form instanceof PdfStream) || !isName(file.resolve(form.dict.get("Subtype")), "Form")) continue;
    const own = file.dict(form.dict.get("Resources"));
    // A form without resources of its own uses its page's (§7.8.3).
    if (!own) lookThrough(file, resources, contentOf(file, [form]), note, drawn, depth + 1);
    else if (drawn) lookThrough(file, own, contentOf(file, [form]), () => undefined, drawn, depth + 1);
  }
}

function noteCodes(drawn: DrawnCodes, font: PdfDict, operand: PdfObject | undefined): void {
  const codes = drawn.get(font) ?? new Set();
  drawn.set(font, codes);
  for (const item of shownItems(operand, numberOf))
    if (typeof item !== "number") for (const code of item) codes.add(code);
}

/** A Type 3 font with the glyphs that are still shown (§9.6.4). */
export function withDrawnGlyphs(file: PdfFile, font: PdfDict, drawn: DrawnCodes): PdfDict {
  const names = new Set<string>();
  let code = 0;
  for (const item of file.array(file.dict(font.get("Encoding"))?.get("Differences"))) {
    const found = file.resolve(item);
    if (found instanceof PdfName) {
      if (drawn.get(font)?.has(code)) names.add(found.text);
      code++;
    } else code = numberOf(found) ?? code;
  }
  const glyphs = [...(file.dict(font.get("CharProcs")) ?? [])].filter(([name]) => names.has(name));
  return new Map(font).set("CharProcs", new Map(glyphs));
}

/** Whether bytes hold a word as it may be written in names and descriptions. */
export function holdsWord(bytes: Uint8Array, words: readonly string[]): boolean {
  const text = toLatin1(bytes);
  return words.some((word) => {
    const utf8 = toLatin1(fromUtf8(word));
    const utf16 = [...utf8].map((character) => `\0${character}`).join("");
    return text.includes(word) || text.includes(utf8) || text.includes(utf16);
  });
}

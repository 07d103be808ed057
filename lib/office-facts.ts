import { toUtf8 } from "./bytes.ts";
import { officePart } from "./office-check.ts";
import type { OfficeKind } from "./ports/office.ts";

/** What an office document says of how it looks in the program it was made with. */
export interface OfficeFacts {
  /** As its program counted them when it was last saved; null where it does not say. */
  readonly pages: number | null;
  /** Families that its text is written in, in no order. */
  readonly fonts: readonly string[];
}

const MOST_FONTS = 100;

/** @param bytes what `checkOffice` has let pass. */
export function officeFacts(bytes: Uint8Array, kind: OfficeKind): OfficeFacts {
  const part = (name: string): string => {
    const found = officePart(bytes, name);
    return found ? toUtf8(found) : "";
  };
  switch (kind) {
    case "docx":
      return facts(within(part("docProps/app.xml"), "Pages"), wordFonts(part));
    case "pptx":
      return facts(within(part("docProps/app.xml"), "Slides"), themeFonts(part("ppt/theme/theme1.xml")));
    case "xlsx":
      return facts(null, valuesOf(part("xl/styles.xml"), /<name val="([^"]+)"/g));
    case "odt":
    case "odp":
      return facts(attribute(part("meta.xml"), "meta:page-count"), openFonts(part));
    case "ods":
      return facts(null, openFonts(part));
    case "rtf":
      return rtfFacts(toUtf8(bytes.subarray(0, 1_000_000)));
    default:
      return { pages: null, fonts: [] };
  }
}

function facts(pages: string | null, fonts: readonly string[]): OfficeFacts {
  const count = Number(pages);
  const own = fonts.map((font) => font.replaceAll(/&apos;|&quot;|^'|'$/g, "").trim());
  const named = new Set(own.filter((font) => font !== "" && font.length <= 64 && !font.startsWith("+")));
  return {
    pages: pages !== null && Number.isInteger(count) && count > 0 && count < 100_000 ? count : null,
    fonts: [...named].slice(0, MOST_FONTS),
  };
}

const valuesOf = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, value]) => value!);
const within = (text: string, tag: string): string | null =>
  new RegExp(`<${tag}>(\\d{1,6})</${tag}>`).exec(text)?.[1] ?? null;
const attribute = (text: string, name: string): string | null =>
  new RegExp(`\\b${name}="(\\d{1,6})"`).exec(text)?.[1] ?? null;
const themeFonts = (theme: string): string[] => valuesOf(theme, /<a:latin\b[^>]*\btypeface="([^"]+)"/g);

/** Of the text itself, of styles it is written in, and of what holds where neither says anything. */
function wordFonts(part: (name: string) => string): string[] {
  const [body, sheet, theme] = ["document", "styles", "theme/theme1"].map((name) => part(`word/${name}.xml`));
  const styles = new Map(
    (sheet!.match(/<w:style\b.*?<\/w:style>/gs) ?? []).map((style) => [
      /\bw:styleId="([^"]+)"/.exec(style)?.[1] ?? "",
      style,
    ]),
  );
  const used = new Set(valuesOf(body!, /<w:[prt]\w*Style w:val="([^"]+)"/g));
  for (const [id, style] of styles) if (/\bw:default="1"/.test(style)) used.add(id);
  for (const id of used) {
    const base = /<w:basedOn w:val="([^"]+)"/.exec(styles.get(id) ?? "")?.[1];
    if (base) used.add(base);
  }
  const defaults = /<w:docDefaults>.*?<\/w:docDefaults>/s.exec(sheet!)?.[0] ?? "";
  const text = [body!, defaults, ...[...used].map((id) => styles.get(id) ?? "")].join("");
  const named = text.match(/<w:rFonts\b[^>]*>/g)?.join("") ?? "";
  const [major, minor] = ["major", "minor"].map((which) =>
    themeFonts(new RegExp(`<a:${which}Font>.*?</a:${which}Font>`, "s").exec(theme!)?.[0] ?? "").slice(0, 1),
  );
  return [
    ...valuesOf(named, /\bw:(?:ascii|hAnsi)="([^"]+)"/g),
    ...(/Theme="major/.test(named) ? major! : []),
    ...(/Theme="minor/.test(named) ? minor! : []),
  ];
}

/** OpenDocument names a family once and points to it. */
function openFonts(part: (name: string) => string): string[] {
  const text = part("content.xml") + part("styles.xml");
  const families = new Map(
    (text.match(/<style:font-face\b[^>]*>/g) ?? []).map((face) => [
      /\bstyle:name="([^"]+)"/.exec(face)?.[1] ?? "",
      /\bsvg:font-family="([^"]+)"/.exec(face)?.[1] ?? "",
    ]),
  );
  return valuesOf(text, /\bstyle:font-name="([^"]+)"/g).map((name) => families.get(name) || name);
}

function rtfFacts(text: string): OfficeFacts {
  const fonts = valuesOf(text, /\{\\f\d+[^{};]*?\s([^\\{};]+);\}/g);
  return facts(/\\nofpages(\d{1,6})/.exec(text)?.[1] ?? null, fonts);
}

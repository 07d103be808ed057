import { type PdfObject, PdfRef, PdfStream } from "./objects.ts";
import { pagesOf } from "./pages.ts";
import type { PdfFile } from "./reader.ts";

const LIMITS = { pages: 500, depth: 4, fonts: 200 } as const;

/** What the fonts of a file's pages are called, each once, without the tag of a subset (ISO 32000-2 §9.9.2). */
export function fontNames(file: PdfFile): string[] {
  const names = new Set<string>();
  const seen = new Set<number>();
  function look(resources: PdfObject | undefined, depth: number): void {
    if (resources instanceof PdfRef) {
      if (seen.has(resources.number)) return;
      seen.add(resources.number);
    }
    const dict = file.dict(resources);
    if (!dict || depth > LIMITS.depth || names.size >= LIMITS.fonts) return;
    for (const font of file.dict(dict.get("Font"))?.values() ?? []) {
      const name = file.name(file.dict(font)?.get("BaseFont"));
      if (name) names.add(name.replace(/^[A-Z]{6}\+/, ""));
    }
    for (const object of file.dict(dict.get("XObject"))?.values() ?? []) {
      const form = file.resolve(object);
      if (form instanceof PdfStream) look(form.dict.get("Resources"), depth + 1);
    }
  }
  let count = 0;
  for (const { inherited } of pagesOf(file)) {
    if (++count > LIMITS.pages) break;
    look(inherited.Resources, 0);
  }
  return [...names];
}

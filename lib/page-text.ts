import type { PageCharacter, PageElement } from "./pdf/page-text/text-blocks.ts";

export const MOST_CHARACTERS = 30_000;
const MOST_ELEMENTS = 5_000;
const DEPTH = 30;
/** Places on the page are asked for on a grid this fine. */
const GRID = 20_000;

type Call = (...args: number[]) => number;
/** PDFium as WebAssembly, of which the library wraps a part only. */
interface Pdfium {
  readonly HEAPU8: Uint8Array;
  readonly wasmExports: { malloc(size: number): number; free(pointer: number): void };
  readonly [name: `_FPDF${string}`]: Call;
}

const MOST_PATHS = 5_000;
const PATH = 2;

/** Bounds of the drawn paths of a page that PDFium has open, as fractions of it, origin top left. */
export function readPaths(page: object): { x: number; y: number; width: number; height: number }[] {
  const { module: pdfium, pageIdx } = page as unknown as {
    readonly module: Pdfium;
    readonly pageIdx: number;
  };
  const scratch = pdfium.wasmExports.malloc(64);
  try {
    const count = Math.min(MOST_PATHS, pdfium._FPDFPage_CountObjects!(pageIdx));
    return Array.from({ length: Math.max(0, count) }, (_, index) => index).flatMap((index) => {
      const object = pdfium._FPDFPage_GetObject!(pageIdx, index);
      if (!object || pdfium._FPDFPageObj_GetType!(object) !== PATH) return [];
      if (!pdfium._FPDFPageObj_GetBounds!(object, scratch, scratch + 4, scratch + 8, scratch + 12)) return [];
      const view = new DataView(pdfium.HEAPU8.buffer);
      const [left, bottom, right, top] = [0, 4, 8, 12].map((at) => view.getFloat32(scratch + at, true));
      const at = (x: number, y: number) => {
        pdfium._FPDF_PageToDevice!(pageIdx, 0, 0, GRID, GRID, 0, x, y, scratch + 32, scratch + 36);
        const device = new DataView(pdfium.HEAPU8.buffer);
        return [
          device.getInt32(scratch + 32, true) / GRID,
          device.getInt32(scratch + 36, true) / GRID,
        ] as const;
      };
      const [one, two] = [at(left!, top!), at(right!, bottom!)];
      const [x, y] = [Math.min(one[0], two[0]), Math.min(one[1], two[1])];
      return [{ x, y, width: Math.abs(two[0] - one[0]), height: Math.abs(two[1] - one[1]) }];
    });
  } finally {
    pdfium.wasmExports.free(scratch);
  }
}

/** Characters and tags of a page that PDFium has open, within limits. @param page the library's own object */
export function readPageText(page: object): {
  readonly characters: PageCharacter[];
  readonly structure: PageElement[];
} {
  const { module, pageIdx } = page as unknown as { readonly module: Pdfium; readonly pageIdx: number };
  const scratch = module.wasmExports.malloc(256);
  try {
    return {
      characters: charactersOf(module, pageIdx, scratch),
      structure: structureOf(module, pageIdx, scratch),
    };
  } finally {
    module.wasmExports.free(scratch);
  }
}

function charactersOf(pdfium: Pdfium, page: number, scratch: number): PageCharacter[] {
  const textPage = pdfium._FPDFText_LoadPage!(page);
  if (!textPage) return [];
  const view = () => new DataView(pdfium.HEAPU8.buffer);
  const onPage = (x: number, y: number): readonly [number, number] => {
    pdfium._FPDF_PageToDevice!(page, 0, 0, GRID, GRID, 0, x, y, scratch + 32, scratch + 36);
    return [view().getInt32(scratch + 32, true) / GRID, view().getInt32(scratch + 36, true) / GRID];
  };
  const idOf = new Map<number, number>();
  let lastId = -1;
  try {
    const count = Math.min(MOST_CHARACTERS, pdfium._FPDFText_CountChars!(textPage));
    return Array.from({ length: Math.max(0, count) }, (_, index) => {
      const code = pdfium._FPDFText_GetUnicode!(textPage, index);
      pdfium._FPDFText_GetCharBox!(textPage, index, scratch, scratch + 8, scratch + 16, scratch + 24);
      const [left, right, bottom, top] = [0, 8, 16, 24].map((at) => view().getFloat64(scratch + at, true));
      const [one, two] = [onPage(left!, top!), onPage(right!, bottom!)];
      const object = pdfium._FPDFText_GetTextObject!(textPage, index);
      if (object !== 0 && !idOf.has(object))
        idOf.set(object, pdfium._FPDFPageObj_GetMarkedContentID!(object));
      // Spaces between words are often none in the file: PDFium makes them up, and they belong to what is before.
      if (object !== 0) lastId = idOf.get(object)!;
      return {
        text:
          code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : "",
        left: Math.min(one[0], two[0]),
        right: Math.max(one[0], two[0]),
        top: Math.min(one[1], two[1]),
        bottom: Math.max(one[1], two[1]),
        markedContentId: lastId,
      };
    });
  } finally {
    pdfium._FPDFText_ClosePage!(textPage);
  }
}

function structureOf(pdfium: Pdfium, page: number, scratch: number): PageElement[] {
  const tree = pdfium._FPDF_StructTree_GetForPage!(page);
  if (!tree) return [];
  let left = MOST_ELEMENTS;
  const words = (read: Call, element: number): string => {
    const size = read(element, scratch, 256);
    if (size < 2 || size > 256) return "";
    const bytes = pdfium.HEAPU8.slice(scratch, scratch + size - 2);
    return new TextDecoder("utf-16le").decode(bytes);
  };
  const elementOf = (element: number, depth: number): PageElement => {
    left--;
    const count = depth > DEPTH || left <= 0 ? 0 : pdfium._FPDF_StructElement_CountChildren!(element);
    const children = Array.from({ length: Math.max(0, Math.min(count, left)) }, (_, index) => {
      const child = pdfium._FPDF_StructElement_GetChildAtIndex!(element, index);
      if (child) return elementOf(child, depth + 1);
      return pdfium._FPDF_StructElement_GetChildMarkedContentID!(element, index);
    }).filter((child) => typeof child !== "number" || child >= 0);
    const alternative = words(pdfium._FPDF_StructElement_GetAltText!, element);
    const type = words(pdfium._FPDF_StructElement_GetType!, element);
    return { type, children, ...(alternative ? { alternative } : {}) };
  };
  try {
    const count = Math.min(MOST_ELEMENTS, pdfium._FPDF_StructTree_CountChildren!(tree));
    return Array.from({ length: Math.max(0, count) }, (_, index) =>
      pdfium._FPDF_StructTree_GetChildAtIndex!(tree, index),
    )
      .filter((element) => element !== 0)
      .map((element) => elementOf(element, 0));
  } finally {
    pdfium._FPDF_StructTree_Close!(tree);
  }
}

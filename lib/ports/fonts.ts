/** The faces Whereof ships. What each covers, and which is tried first, `lib/pdf/text/faces.ts` decides. */
export type FaceName =
  | "sans"
  | "sans-arabic"
  | "sans-devanagari"
  | "sans-hebrew"
  | "sans-jp"
  | "sans-kr"
  | "sans-sc"
  | "sans-thai"
  | "serif"
  | "serif-semibold"
  | "serif-italic"
  | "mono"
  | "hand-brisk"
  | "hand-flowing"
  | "hand-marker"
  | "hand-hebrew"
  | "hand-greek"
  | "hand-ruqaa"
  | "hand-upright";

/** Font files, and the program that cuts them down to the glyphs a document needs. */
export interface FontLibrary {
  /** A whole TrueType font with glyf outlines. The same array each time: what is parsed is kept by it. */
  bytes(face: FaceName): Uint8Array;
  /** The HarfBuzz subsetter: a WebAssembly module that imports nothing. The same array each time. */
  subsetter(): Uint8Array;
}

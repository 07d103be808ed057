import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import type { FaceName, FontLibrary } from "#lib/ports/fonts.ts";

export const FACE_FILES: Readonly<Record<FaceName, string>> = {
  sans: "noto-sans/400Regular/NotoSans_400Regular.ttf",
  "sans-arabic": "noto-sans-arabic/400Regular/NotoSansArabic_400Regular.ttf",
  "sans-devanagari": "noto-sans-devanagari/400Regular/NotoSansDevanagari_400Regular.ttf",
  "sans-hebrew": "noto-sans-hebrew/400Regular/NotoSansHebrew_400Regular.ttf",
  "sans-jp": "noto-sans-jp/400Regular/NotoSansJP_400Regular.ttf",
  "sans-kr": "noto-sans-kr/400Regular/NotoSansKR_400Regular.ttf",
  "sans-sc": "noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf",
  "sans-thai": "noto-sans-thai/400Regular/NotoSansThai_400Regular.ttf",
  serif: "source-serif-4/400Regular/SourceSerif4_400Regular.ttf",
  "serif-semibold": "source-serif-4/600SemiBold/SourceSerif4_600SemiBold.ttf",
  "serif-italic": "source-serif-4/400Regular_Italic/SourceSerif4_400Regular_Italic.ttf",
  mono: "ibm-plex-mono/400Regular/IBMPlexMono_400Regular.ttf",
  "hand-brisk": "caveat/500Medium/Caveat_500Medium.ttf",
  "hand-flowing": "dancing-script/500Medium/DancingScript_500Medium.ttf",
  "hand-marker": "mansalva/Mansalva_400Regular.ttf",
  "hand-hebrew": "gveret-levin/400Regular/GveretLevin_400Regular.ttf",
  "hand-greek": "mynerve/Mynerve_400Regular.ttf",
  "hand-ruqaa": "aref-ruqaa/400Regular/ArefRuqaa_400Regular.ttf",
  "hand-upright": "kalam/400Regular/Kalam_400Regular.ttf",
};

/**
 * The fonts of the installed npm packages, each read at its first use and then kept.
 *
 * @param root the folder whose `node_modules` hold them; a bundler moves our own files, never those.
 */
export function packageFonts(root: string = process.cwd()): FontLibrary {
  const { resolve } = createRequire(path.join(root, "package.json"));
  const kept = new Map<string, Uint8Array>();
  const read = (file: string): Uint8Array => {
    const known = kept.get(file);
    if (known) return known;
    const bytes = new Uint8Array(readFileSync(resolve(file)));
    kept.set(file, bytes);
    return bytes;
  };
  return {
    bytes: (face) => read(`@expo-google-fonts/${FACE_FILES[face]}`),
    subsetter: () => read("harfbuzzjs/dist/harfbuzz-subset.wasm"),
  };
}

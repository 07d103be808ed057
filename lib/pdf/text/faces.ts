import type { Script } from "#lib/pdf/text/script.ts";
import type { FaceName } from "#lib/ports/fonts.ts";

/** How a text looks: plain, as our own documents are set, or a hand a signer chose for a typed signature. */
export type TextStyle = "plain" | DocumentStyle | HandStyle;
/** In a document we write ourselves; a script the face lacks is set in a plain one. */
export type DocumentStyle = "serif" | "serif-semibold" | "mono";
export type HandStyle = (typeof HAND_STYLES)[number];
/** In the order they are offered. */
export const HAND_STYLES = ["flowing", "brisk", "upright", "marker"] as const;

export interface FaceTraits {
  /** Goes into the PDF behind the subset tag. */
  readonly postScriptName: string;
  readonly isItalic?: boolean;
  readonly isSerif?: boolean;
  readonly isScript?: boolean;
  /** From baseline to baseline, in ems. */
  readonly lineHeight: number;
}

export const FACES: Readonly<Record<FaceName, FaceTraits>> = {
  sans: { postScriptName: "NotoSans-Regular", lineHeight: 1.3 },
  "sans-arabic": { postScriptName: "NotoSansArabic-Regular", lineHeight: 1.7 },
  "sans-devanagari": { postScriptName: "NotoSansDevanagari-Regular", lineHeight: 1.5 },
  "sans-hebrew": { postScriptName: "NotoSansHebrew-Regular", lineHeight: 1.4 },
  "sans-jp": { postScriptName: "NotoSansJP-Regular", lineHeight: 1.4 },
  "sans-kr": { postScriptName: "NotoSansKR-Regular", lineHeight: 1.4 },
  "sans-sc": { postScriptName: "NotoSansSC-Regular", lineHeight: 1.4 },
  "sans-thai": { postScriptName: "NotoSansThai-Regular", lineHeight: 1.5 },
  serif: { postScriptName: "SourceSerif4-Regular", isSerif: true, lineHeight: 1.3 },
  "serif-semibold": { postScriptName: "SourceSerif4-SemiBold", isSerif: true, lineHeight: 1.3 },
  "serif-italic": { postScriptName: "SourceSerif4-Italic", isItalic: true, isSerif: true, lineHeight: 1.3 },
  mono: { postScriptName: "IBMPlexMono-Regular", lineHeight: 1.3 },
  "hand-brisk": { postScriptName: "Caveat-Medium", isScript: true, lineHeight: 1.3 },
  "hand-flowing": { postScriptName: "DancingScript-Medium", isScript: true, lineHeight: 1.3 },
  "hand-marker": { postScriptName: "Mansalva-Regular", isScript: true, lineHeight: 1.3 },
  "hand-hebrew": { postScriptName: "GveretLevin-Regular", isScript: true, lineHeight: 1.4 },
  "hand-greek": { postScriptName: "Mynerve-Regular", isScript: true, lineHeight: 1.4 },
  "hand-ruqaa": { postScriptName: "ArefRuqaa-Regular", isScript: true, lineHeight: 1.7 },
  "hand-upright": { postScriptName: "Kalam-Regular", isScript: true, lineHeight: 1.5 },
};

const STYLE_FACE: Readonly<Record<HandStyle, FaceName>> = {
  flowing: "hand-flowing",
  brisk: "hand-brisk",
  upright: "hand-upright",
  marker: "hand-marker",
};

// A hand for what the chosen one lacks: Cyrillic is in Caveat, Vietnamese in Dancing Script, Devanagari in
// Kalam, Arabic in Aref Ruqaa, Hebrew in Gveret Levin, Greek in Mynerve. Any other sign is nearest in a serif italic.
const OTHER_HANDS: readonly FaceName[] = [
  "hand-brisk",
  "hand-flowing",
  "hand-upright",
  "hand-ruqaa",
  "hand-hebrew",
  "hand-greek",
  "serif-italic",
];

const SCRIPT_FACE: Partial<Record<Script, FaceName>> = {
  Arabic: "sans-arabic",
  Devanagari: "sans-devanagari",
  Hebrew: "sans-hebrew",
  Hiragana: "sans-jp",
  Katakana: "sans-jp",
  Hangul: "sans-kr",
  Thai: "sans-thai",
};

type HanFace = "sans-jp" | "sans-kr" | "sans-sc";

/**
 * Which national forms the ideographs of a text take: one code point is drawn differently in each.
 *
 * @param language BCP 47, of the person or the document; asked only when the text does not tell by itself.
 */
export function hanFaces(text: string, language?: string): readonly HanFace[] {
  if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text)) return ["sans-jp", "sans-sc", "sans-kr"];
  if (/\p{Script=Hangul}/u.test(text)) return ["sans-kr", "sans-jp", "sans-sc"];
  if (/^ja\b/i.test(language ?? "")) return ["sans-jp", "sans-sc", "sans-kr"];
  if (/^ko\b/i.test(language ?? "")) return ["sans-kr", "sans-jp", "sans-sc"];
  return ["sans-sc", "sans-jp", "sans-kr"];
}

/** The faces to try for a script, best first; each appears once. */
export function faceOrder(style: TextStyle, script: Script, han: readonly HanFace[]): readonly FaceName[] {
  const styled = facesOfStyle(style);
  const own = SCRIPT_FACE[script] ?? (script === "Han" ? han[0]! : "sans");
  const plain: FaceName[] = [
    own,
    "sans",
    "sans-arabic",
    "sans-devanagari",
    "sans-hebrew",
    "sans-thai",
    ...han,
  ];
  return [...new Set([...styled, ...plain])];
}

function facesOfStyle(style: TextStyle): readonly FaceName[] {
  if (style === "plain") return [];
  if (style === "serif") return ["serif"];
  if (style === "serif-semibold" || style === "mono") return [style, "serif"];
  return [STYLE_FACE[style], ...OTHER_HANDS];
}

/** The language HarfBuzz is told, so that a face's local forms are chosen. */
export function shapingLanguage(face: FaceName, language?: string): string {
  if (face === "sans-jp") return "ja";
  if (face === "sans-kr") return "ko";
  if (face === "sans-sc") return "zh-hans";
  return /^[a-z]{2,3}(-[a-z0-9]{1,8})*$/i.test(language ?? "") ? language! : "und";
}

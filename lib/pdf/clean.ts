import { toLatin1 } from "#lib/bytes.ts";
import { isRefusal } from "#lib/errors.ts";
import { isDict, isName, type PdfDict, type PdfObject, PdfStream, PdfString } from "./objects.ts";
import type { PdfFile } from "./reader.ts";

/** What normalization took away or settled; the sender reads a sentence for each. */
export type NormalizationChange =
  | "scripts-removed"
  | "actions-removed"
  | "attachments-removed"
  | "media-removed"
  | "external-content-removed"
  | "alternate-images-removed"
  | "hidden-annotations-removed"
  | "undrawn-annotations-removed"
  | "annotations-settled"
  | "layers-frozen"
  | "form-flattened"
  | "xfa-removed"
  | "signatures-flattened"
  | "encryption-removed"
  | "repaired";

export type ChangeCounts = Map<NormalizationChange, number>;

/** Actions that leave the reader in this file or open an address; all others do something behind their back. */
const HARMLESS_ACTIONS = new Set(["GoTo", "URI", "Named"]);
const SCRIPTS = new Set(["JavaScript", "Rendition"]);
const KNOWN_ACTIONS = new Set([
  ...HARMLESS_ACTIONS,
  ...SCRIPTS,
  ...["GoToR", "GoToE", "GoToDp", "Launch", "Thread", "Sound", "Movie", "Hide", "SubmitForm", "ResetForm"],
  ...["ImportData", "SetOCGState", "Trans", "GoTo3DView", "RichMediaExecute"],
]);

/** Private data of other programs, and doors to content that no page shows (ISO 32000-2 §14.5, §8.9.5.4). */
const DROPPED_EVERYWHERE = new Set(["AA", "PieceInfo", "Thumb", "PresSteps", "SeparationInfo"]);
/** What covers something in one reader lets it through in another that shows how inks print over each other (§8.6.7). */
const OVERPRINT = new Set(["OP", "op", "OPM"]);
const DROPPED_IN_STREAMS = new Map<string, NormalizationChange>([
  ["Alternates", "alternate-images-removed"],
  ["OPI", "external-content-removed"],
  ["Ref", "external-content-removed"],
  ["PS", "scripts-removed"],
]);

/**
 * Gives what a dictionary of an uploaded file keeps: no scripts, no actions beyond links, nothing that could
 * show other content on another machine or another day.
 */
export function cleaner(
  file: PdfFile,
  changes: ChangeCounts,
  settledLayer: (dict: PdfDict) => PdfDict | null,
): (dict: PdfDict) => PdfDict {
  const count = (change: NormalizationChange) => changes.set(change, (changes.get(change) ?? 0) + 1);
  const isAction = (object: PdfObject | undefined): PdfDict | null => {
    const dict = file.dict(object);
    const type = dict ? file.name(dict.get("S")) : undefined;
    return dict && type !== undefined && KNOWN_ACTIONS.has(type) ? dict : null;
  };
  const keeps = (key: string, value: PdfObject, dict: PdfDict): boolean => {
    if (key === "AA") {
      count("scripts-removed");
      return false;
    }
    if (DROPPED_EVERYWHERE.has(key)) return false;
    if (OVERPRINT.has(key) && ["boolean", "number"].includes(typeof file.resolve(value))) return false;
    if (key === "A" || key === "PA" || key === "Next") {
      const action = isAction(value);
      if (!action) return true;
      const type = file.name(action.get("S"))!;
      if (key === "A" && HARMLESS_ACTIONS.has(type)) return true;
      count(SCRIPTS.has(type) ? "scripts-removed" : "actions-removed");
      return false;
    }
    if (key === "JS" && isName(dict.get("S"), "JavaScript")) return false;
    return true;
  };
  return (dict) => {
    const layer = settledLayer(dict);
    if (layer) return layer;
    let cleaned: PdfDict | null = null;
    for (const [key, value] of dict) {
      if (keeps(key, value, dict)) continue;
      cleaned ??= new Map(dict);
      cleaned.delete(key);
    }
    return cleanStream(file, cleaned ?? dict, count);
  };
}

/** A stream's dictionary names its type by Length; its data must be in this file (§7.3.8.2). */
function cleanStream(file: PdfFile, dict: PdfDict, count: (change: NormalizationChange) => void): PdfDict {
  if (!dict.has("Length")) return dict;
  const cleaned = new Map(dict);
  // `F` is also how some writers shorten Filter.
  const external = file.resolve(dict.get("F"));
  const isExternal = isDict(external) || external instanceof PdfString;
  if (isExternal) {
    for (const key of ["F", "FFilter", "FDecodeParms"]) cleaned.delete(key);
    count("external-content-removed");
  }
  for (const [key, change] of DROPPED_IN_STREAMS) {
    if (cleaned.delete(key)) count(change);
  }
  return cleaned;
}

const PROGRAM_ENDINGS =
  /\.(exe|com|scr|pif|bat|cmd|ps1|psm1|vbs?|vbe|jse?|wsf?|wsh|msi|msp|msc|dll|cpl|hta|jar|app|sh|py|pl|rb|reg|lnk|scf|inf|gadget|application|apk|dmg|pkg|deb|rpm|iso|img|vhdx?|chm|xll|docm|xlsm|pptm|dotm|xlam)$/i;
const PROGRAM_STARTS = ["MZ", "\x7fELF", "\xca\xfe\xba\xbe", "\xcf\xfa\xed\xfe", "#!", "PK\x03\x04META-INF"];

/** Whether a file specification (§7.11.3) carries a program. */
export function isProgram(file: PdfFile, specification: PdfDict): boolean {
  const names = ["UF", "F", "Unix", "DOS", "Mac"].map((key) => file.text(specification.get(key)) ?? "");
  if (names.some((name) => PROGRAM_ENDINGS.test(name.trim()))) return true;
  const embedded = file.dict(specification.get("EF"));
  return [...(embedded?.values() ?? [])].some((object) => {
    const stream = file.resolve(object);
    if (!(stream instanceof PdfStream)) return false;
    const start = startOf(file, stream);
    return start === null || PROGRAM_STARTS.some((text) => start.startsWith(text));
  });
}

/** Enough of an attachment to see how it begins, and too little to unpack to much. */
const START_BYTES = 512;
const knownStarts = new WeakMap<PdfFile, Map<number, string | null>>();

/** The first bytes of an attachment; null when it does not unpack, and then nobody can tell what it is. */
function startOf(file: PdfFile, stream: PdfStream): string | null {
  const known = knownStarts.get(file) ?? new Map<number, string | null>();
  knownStarts.set(file, known);
  const number = stream.ref?.number ?? -1;
  if (!known.has(number)) known.set(number, readStart(file, stream));
  return known.get(number)!;
}

function readStart(file: PdfFile, stream: PdfStream): string | null {
  try {
    return toLatin1(file.decodedStart(stream, START_BYTES).subarray(0, 16));
  } catch (error) {
    if (isRefusal(error)) return null;
    throw error;
  }
}

import bidiFactory from "bidi-js";
import type { Cluster } from "#lib/pdf/text/drawable.ts";

/** The scripts we have faces for. `Common` is what belongs to none, or to one we cannot draw. */
export type Script = (typeof SCRIPTS)[number] | "Common";
const SCRIPTS = [
  "Latin",
  "Greek",
  "Cyrillic",
  "Arabic",
  "Hebrew",
  "Devanagari",
  "Han",
  "Hiragana",
  "Katakana",
  "Hangul",
  "Thai",
] as const;

// ISO 15924, as HarfBuzz is told.
export const SCRIPT_TAGS: Readonly<Record<Script, string>> = {
  Latin: "Latn",
  Greek: "Grek",
  Cyrillic: "Cyrl",
  Arabic: "Arab",
  Hebrew: "Hebr",
  Devanagari: "Deva",
  Han: "Hani",
  Hiragana: "Hira",
  Katakana: "Kana",
  Hangul: "Hang",
  Thai: "Thai",
  Common: "Zyyy",
};

const OWN = SCRIPTS.map((script) => [script, new RegExp(`\\p{Script=${script}}`, "u")] as const);
const SHARED = SCRIPTS.map(
  (script) => [script, new RegExp(`\\p{Script_Extensions=${script}}`, "u")] as const,
);
const bidi = bidiFactory();

export interface ScriptedCluster extends Cluster {
  readonly script: Script;
  /** Whether the script is the cluster's own, not borrowed from what stands beside it. */
  readonly isStrong: boolean;
}

/**
 * Gives each cluster a script: its own, else that of the text before it, else after it; a closing bracket
 * takes that of its opening one. Marks stay with their base.
 *
 * @see UAX #24 §5.1, §5.2
 */
export function withScripts(clusters: readonly Cluster[]): ScriptedCluster[] {
  const own = clusters.map(({ text }) => ownScript(text));
  const openings: { closes: string; script: Script }[] = [];
  let last: Script = own.find((script) => script !== undefined) ?? "Common";
  return clusters.map((cluster, index) => {
    const strong = own[index];
    if (strong) {
      last = strong;
      return { ...cluster, script: strong, isStrong: true };
    }
    let script = sharedScript(cluster.text, last);
    const opening = openings.findLastIndex(({ closes }) => closes === cluster.text);
    if (opening >= 0) script = openings.splice(opening)[0]!.script;
    const closes = bidi.openingToClosingBracket(cluster.text);
    if (closes) openings.push({ closes, script });
    return { ...cluster, script, isStrong: false };
  });
}

function ownScript(cluster: string): Script | undefined {
  for (const character of cluster) {
    if (character < "\u00aa" && !/[A-Za-z]/.test(character)) continue;
    const found = OWN.find(([, pattern]) => pattern.test(character));
    if (found) return found[0];
  }
  return undefined;
}

/** Of a character several scripts share, such as the kana length mark: `last` if it is one of them. */
function sharedScript(cluster: string, last: Script): Script {
  const base = String.fromCodePoint(cluster.codePointAt(0)!);
  if (base < "\u00aa") return last;
  const sharing = SHARED.filter(([, pattern]) => pattern.test(base)).map(([script]) => script);
  if (sharing.length === 0 || sharing.some((script) => script === last)) return last;
  return sharing[0]!;
}

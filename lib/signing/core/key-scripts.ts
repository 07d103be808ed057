import { fromUtf8, sha256, toHex } from "#lib/bytes.ts";
import messages from "../../../messages/en/key-scripts.json" with { type: "json" };

export interface KeyScript {
  readonly name: string;
  readonly version: number;
  readonly custodiansNeeded: number;
  readonly steps: readonly { readonly say: string; readonly expect: string }[];
}

/** Scripts we bring, version 1 each; an organization publishes its own versions beside them. */
export const OUR_SCRIPTS: readonly KeyScript[] = messages.scripts.map((script) => ({
  version: 1,
  ...script,
}));

const MOST_STEPS = 200;
const LONGEST = 2000;

/** SHA-256 of a script's text, lower-case hex: a record says by it which wording was read. */
export const scriptSha256 = (script: KeyScript): string => toHex(sha256(fromUtf8(scriptText(script))));

/** A script as it is written and edited: a paragraph for each step, what has to be seen behind `>`. */
export const scriptText = ({ steps }: Pick<KeyScript, "steps">): string =>
  steps.map(({ say, expect }) => (expect === "" ? say : `${say}\n> ${expect}`)).join("\n\n");

/** Reads what `scriptText` writes; null when there is no step in it, or more than anybody reads aloud. */
export function parseScript(text: string): KeyScript["steps"] | null {
  const steps = text
    .split(/\n[ ]*\n+/)
    .map((paragraph) => paragraph.trim().split("\n"))
    .map((lines) => {
      const isSeen = (line: string) => line.startsWith(">");
      const joined = (own: readonly string[]) =>
        own.map((line) => line.replace(/^>\s*/, "").trim()).join(" ");
      return { say: joined(lines.filter((line) => !isSeen(line))), expect: joined(lines.filter(isSeen)) };
    })
    .filter(({ say, expect }) => say !== "" || expect !== "");
  const isGood =
    steps.length > 0 &&
    steps.length <= MOST_STEPS &&
    steps.every(({ say, expect }) => say !== "" && say.length + expect.length <= LONGEST);
  return isGood ? steps : null;
}

import { canonicalJson } from "#lib/audit/core/canonical-json.ts";
import { fromUtf8, sha256, toHex } from "#lib/bytes.ts";
import messages from "../../../../messages/en/evidence-package.json" with { type: "json" };
import { CUSTODY_PART_NAMES, CUSTODY_PARTS, type CustodyPart, type CustodyParts } from "./custody-parts.ts";

/** One version of the words of the custodian's declaration. */
export interface CustodyWording {
  /** `custody-2`; the first comes with the product. */
  readonly version: string;
  readonly parts: CustodyParts;
  /** Of the parts in canonical JSON, lower-case hex. */
  readonly sha256: string;
}

/** The hash a declaration names. */
export const wordingSha256 = (parts: CustodyParts): string =>
  toHex(sha256(fromUtf8(canonicalJson({ ...parts }))));

/** What comes with the product. */
export const BUILT_IN_WORDING: CustodyWording = (() => {
  const texts: Readonly<Record<string, unknown>> = messages.declaration;
  const parts = Object.fromEntries(
    CUSTODY_PART_NAMES.map((name) => [name, String(texts[name])]),
  ) as unknown as CustodyParts;
  return { version: "custody-1", parts, sha256: wordingSha256(parts) };
})();

export const wordingVersion = (number: number): string => `custody-${number}`;

/** What is wrong with a part: nothing in it, a fact it leaves out, or braces around something that is no fact of it. */
export interface WordingFault {
  readonly part: CustodyPart;
  readonly fault: "empty" | "lacks" | "unknown";
  /** The name in braces. */
  readonly fact: string;
}

/** @returns the first fault; null when every part says what it has to */
export function wordingFault(parts: CustodyParts): WordingFault | null {
  for (const part of CUSTODY_PART_NAMES) {
    const text = parts[part];
    if (text.trim() === "") return { part, fault: "empty", fact: "" };
    const named = [...text.matchAll(/\{([^{}]*)\}/g)].map(([, name]) => name!);
    const known: readonly string[] = CUSTODY_PARTS[part];
    const strange = named.find((name) => !known.includes(name));
    if (strange !== undefined) return { part, fault: "unknown", fact: strange };
    if (/[{}]/.test(text.replace(/\{[^{}]*\}/g, ""))) return { part, fault: "unknown", fact: "{" };
    const left = known.find((name) => !named.includes(name));
    if (left !== undefined) return { part, fault: "lacks", fact: left };
  }
  return null;
}

/** A paragraph with its facts filled in. @param values by name; each fact of the part */
export const stated = (
  { parts }: CustodyWording,
  part: CustodyPart,
  values: Readonly<Record<string, string>> = {},
): string => parts[part].replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? "");

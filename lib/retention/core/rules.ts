/** By what a rule of the schedule finds envelopes. */
export const RULE_KINDS = ["template", "tag", "person", "jurisdiction"] as const;
export type RuleKind = (typeof RULE_KINDS)[number];

/** Why a class decides about an envelope. */
export type Because =
  | { readonly how: "chosen" | "default" | "standard" }
  | { readonly how: "rule"; readonly rule: string; readonly kind: RuleKind; readonly value: string };

/**
 * What a rule is given, as it is compared: an id of a template, a tag, an e-mail address or the domain of one, a
 * jurisdiction as the forms library writes it.
 *
 * @returns null when it is none of that kind
 */
export function ruleValue(kind: RuleKind, typed: string): string | null {
  const text = typed.trim();
  if (text === "" || text.length > 200) return null;
  switch (kind) {
    case "template":
      return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text) ? text : null;
    case "tag":
      return text.toLowerCase();
    case "person": {
      const address = text.toLowerCase().replace(/^@/, "");
      return /^[^\s@]+(@[^\s@]+)?$/.test(address) && address.includes(".") ? address : null;
    }
    case "jurisdiction":
      return text.toUpperCase();
  }
}

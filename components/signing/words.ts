import type messages from "../../messages/en/sign.json";

/** What the signer's screens say, by place; `{name}` stands for what is filled in. */
export type SignWords = Pick<
  typeof messages,
  | "consent"
  | "paper"
  | "notMe"
  | "menu"
  | "document"
  | "field"
  | "bar"
  | "adopt"
  | "review"
  | "decline"
  | "later"
  | "trouble"
>;

export function fillIn(template: string, values: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** The sentence for a refusal's code. */
export function sentenceFor(
  refusals: Readonly<Record<string, string>>,
  refusal: { readonly code: string; readonly reference?: string },
): string {
  if (refusal.reference) return fillIn(refusals.recorded ?? "", { reference: refusal.reference });
  return refusals[refusal.code] ?? refusals["input/invalid"] ?? "";
}

export function mailTo(address: string, subject: string): string {
  return `mailto:${encodeURIComponent(address)}?subject=${encodeURIComponent(subject)}`;
}

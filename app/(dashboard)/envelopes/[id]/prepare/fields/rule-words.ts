import type { DraftField } from "#lib/envelopes/core/draft.ts";

type Words = (key: string, values?: Record<string, string | number>) => string;

/** What a field is called in a rule: its label, or what it is and where. */
export function labelIn(t: Words, fields: readonly DraftField[], id: string): string {
  const field = fields.find((candidate) => candidate.id === id);
  if (!field) return "…";
  const { label, settings, type, page } = field;
  const own = label || settings.option || "";
  if (own !== "") return settings.group && settings.group !== own ? `${settings.group}: ${own}` : own;
  const alike = fields.filter((other) => other.type === type && other.label === "");
  const number = alike.length > 1 ? ` ${alike.indexOf(field) + 1}` : "";
  return t("placed", { what: `${t(`types.${type}`)}${number}`, page: page + 1 });
}

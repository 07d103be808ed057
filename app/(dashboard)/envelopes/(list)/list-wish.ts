import { AMOUNT, LIST_VIEWS, type ListWish, type StoredState } from "#lib/envelopes/core/list-views.ts";
import { SIGNATURE_KINDS } from "#lib/envelopes/core/signature-kind.ts";

const STATES: readonly StoredState[] = [
  ...(["draft", "sent", "sealing", "completed", "declined", "voided", "expired"] as const),
];
const amountIn = (text: string) => {
  const amount = text.trim();
  return AMOUNT.test(amount) ? amount : null;
};
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A day there is, as 2026-11-22. */
function dayIn(text: string): string | null {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : null;
  return at && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text) ? text : null;
}

/** What the address of the list asks for; what makes no sense there asks for nothing. */
export function wishIn(value: (name: string) => string): ListWish {
  const idIn = (name: string) => (ID.test(value(name)) ? value(name).toLowerCase() : null);
  return {
    view: LIST_VIEWS.find((known) => known === value("view")) ?? "all",
    state: STATES.find((known) => known === value("state")) ?? null,
    search: value("q").slice(0, 200).trim(),
    folder: idIn("folder"),
    tag: value("tag").slice(0, 60).trim() || null,
    sender: idIn("sender"),
    team: idIn("team"),
    template: idIn("template"),
    from: dayIn(value("from")),
    until: dayIn(value("until")),
    class: idIn("class"),
    signature: SIGNATURE_KINDS.find((known) => known === value("signature")) ?? null,
    held: value("held") === "1",
    least: amountIn(value("least")),
    most: amountIn(value("most")),
  };
}

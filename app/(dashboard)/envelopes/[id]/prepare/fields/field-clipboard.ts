import { DraftField } from "#lib/envelopes/core/draft.ts";

/** Where fields lie between copying and pasting, for other drafts and templates in other windows too. */
const KEY = "whereof.fields";
const MOST = 500;

export function copyFields(fields: readonly DraftField[]): void {
  try {
    // What a sender prefilled may be somebody's; places and kinds are not.
    const plain = fields
      .slice(0, MOST)
      .map(({ settings: { value: _, ...settings }, ...field }) => ({ ...field, settings }));
    localStorage.setItem(KEY, JSON.stringify(plain));
  } catch {
    // A window without storage keeps nothing, and pastes nothing.
  }
}

/** What was copied last, as far as it reads as fields. */
export function copiedFields(): DraftField[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(found)
      ? found.slice(0, MOST).flatMap((one) => DraftField.safeParse(one).data ?? [])
      : [];
  } catch {
    return [];
  }
}

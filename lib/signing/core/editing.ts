import { mayBeEdited } from "#lib/envelopes/core/fields/field-types.ts";
import type { FormField } from "#lib/envelopes/core/fields/form-field.ts";
import type { RecipientState } from "#lib/envelopes/core/roles.ts";

interface EditedField extends FormField {
  /** What an editor left in it; null until one has passed it on. */
  readonly editedValue: string | null;
}

interface Person {
  readonly id: string;
  readonly order: number;
  readonly state: RecipientState;
}

/**
 * A field as an editor left it, for whoever it belongs to: it holds that at first, and where they may not change it, for
 * good. What no editor got to is theirs to fill in.
 */
export function afterEditors<F extends EditedField>(field: F): F {
  const { settings, editedValue } = field;
  if (!settings.isForEditor) return field;
  if (editedValue !== null) return { ...field, settings: { ...settings, value: editedValue } };
  const { isReadOnly: _, ...open } = settings;
  return { ...field, settings: open };
}

/**
 * What an editor fills in: fields marked for it, of people whose turn comes later and has not come. An answer is
 * needed from them only where nobody after them can give it.
 */
export function fieldsToEdit<F extends EditedField>(
  editor: Pick<Person, "order">,
  people: readonly Person[],
  fields: readonly F[],
): F[] {
  const later = new Set(
    people.filter(({ order, state }) => order > editor.order && state === "waiting").map(({ id }) => id),
  );
  return fields
    .filter((field) => field.settings.isForEditor && mayBeEdited(field) && later.has(field.recipientId))
    .map((field) => {
      const { isReadOnly, least, ...settings } = field.settings;
      const isNeeded = field.isRequired && isReadOnly === true;
      return {
        ...field,
        isRequired: isNeeded,
        settings: isNeeded && least !== undefined ? { ...settings, least } : settings,
      };
    });
}

import type { DraftContent, DraftField } from "#lib/envelopes/core/draft.ts";
import type { Boxes } from "#lib/envelopes/core/field-arrange.ts";
import { type Box, freePlace, type PageSize } from "#lib/envelopes/core/field-places.ts";
import type { FieldRule } from "#lib/envelopes/core/fields/field-rules.ts";
import type { FieldSettings } from "#lib/envelopes/core/fields/field-settings.ts";
import type { FieldType } from "#lib/envelopes/core/fields/field-types.ts";
import type { DraftStore } from "../draft-store.ts";
import {
  changedField,
  copyOf,
  newField,
  type PagePlace,
  placedField,
  placedFields,
  withField,
  withoutField,
  withoutFields,
  withSettings,
} from "./draft-fields.ts";

/** Everything that can be done with fields; each is one step back. */
export interface FieldCommands {
  put(type: FieldType, recipientId: string, place: PagePlace, box: Box, settings: FieldSettings): string;
  /** Puts a field where there is room on the page, at that height. */
  add(
    type: FieldType,
    recipientId: string,
    place: PagePlace,
    room: { readonly size: PageSize; readonly height: number },
    settings: FieldSettings,
  ): string;
  place(id: string, box: Box, kind?: string | null): void;
  change(id: string, change: Partial<DraftField>, kind?: string | null): void;
  /** What is said of it beside its place. */
  set(id: string, part: Partial<FieldSettings>, kind?: string | null): void;
  /** Adds a rule, or puts it in the place of the one with its id. */
  rule(rule: FieldRule): void;
  dropRule(id: string): void;
  remove(id: string): void;
  /** The same for several: one step back. */
  placeAll(boxes: Boxes, kind?: string | null): void;
  changeAll(ids: ReadonlySet<string>, change: Partial<DraftField>): void;
  setAll(ids: ReadonlySet<string>, part: Partial<FieldSettings>): void;
  removeAll(ids: ReadonlySet<string>): void;
  addAll(fields: readonly DraftField[]): void;
  duplicate(id: string, byX: number, byY: number): string | null;
}

export function fieldCommands(change: DraftStore["change"], content: () => DraftContent): FieldCommands {
  const put: FieldCommands["put"] = (type, recipientId, place, box, settings) => {
    const field = newField(type, recipientId, place, box, settings);
    change((content) => withField(content, field));
    return field.id;
  };
  return {
    put,
    add(type, recipientId, place, { size, height }, settings) {
      const taken = content().fields.filter(
        ({ documentId, page }) => documentId === place.documentId && page === place.page,
      );
      return put(type, recipientId, place, freePlace(type, size, taken, height), settings);
    },
    place: (id, box, kind = null) => change((content) => placedField(content, id, box), kind),
    change: (id, part, kind = null) => change((content) => changedField(content, id, part), kind),
    set: (id, part, kind = null) => change((content) => withSettings(content, id, part), kind),
    rule: (rule) =>
      change((content) => ({
        ...content,
        rules: content.rules.some(({ id }) => id === rule.id)
          ? content.rules.map((one) => (one.id === rule.id ? rule : one))
          : [...content.rules, rule],
      })),
    dropRule: (id) =>
      change((content) => ({ ...content, rules: content.rules.filter((rule) => rule.id !== id) })),
    remove: (id) => change((content) => withoutField(content, id)),
    placeAll: (boxes, kind = null) =>
      change((content) => (boxes.size === 0 ? content : placedFields(content, boxes)), kind),
    changeAll: (ids, part) =>
      change((content) => ({
        ...content,
        fields: content.fields.map((field) => (ids.has(field.id) ? { ...field, ...part } : field)),
      })),
    setAll: (ids, part) =>
      change((content) => [...ids].reduce((all, id) => withSettings(all, id, part), content)),
    removeAll: (ids) => change((content) => withoutFields(content, ({ id }) => ids.has(id))),
    addAll: (added) =>
      change((content) =>
        added.length === 0 ? content : { ...content, fields: [...content.fields, ...added] },
      ),
    duplicate(id, byX, byY) {
      const field = content().fields.find((candidate) => candidate.id === id);
      if (!field) return null;
      const copy = copyOf(field, byX, byY);
      change((content) => withField(content, copy));
      return copy.id;
    },
  };
}

import type { DraftContent, DraftField, FieldType } from "#lib/envelopes/core/draft.ts";
import { type Box, freePlace, type PageSize } from "#lib/envelopes/core/field-places.ts";
import type { DraftStore } from "../draft-store.ts";
import {
  changedField,
  copyOf,
  newField,
  type PagePlace,
  placedField,
  withField,
  withoutField,
} from "./draft-fields.ts";

/** Everything that can be done with fields; each is one step back. */
export interface FieldCommands {
  put(type: FieldType, recipientId: string, place: PagePlace, box: Box): string;
  /** Puts a field where there is room on the page, at that height. */
  add(type: FieldType, recipientId: string, place: PagePlace, size: PageSize, height: number): string;
  place(id: string, box: Box, kind?: string | null): void;
  change(id: string, change: Partial<DraftField>, kind?: string | null): void;
  remove(id: string): void;
  duplicate(id: string, byX: number, byY: number): string | null;
}

export function fieldCommands(change: DraftStore["change"], content: () => DraftContent): FieldCommands {
  const put: FieldCommands["put"] = (type, recipientId, place, box) => {
    const field = newField(type, recipientId, place, box);
    change((content) => withField(content, field));
    return field.id;
  };
  return {
    put,
    add(type, recipientId, place, size, height) {
      const taken = content().fields.filter(
        ({ documentId, page }) => documentId === place.documentId && page === place.page,
      );
      return put(type, recipientId, place, freePlace(type, size, taken, height));
    },
    place: (id, box, kind = null) => change((content) => placedField(content, id, box), kind),
    change: (id, part, kind = null) => change((content) => changedField(content, id, part), kind),
    remove: (id) => change((content) => withoutField(content, id)),
    duplicate(id, byX, byY) {
      const field = content().fields.find((candidate) => candidate.id === id);
      if (!field) return null;
      const copy = copyOf(field, byX, byY);
      change((content) => withField(content, copy));
      return copy.id;
    },
  };
}

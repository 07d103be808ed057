import type { DraftField } from "#lib/envelopes/core/draft.ts";
import type { FieldSettings } from "#lib/envelopes/core/fields/field-settings.ts";
import type { FieldType } from "#lib/envelopes/core/fields/field-types.ts";
import type { PagePlace } from "./draft-fields.ts";

type Words = (key: string, values?: Record<string, string | number>) => string;

/**
 * What is said of a field when it is put on a page, so that it works before anybody says more. Radio buttons on one
 * page belong together until the sender says otherwise: one alone is no choice.
 */
export function firstSettings(
  t: Words,
  type: FieldType,
  place: PagePlace,
  own: readonly DraftField[],
): FieldSettings {
  switch (type) {
    case "radio": {
      const radios = own.filter((field) => field.type === "radio");
      const near = radios.findLast(
        ({ documentId, page }) => documentId === place.documentId && page === place.page,
      );
      const groups = new Set(radios.map(({ settings }) => settings.group));
      const group = near?.settings.group ?? t("groupName", { number: groups.size + 1 });
      const members = radios.filter(({ settings }) => settings.group === group).length;
      return { group, option: t("optionName", { number: members + 1 }) };
    }
    case "dropdown":
      return { options: [1, 2].map((number) => t("optionName", { number })) };
    case "cells":
      return { cells: 8 };
    case "amount":
    case "payment":
      return { currency: "USD" };
    default:
      return {};
  }
}

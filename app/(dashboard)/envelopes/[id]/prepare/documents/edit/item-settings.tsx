"use client";

import { Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { CheckField } from "#components/ui/check-field.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextArea } from "#components/ui/text-area.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { EDIT_COLORS, EDIT_LIMITS, type EditColor } from "#lib/envelopes/core/documents/page-edits.ts";
import type { EditItem } from "./edit-items.ts";
import type { ItemList } from "./use-items.ts";

const SIZES_PT = [8, 9, 10, 11, 12, 14, 16, 18, 24, 36, 48, 72];
const WIDTHS_PT = [0.5, 1, 1.5, 2, 3, 5, 8, 12];

interface ItemSettingsProps {
  readonly item: EditItem;
  readonly list: ItemList;
  readonly onRemove: () => void;
}

/** What can be said of the thing that is selected. */
export function ItemSettings({ item, list, onRemove }: ItemSettingsProps) {
  const t = useTranslations("app.prepare.documents.editor");
  const change = (part: object, kind: string | null = null) =>
    list.update(item.id, (now) => ({ ...now, ...part }) as EditItem, kind && `${item.id}${kind}`);
  const choices = (values: readonly number[]) =>
    values.map((value) => ({ value: `${value}`, label: t("points", { points: value }) }));
  return (
    <section aria-label={t("settings")} className="flex flex-col gap-3 rounded-card border border-line p-3">
      <h3 className="font-medium">{t(`tool.${item.kind}`)}</h3>
      {item.kind === "mark" ? (
        <TextField
          label={t("label")}
          hint={t("labelHint")}
          value={item.label}
          maxLength={EDIT_LIMITS.labelLength}
          onChange={(event) => change({ label: event.target.value }, "label")}
        />
      ) : null}
      {item.kind === "text" ? (
        <>
          <TextArea
            label={t("text")}
            dir="auto"
            value={item.text}
            maxLength={EDIT_LIMITS.textLength}
            onChange={(event) => change({ text: event.target.value }, "text")}
          />
          <SelectField
            label={t("size")}
            options={choices(SIZES_PT)}
            value={`${item.sizePt}`}
            onChange={(event) => change({ sizePt: Number(event.target.value) })}
          />
        </>
      ) : null}
      {item.kind === "picture" ? (
        <TextField
          label={t("alternative")}
          hint={t("alternativeHint")}
          value={item.alternative}
          maxLength={200}
          onChange={(event) => change({ alternative: event.target.value }, "alternative")}
        />
      ) : null}
      {"color" in item ? (
        <SelectField
          label={t("color")}
          options={(Object.keys(EDIT_COLORS) as EditColor[]).map((value) => ({
            value,
            label: t(`colors.${value}`),
          }))}
          value={item.color}
          onChange={(event) => change({ color: event.target.value })}
        />
      ) : null}
      {"isFilled" in item ? (
        <CheckField
          label={t("filled")}
          checked={item.isFilled}
          onChange={(event) => change({ isFilled: event.target.checked })}
        />
      ) : null}
      {"strokeWidthPt" in item && !("isFilled" in item && item.isFilled) ? (
        <SelectField
          label={t("strokeWidth")}
          options={choices(WIDTHS_PT)}
          value={`${item.strokeWidthPt}`}
          onChange={(event) => change({ strokeWidthPt: Number(event.target.value) })}
        />
      ) : null}
      <Button kind="secondary" onClick={onRemove}>
        <Trash2 aria-hidden="true" className="size-4" />
        {t("remove")}
      </Button>
    </section>
  );
}

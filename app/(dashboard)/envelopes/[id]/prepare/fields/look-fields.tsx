"use client";

import { useTranslations } from "next-intl";
import { SelectField } from "#components/ui/select-field.tsx";
import type { DraftField } from "#lib/envelopes/core/draft.ts";
import { FIELD_ALIGNS, FIELD_FONTS, type FieldSettings } from "#lib/envelopes/core/fields/field-settings.ts";

const SIZES = [6, 7, 8, 9, 10, 11, 12, 14, 16, 18, 20, 24, 28, 36] as const;

type Look = Pick<FieldSettings, "font" | "sizePt" | "align">;
/** Of several fields; what differs among them is left open. */
type CommonLook = { readonly [Name in keyof Required<Look>]: Look[Name] | "several" };

interface LookFieldsProps {
  readonly settings: Look | CommonLook;
  /** What is said where several fields differ. */
  readonly several?: string;
  readonly onSet: (part: Look) => void;
}

/** How the answer is set: in which font, how large, and where in its field. */
export function LookFields({ settings, several, onSet }: LookFieldsProps) {
  const t = useTranslations("app.prepare.details");
  const { font, sizePt, align } = settings;
  const open = (value: unknown) => (value === "several" ? [{ value: "several", label: several ?? "" }] : []);
  const chosen = <V extends string>(all: readonly V[], value: string) => all.find((one) => one === value);
  return (
    <fieldset className="grid grid-cols-3 gap-2 md:grid-cols-1">
      <legend className="sr-only">{t("look")}</legend>
      <SelectField
        label={t("font")}
        value={font ?? "plain"}
        onChange={({ target }) => onSet({ font: chosen(FIELD_FONTS, target.value) })}
        options={[...open(font), ...FIELD_FONTS.map((value) => ({ value, label: t(`fonts.${value}`) }))]}
      />
      <SelectField
        label={t("size")}
        value={String(sizePt ?? "")}
        onChange={({ target }) => onSet({ sizePt: Number(target.value) || undefined })}
        options={[
          ...open(sizePt),
          { value: "", label: t("sizeUsual") },
          ...SIZES.map((size) => ({ value: String(size), label: t("sizeOf", { size }) })),
          ...(typeof sizePt === "number" && !SIZES.some((size) => size === sizePt)
            ? [{ value: String(sizePt), label: t("sizeOf", { size: sizePt }) }]
            : []),
        ]}
      />
      <SelectField
        label={t("align")}
        value={align ?? ""}
        onChange={({ target }) => onSet({ align: chosen(FIELD_ALIGNS, target.value) })}
        options={[
          ...open(align),
          { value: "", label: t("alignUsual") },
          ...FIELD_ALIGNS.map((value) => ({ value, label: t(`aligns.${value}`) })),
        ]}
      />
    </fieldset>
  );
}

/** What all of these fields have alike. */
export function commonLook(fields: readonly Pick<DraftField, "settings">[]): CommonLook {
  const of = <Name extends keyof Look>(name: Name): Look[Name] | "several" => {
    const first = fields[0]?.settings[name];
    return fields.every(({ settings }) => settings[name] === first) ? first : "several";
  };
  return { font: of("font"), sizePt: of("sizePt"), align: of("align") };
}

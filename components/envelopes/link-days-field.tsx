"use client";

import { useTranslations } from "next-intl";
import { SelectField } from "#components/ui/select-field.tsx";

const DAYS = [1, 7, 30] as const;
export const USUAL_LINK_DAYS = 7;

interface LinkDaysFieldProps {
  readonly days: number;
  readonly onChoose: (days: number) => void;
}

/** How long a link opens that a sender gives somebody. */
export function LinkDaysField({ days, onChoose }: LinkDaysFieldProps) {
  const t = useTranslations("app.people.hosted");
  return (
    <SelectField
      label={t("days")}
      value={String(days)}
      onChange={({ target }) => onChoose(Number(target.value))}
      options={DAYS.map((one) => ({ value: String(one), label: t("day", { days: one }) }))}
      className="max-w-48"
    />
  );
}

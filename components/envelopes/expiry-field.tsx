"use client";

import { useTranslations } from "next-intl";
import { SelectField, type SelectFieldProps } from "#components/ui/select-field.tsx";

const DAYS = [3, 7, 14, 30, 60, 90, 180, 365] as const;

interface ExpiryFieldProps extends Omit<SelectFieldProps, "label" | "options" | "value" | "defaultValue"> {
  /** Days now. */
  readonly days: number;
  /** Told each choice; without it the choice is read from the form. */
  readonly onChoose?: (days: number) => void;
}

/** How long people have to sign, from sending. */
export function ExpiryField({ days, onChoose, ...rest }: ExpiryFieldProps) {
  const t = useTranslations("app.expiry");
  const offered = [...new Set([...DAYS, days])].toSorted((a, b) => a - b);
  const state = onChoose
    ? {
        value: days,
        onChange: (event: { target: { value: string } }) => onChoose(Number(event.target.value)),
      }
    : { defaultValue: days };
  return (
    <SelectField
      {...rest}
      {...state}
      label={t("label")}
      options={offered.map((value) => ({ value: String(value), label: t("days", { days: value }) }))}
    />
  );
}

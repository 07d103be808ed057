"use client";

import { useTranslations } from "next-intl";
import { SelectField, type SelectFieldProps } from "#components/ui/select-field.tsx";
import { NEVER, readReminder } from "./read-reminder.ts";

const HOURS = [24, 48, 72, 168] as const;

interface ReminderFieldProps extends Omit<SelectFieldProps, "label" | "options" | "value" | "defaultValue"> {
  /** Hours now, or null for none. */
  readonly hours: number | null;
  /** Told each choice; without it the choice is read from the form, by `readReminder`. */
  readonly onChoose?: (hours: number | null) => void;
}

/** How often people who have not acted are written to. */
export function ReminderField({ hours, onChoose, ...rest }: ReminderFieldProps) {
  const t = useTranslations("app.reminders");
  const offered = [...new Set([...HOURS, ...(hours ? [hours] : [])])].toSorted((a, b) => a - b);
  const state = onChoose
    ? {
        value: hours ?? NEVER,
        onChange: (event: { target: { value: string } }) => onChoose(readReminder(event.target.value)),
      }
    : { defaultValue: hours ?? NEVER };
  return (
    <SelectField
      {...rest}
      {...state}
      label={t("label")}
      options={[
        ...offered.map((value) => ({ value: String(value), label: t("every", { hours: value }) })),
        { value: NEVER, label: t("never") },
      ]}
    />
  );
}

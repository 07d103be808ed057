"use client";

import { useTranslations } from "next-intl";
import { useTransition } from "react";
import { toast } from "sonner";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { SelectField } from "#components/ui/select-field.tsx";
import { CADENCES } from "#lib/evidence/core/reports/periods.ts";
import type { RunnableReport } from "#lib/evidence/core/reports/report-content.ts";
import { schedule } from "./actions.ts";

interface ScheduleSelectProps {
  readonly kind: RunnableReport;
  /** Empty for never. */
  readonly cadence: string;
}

/** How often a report makes itself; saved as it is chosen. */
export function ScheduleSelect({ kind, cadence }: ScheduleSelectProps) {
  const t = useTranslations("app.reports");
  const refusals = useTranslations("refusals");
  const [isBusy, start] = useTransition();
  return (
    <SelectField
      label={`${t("schedule")}: ${t(`kinds.${kind}`)}`}
      hidesLabel
      disabled={isBusy}
      defaultValue={cadence}
      options={[
        { value: "", label: t("cadences.never") },
        ...CADENCES.map((value) => ({ value, label: t(`cadences.${value}`) })),
      ]}
      onChange={(event) => {
        const { value } = event.target;
        start(async () => {
          const state = await schedule(kind, value);
          toast(state.refusal ? refusalText(refusals, state.refusal) : t("scheduled"));
        });
      }}
    />
  );
}

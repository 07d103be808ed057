"use client";

import { useTranslations } from "next-intl";
import { toast } from "sonner";
import { TextField } from "#components/ui/text-field.tsx";
import type { RunnableReport } from "#lib/evidence/core/reports/report-content.ts";
import { AskingButton } from "../asking-button.tsx";
import { runReport } from "./actions.ts";

interface RunButtonProps {
  readonly kind: RunnableReport;
  /** Days to begin with. */
  readonly from: string;
  readonly to: string;
}

/** Runs one report now, about a period that is asked for. */
export function RunButton({ kind, from, to }: RunButtonProps) {
  const t = useTranslations("app.reports");
  const report = t(`kinds.${kind}`);
  return (
    <AskingButton
      label={t("runOne")}
      about={report}
      title={t("dialog.title", { report })}
      description={t("dialog.consequence")}
      confirmLabel={t("dialog.confirm")}
      action={(form) => runReport(kind, form)}
      onDone={() => toast(t("dialog.done"))}
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          name="from"
          type="date"
          label={t("from")}
          hint={t("dayHint")}
          defaultValue={from}
          required
        />
        <TextField name="to" type="date" label={t("to")} defaultValue={to} required />
      </div>
    </AskingButton>
  );
}

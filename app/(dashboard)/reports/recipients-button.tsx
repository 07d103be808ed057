"use client";

import { useTranslations } from "next-intl";
import { toast } from "sonner";
import { CheckField } from "#components/ui/check-field.tsx";
import type { RunnableReport } from "#lib/evidence/core/reports/report-content.ts";
import type { ReportsView } from "#lib/evidence/reports/list-reports.ts";
import { AskingButton } from "../asking-button.tsx";
import { chooseRecipients } from "./actions.ts";

interface RecipientsButtonProps {
  readonly kind: RunnableReport;
  readonly cadence: string;
  readonly recipients: readonly string[];
  readonly readers: ReportsView["readers"];
}

/** Who is mailed when a report that makes itself is ready, or late. */
export function RecipientsButton({ kind, cadence, recipients, readers }: RecipientsButtonProps) {
  const t = useTranslations("app.reports");
  const name = t(`kinds.${kind}`);
  return (
    <AskingButton
      kind="quiet"
      label={t("recipients.open", { count: recipients.length })}
      about={name}
      title={t("recipients.title", { name })}
      description={t("recipients.hint")}
      confirmLabel={t("recipients.save")}
      action={(form) => chooseRecipients(kind, cadence, form)}
      onDone={() => toast(t("scheduled"))}
    >
      {readers.map(({ id, name, email }) => (
        <CheckField
          key={id}
          name="recipient"
          value={id}
          label={name}
          hint={email}
          defaultChecked={recipients.includes(id)}
        />
      ))}
    </AskingButton>
  );
}

"use client";

import { useTranslations } from "next-intl";
import { useTransition } from "react";
import { toast } from "sonner";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { CheckField } from "#components/ui/check-field.tsx";
import { askForApproval } from "./actions.ts";

/** Whether somebody else has to approve a version before it can be used. */
export function ApprovalChoice({ asksForApproval }: { readonly asksForApproval: boolean }) {
  const t = useTranslations("app.templates");
  const refusals = useTranslations("refusals");
  const [isBusy, start] = useTransition();
  return (
    <div className="mt-6">
      <CheckField
        label={t("approval")}
        hint={t("approvalHint")}
        checked={asksForApproval}
        disabled={isBusy}
        onChange={(event) => {
          const wanted = event.target.checked;
          start(async () => {
            const { refusal } = await askForApproval(wanted);
            if (refusal) toast.error(refusalText(refusals, refusal));
          });
        }}
      />
    </div>
  );
}

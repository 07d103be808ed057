"use client";

import type { Route } from "next";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { toast } from "sonner";
import { CheckField } from "#components/ui/check-field.tsx";
import { TextArea } from "#components/ui/text-area.tsx";
import type { AgainBy } from "#lib/signing/core/offline-settlement.ts";
import { AskingButton } from "../../asking-button.tsx";
import { settleOffline } from "./actions.ts";

interface SettleButtonProps {
  readonly id: string;
  readonly name: string;
  /** How it can be signed again; null where it cannot. */
  readonly againBy: AgainBy | null;
}

/** Asks what becomes of what was captured without a network, and why. */
export function SettleButton({ id, name, againBy }: SettleButtonProps) {
  const t = useTranslations("app.offline.settle");
  const router = useRouter();
  const again = againBy === "copy" ? "againCopy" : "againLink";
  return (
    <AskingButton
      label={t("open")}
      about={t("openFor", { name })}
      title={t("title", { name })}
      description={t("lead")}
      confirmLabel={t("confirm")}
      action={(form) => settleOffline(id, form)}
      onDone={(settled) => {
        if (settled?.copy) {
          toast(t("doneCopy"));
          router.push(`/envelopes/${settled.copy}/prepare?step=review` as Route);
        } else
          toast(settled && settled.answers > 0 ? t("doneLink", { answers: settled.answers }) : t("done"));
      }}
    >
      <div className="flex flex-col gap-4">
        <fieldset className="flex flex-col gap-3">
          <legend className="mb-2 font-medium">{t("choices")}</legend>
          <CheckField
            type="radio"
            name="settlement"
            value="kept"
            label={t("kept")}
            hint={t("keptHint")}
            defaultChecked
          />
          {againBy ? (
            <CheckField
              type="radio"
              name="settlement"
              value="again"
              label={t(again, { name })}
              hint={t(`${again}Hint`, { name })}
            />
          ) : null}
          <CheckField
            type="radio"
            name="settlement"
            value="closed"
            label={t("closed")}
            hint={t("closedHint")}
          />
        </fieldset>
        <TextArea name="reason" label={t("reason")} hint={t("reasonHint")} maxLength={500} aria-required />
      </div>
    </AskingButton>
  );
}

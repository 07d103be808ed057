"use client";

import { useTranslations } from "next-intl";
import { toast } from "sonner";
import { Notice } from "#components/ui/notice.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import { useAct } from "../use-act.ts";
import { changeSealLife } from "./actions.ts";

const DAYS = [0, 7, 30, 60, 90, 180];

/** How long the certificate of a seal has to be valid for the seal to sign. */
export function SealLife({ leastDays }: { readonly leastDays: number }) {
  const t = useTranslations("app.keys.sealLife");
  const { act, isBusy, refusal } = useAct();
  const choices = DAYS.includes(leastDays) ? DAYS : [...DAYS, leastDays];
  return (
    <div className="border-t border-line px-4 py-4 sm:px-6">
      {refusal ? <Notice tone="bad">{refusal}</Notice> : null}
      <SelectField
        label={t("label")}
        hint={t("hint")}
        value={String(leastDays)}
        disabled={isBusy}
        options={choices.map((count) => ({
          value: String(count),
          label: count === 0 ? t("any") : t("days", { count }),
        }))}
        onChange={(event) =>
          act(
            () => changeSealLife(Number(event.target.value)),
            () => toast(t("changed")),
          )
        }
        className="max-w-[32rem]"
      />
    </div>
  );
}

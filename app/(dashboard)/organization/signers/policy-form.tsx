"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { CheckField } from "#components/ui/check-field.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Sheet } from "#components/ui/page.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import type { AuthenticationSettings } from "#lib/envelopes/authentication/change-policy.ts";
import { CHECK_METHODS, type CheckMethod, isPossible, MINIMUMS } from "#lib/envelopes/core/checks.ts";
import { useSaving } from "../../use-saving.ts";
import { savePolicy } from "./actions.ts";

/** What everybody starts with, and what nobody is asked less than. */
export function PolicyForm({ settings }: { readonly settings: AuthenticationSettings }) {
  const t = useTranslations("app.signers");
  const people = useTranslations("app.prepare.people");
  const { defaultCheck, minimum, asksTwoFactors, startsWith, sendsSms } = settings;
  const [chosen, setChosen] = useState<string>(defaultCheck ?? "");
  const { form, problem, isDone, isBusy } = useSaving(savePolicy);
  const isOffered = (check: CheckMethod) => check !== "access-code" && isPossible(check, settings);
  const labelOf = (check: CheckMethod) => people(`checks.${check}`);

  return (
    <form method="post" {...form}>
      <Sheet title={t("policy")}>
        <div className="flex flex-col gap-5 p-4 sm:p-6">
          {problem ? <Notice tone="bad">{problem}</Notice> : null}
          <div className="flex flex-col gap-2">
            <SelectField
              name="defaultCheck"
              label={t("default")}
              hint={chosen === "" ? undefined : people(`checkHints.${chosen as CheckMethod}`)}
              value={chosen}
              onChange={(event) => setChosen(event.target.value)}
              options={[
                { value: "", label: t(sendsSms ? "recommendedSms" : "recommendedLink") },
                ...CHECK_METHODS.filter(isOffered).map((value) => ({ value, label: labelOf(value) })),
              ]}
            />
            <p className="text-small text-ink-600">{t("defaultHint")}</p>
            {sendsSms ? null : (
              <Notice tone={startsWith === "sms-code" ? "warn" : "info"}>
                {t(startsWith === "sms-code" ? "smsToOutbox" : "noSms")}
              </Notice>
            )}
          </div>
          <SelectField
            name="minimum"
            label={t("minimum")}
            hint={t("minimumHint")}
            defaultValue={minimum ?? ""}
            options={[
              { value: "", label: t("noMinimum") },
              ...MINIMUMS.filter(isOffered).map((value) => ({ value, label: labelOf(value) })),
            ]}
          />
          <CheckField
            name="asksTwoFactors"
            label={t("twoFactors")}
            hint={t("twoFactorsHint")}
            defaultChecked={asksTwoFactors}
          />
          <div className="flex flex-wrap items-center gap-4">
            <Button type="submit" isBusy={isBusy}>
              {t("save")}
            </Button>
            <p role="status" className="text-good-700">
              {isDone ? t("saved") : ""}
            </p>
          </div>
        </div>
      </Sheet>
    </form>
  );
}

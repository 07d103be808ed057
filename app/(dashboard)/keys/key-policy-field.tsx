"use client";

import { useTranslations } from "next-intl";
import { toast } from "sonner";
import { Notice } from "#components/ui/notice.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import { useAct } from "../use-act.ts";
import { changeKeyPolicy } from "./actions.ts";

/** Whether keys that can be copied out of their place may sign. */
export function KeyPolicyField({ forbidsExportable }: { readonly forbidsExportable: boolean }) {
  const t = useTranslations("app.keys.keyPolicy");
  const { act, isBusy, refusal } = useAct();
  return (
    <div className="border-t border-line px-4 py-4 sm:px-6">
      {refusal ? <Notice tone="bad">{refusal}</Notice> : null}
      <SelectField
        label={t("label")}
        hint={t("hint")}
        value={forbidsExportable ? "forbidden" : "allowed"}
        disabled={isBusy}
        options={[
          { value: "allowed", label: t("allowed") },
          { value: "forbidden", label: t("forbidden") },
        ]}
        onChange={(event) => {
          const forbids = event.target.value === "forbidden";
          act(
            () => changeKeyPolicy(forbids),
            () => toast(t("changed")),
          );
        }}
        className="max-w-[32rem]"
      />
    </div>
  );
}

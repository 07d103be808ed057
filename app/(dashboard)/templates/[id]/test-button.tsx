"use client";

import { useTranslations } from "next-intl";
import { toast } from "sonner";
import { AskingButton } from "../../asking-button.tsx";
import { sendTest } from "../actions.ts";

/** Sends the template to whoever presses it, as everybody in it. */
export function TestButton({ id }: { readonly id: string }) {
  const t = useTranslations("app.templates.test");
  return (
    <AskingButton
      label={t("open")}
      title={t("title")}
      description={t("lead")}
      confirmLabel={t("confirm")}
      command={{ id: "test", letter: "t" }}
      action={() => sendTest(id)}
      onDone={() => toast(t("done"))}
    />
  );
}

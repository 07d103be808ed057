"use client";

import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { useAct } from "../../use-act.ts";
import { paperSent } from "./actions.ts";

/** Says that a paper copy is on its way. */
export function PaperSentButton({ id, name }: { readonly id: string; readonly name: string }) {
  const t = useTranslations("app.paperCopies");
  const { act, isBusy, refusal } = useAct();
  return (
    <div className="flex flex-col gap-2">
      <Button
        kind="secondary"
        isBusy={isBusy}
        aria-label={t("markFor", { name })}
        onClick={() => act(() => paperSent(id))}
      >
        {t("mark")}
      </Button>
      {refusal ? <Notice tone="bad">{refusal}</Notice> : null}
    </div>
  );
}

"use client";

import { useTranslations } from "next-intl";
import { toast } from "sonner";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { useAct } from "../../use-act.ts";
import { askNow } from "./actions.ts";

/** Has the certificate's authority asked now; what it said is then on the page. */
export function AskButton({ id }: { readonly id: string }) {
  const t = useTranslations("app.certificateView.revocation");
  const { act, isBusy, refusal } = useAct();
  const ask = () =>
    act(
      () => askNow(id),
      (isRevoked) => (isRevoked ? toast.warning(t("answeredRevoked")) : toast.success(t("answeredGood"))),
    );
  return (
    <div className="flex flex-col items-start gap-3">
      <Button kind="secondary" isBusy={isBusy} onClick={ask}>
        {isBusy ? t("asking") : t("ask")}
      </Button>
      {refusal ? <Notice tone="bad">{refusal}</Notice> : null}
    </div>
  );
}

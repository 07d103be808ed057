"use client";

import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { useAct } from "../../../use-act.ts";
import { confirm, undo } from "../../actions.ts";
import type { ShownRotation } from "./rotation-steps.tsx";

/** The end: it stays, or the earlier key comes back. */
export function ConfirmStep({ rotation }: { readonly rotation: ShownRotation }) {
  const t = useTranslations("app.keys.rotation");
  const { act, isBusy, refusal } = useAct();
  const { id, proof, from, to } = rotation;
  return (
    <>
      {refusal ? <Notice tone="bad">{refusal}</Notice> : null}
      {to ? (
        <p>
          {t(to.isBrought ? "signsNow.brought" : "signsNow.own", { subject: to.subject, issuer: to.issuer })}
        </p>
      ) : null}
      <p className="text-small text-ink-600">{t("confirmHint")}</p>
      <div className="flex flex-wrap gap-3">
        <Button isBusy={isBusy} disabled={proof === null} onClick={() => act(() => confirm(id))}>
          {t("confirm")}
        </Button>
        {from ? (
          <Button kind="secondary" isBusy={isBusy} onClick={() => act(() => undo(id))}>
            {t("rollBack")}
          </Button>
        ) : null}
      </div>
    </>
  );
}

"use client";

import { useTranslations } from "next-intl";
import { useState, useTransition } from "react";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Notice } from "#components/ui/notice.tsx";
import type { FormState } from "../../../_server/form.ts";
import { offerList, removeList } from "./actions.ts";

interface ListActsProps {
  readonly id: string;
  readonly name: string;
  readonly isOffered: boolean;
}

/** Offers a list to whoever checks files here, or takes it away. */
export function ListActs({ id, name, isOffered }: ListActsProps) {
  const t = useTranslations("app.trust.acts");
  const refusals = useTranslations("refusals");
  const [isAsking, setAsking] = useState(false);
  const [refusal, setRefusal] = useState<FormState["refusal"]>(null);
  const [isBusy, start] = useTransition();
  const run = (work: () => Promise<FormState>) =>
    start(async () => {
      const state = await work();
      setRefusal(state?.refusal ?? null);
    });
  const offer = () => run(() => offerList(id, !isOffered));
  return (
    <>
      <Button kind="secondary" isBusy={isBusy && !isAsking} onClick={offer}>
        {t(isOffered ? "withdraw" : "offer")}
      </Button>
      <Button kind="quiet" onClick={() => setAsking(true)}>
        {t("remove")}
      </Button>
      {refusal && !isAsking ? <Notice tone="bad">{refusalText(refusals, refusal)}</Notice> : null}
      <Dialog
        isOpen={isAsking}
        onOpenChange={setAsking}
        title={t("removeTitle", { name })}
        description={t("removeConsequence")}
        closeLabel={t("cancel")}
        footer={
          <>
            <Button kind="secondary" onClick={() => setAsking(false)}>
              {t("cancel")}
            </Button>
            <Button kind="danger" isBusy={isBusy} onClick={() => run(() => removeList(id))}>
              {t("remove")}
            </Button>
          </>
        }
      >
        {refusal ? <Notice tone="bad">{refusalText(refusals, refusal)}</Notice> : null}
      </Dialog>
    </>
  );
}

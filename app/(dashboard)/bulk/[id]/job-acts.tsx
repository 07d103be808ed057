"use client";

import { useTranslations } from "next-intl";
import { useState, useTransition } from "react";
import { toast } from "sonner";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { act } from "../actions.ts";

interface JobActsProps {
  readonly id: string;
  readonly state: "running" | "paused";
  readonly waiting: number;
}

/** Pause, resume, and give up what has not gone out. */
export function JobActs({ id, state, waiting }: JobActsProps) {
  const t = useTranslations("app.bulk");
  const refusals = useTranslations("refusals");
  const [isOpen, setOpen] = useState(false);
  const [isBusy, start] = useTransition();
  const run = (what: "pause" | "resume" | "cancel") =>
    start(async () => {
      const { refusal } = await act(id, what);
      if (refusal) toast(refusalText(refusals, refusal));
      setOpen(false);
    });
  const next = state === "running" ? "pause" : "resume";
  return (
    <>
      <Button kind={state === "paused" ? "primary" : "secondary"} isBusy={isBusy} onClick={() => run(next)}>
        {t(next)}
      </Button>
      <Button kind="secondary" onClick={() => setOpen(true)}>
        {t("cancel")}
      </Button>
      <Dialog
        isOpen={isOpen}
        onOpenChange={setOpen}
        title={t("cancelTitle")}
        description={t("cancelConsequence", { count: waiting })}
        closeLabel={t("back")}
        footer={
          <>
            <Button kind="secondary" onClick={() => setOpen(false)}>
              {t("back")}
            </Button>
            <Button kind="danger" isBusy={isBusy} onClick={() => run("cancel")}>
              {t("cancelConfirm")}
            </Button>
          </>
        }
      />
    </>
  );
}

"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, useState, useTransition } from "react";
import { toast } from "sonner";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { TextArea } from "#components/ui/text-area.tsx";
import { usePageCommands } from "../../page-commands.ts";
import { voidIt } from "./actions.ts";

interface VoidButtonProps {
  readonly id: string;
  readonly title: string;
  /** How many people know of the envelope. */
  readonly told: number;
}

/** Withdraws an envelope, for good and with a reason. */
export function VoidButton({ id, title, told }: VoidButtonProps) {
  const t = useTranslations("app.void");
  const refusals = useTranslations("refusals");
  const [isOpen, setOpen] = useState(false);
  const [refusal, setRefusal] = useState<{ code: string; reference?: string } | null>(null);
  const [isBusy, start] = useTransition();
  const isReason = refusal?.code === "envelopes/reason-missing";

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const reason = String(new FormData(event.currentTarget).get("reason"));
    setRefusal(null);
    start(async () => {
      const state = await voidIt(id, reason);
      if (state.refusal) return setRefusal(state.refusal);
      setOpen(false);
      toast(t("done"));
    });
  }

  usePageCommands([{ id: "void", label: t("open"), letter: "v", run: () => setOpen(true) }]);

  return (
    <>
      <Button kind="secondary" onClick={() => setOpen(true)}>
        {t("open")}
      </Button>
      <Dialog
        isOpen={isOpen}
        onOpenChange={setOpen}
        title={t("title", { title })}
        description={t("consequence", { told })}
        closeLabel={t("cancel")}
        footer={
          <>
            <Button kind="secondary" onClick={() => setOpen(false)}>
              {t("cancel")}
            </Button>
            <Button kind="danger" type="submit" form="void-form" isBusy={isBusy}>
              {t("confirm")}
            </Button>
          </>
        }
      >
        <form method="post" id="void-form" onSubmit={submit} noValidate className="mt-4 flex flex-col gap-4">
          {refusal && !isReason ? <Notice tone="bad">{refusalText(refusals, refusal)}</Notice> : null}
          <TextArea
            name="reason"
            label={t("reason")}
            hint={isReason ? undefined : t("reasonHint")}
            maxLength={500}
            required
            error={isReason ? refusalText(refusals, refusal) : null}
          />
        </form>
      </Dialog>
    </>
  );
}

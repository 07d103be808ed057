"use client";

import { Eye } from "lucide-react";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { useAct } from "../../use-act.ts";
import { reveal } from "./actions.ts";

interface RevealButtonProps {
  readonly id: string;
  readonly fieldId: string;
  readonly name: string;
}

/** Shows a sensitive answer for as long as the dialog is open. */
export function RevealButton({ id, fieldId, name }: RevealButtonProps) {
  const t = useTranslations("app.answers");
  const { act, isBusy, refusal } = useAct();
  const [isOpen, setOpen] = useState(false);
  const [reason, setReason] = useState("");
  const [isMissing, setMissing] = useState(false);
  const [value, setValue] = useState<string | null>(null);

  function close(next: boolean) {
    setOpen(next);
    setValue(null);
    setReason("");
    setMissing(false);
  }

  function ask(event: FormEvent) {
    event.preventDefault();
    setMissing(reason.trim() === "");
    if (reason.trim() === "") return;
    act(
      () => reveal(id, fieldId, reason),
      (answer) => setValue(answer ?? null),
    );
  }

  return (
    <>
      <Button kind="secondary" onClick={() => setOpen(true)} aria-label={`${t("reveal")}: ${name}`}>
        <Eye aria-hidden="true" className="size-5" />
        {t("reveal")}
      </Button>
      <Dialog
        isOpen={isOpen}
        onOpenChange={close}
        title={value === null ? t("revealTitle") : name}
        description={value === null ? t("revealLead") : undefined}
        closeLabel={t("close")}
      >
        {value === null ? (
          <form method="post" onSubmit={ask} className="mt-4 flex flex-col gap-4">
            <TextField
              label={t("reason")}
              value={reason}
              maxLength={300}
              autoComplete="off"
              error={isMissing ? t("reasonMissing") : null}
              onChange={({ target }) => setReason(target.value)}
            />
            {refusal ? <Notice tone="bad">{refusal}</Notice> : null}
            <div className="flex flex-col-reverse gap-3 sm:flex-row sm:justify-end">
              <Button kind="secondary" onClick={() => close(false)}>
                {t("cancel")}
              </Button>
              <Button type="submit" isBusy={isBusy}>
                {t("show")}
              </Button>
            </div>
          </form>
        ) : (
          <output className="mt-3 block font-mono text-h3 [overflow-wrap:anywhere]">{value}</output>
        )}
      </Dialog>
    </>
  );
}

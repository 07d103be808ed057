"use client";

import { useTranslations } from "next-intl";
import { useState, useTransition } from "react";
import { toast } from "sonner";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import type { FormState } from "../../_server/form.ts";
import { dropRule, turnRule } from "./actions.ts";

interface RuleActsProps {
  readonly id: string;
  readonly name: string;
  readonly isOn: boolean;
}

/** The switch of a rule, and its end. */
export function RuleActs({ id, name, isOn }: RuleActsProps) {
  const t = useTranslations("app.rules");
  const refusals = useTranslations("refusals");
  const [isOpen, setOpen] = useState(false);
  const [isBusy, start] = useTransition();
  const run = (work: () => Promise<FormState>) =>
    start(async () => {
      const { refusal } = await work();
      if (refusal) toast.error(refusalText(refusals, refusal));
      setOpen(false);
    });
  return (
    <>
      <Button
        kind="secondary"
        aria-label={`${t(isOn ? "turnOff" : "turnOn")}: ${name}`}
        isBusy={isBusy}
        onClick={() => run(() => turnRule(id, !isOn))}
      >
        {t(isOn ? "turnOff" : "turnOn")}
      </Button>
      <Button kind="quiet" aria-label={`${t("remove")}: ${name}`} onClick={() => setOpen(true)}>
        {t("remove")}
      </Button>
      <Dialog
        isOpen={isOpen}
        onOpenChange={setOpen}
        title={t("removeTitle")}
        description={t("removeText")}
        footer={
          <>
            <Button kind="secondary" onClick={() => setOpen(false)}>
              {t("cancel")}
            </Button>
            <Button kind="danger" isBusy={isBusy} onClick={() => run(() => dropRule(id))}>
              {t("remove")}
            </Button>
          </>
        }
      />
    </>
  );
}

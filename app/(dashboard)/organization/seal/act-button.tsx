"use client";

import { useTranslations } from "next-intl";
import { useState, useTransition } from "react";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button, type ButtonKind } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { actOnSeal, returnToOwn, unregister } from "./actions.ts";

type Verb = "activate" | "drop" | "repeat" | "return" | "unregister";

interface ActButtonProps {
  readonly verb: Verb;
  readonly label: string;
  readonly kind?: ButtonKind;
  /** What it is done to; nothing for what concerns the seal itself. */
  readonly id?: string;
}

const act = (verb: Verb, id: string) =>
  verb === "return" ? returnToOwn() : verb === "unregister" ? unregister(id) : actOnSeal(verb, id);

/** What changes how documents are sealed, or cannot be taken back, is asked once more. */
const ASKED: readonly Verb[] = ["activate", "drop", "return"];

export function ActButton({ verb, label, kind = "secondary", id = "" }: ActButtonProps) {
  const t = useTranslations("app.seal");
  const refusals = useTranslations("refusals");
  const [isOpen, setOpen] = useState(false);
  const [refusal, setRefusal] = useState<{ code: string; reference?: string } | null>(null);
  const [isBusy, start] = useTransition();
  const isAsked = ASKED.includes(verb);

  function run() {
    setRefusal(null);
    start(async () => {
      const state = await act(verb, id);
      if (state.refusal) return setRefusal(state.refusal);
      setOpen(false);
    });
  }

  const said = refusal ? <Notice tone="bad">{refusalText(refusals, refusal)}</Notice> : null;
  return (
    <>
      <Button kind={kind} isBusy={isBusy && !isAsked} onClick={() => (isAsked ? setOpen(true) : run())}>
        {label}
      </Button>
      {isAsked ? (
        <Dialog
          isOpen={isOpen}
          onOpenChange={setOpen}
          title={t(`ask.${verb as "drop"}.title`)}
          description={t(`ask.${verb as "drop"}.consequence`)}
          closeLabel={t("cancel")}
          footer={
            <>
              <Button kind="secondary" onClick={() => setOpen(false)}>
                {t("cancel")}
              </Button>
              <Button kind={verb === "drop" ? "danger" : "primary"} isBusy={isBusy} onClick={run}>
                {label}
              </Button>
            </>
          }
        >
          {said}
        </Dialog>
      ) : (
        said
      )}
    </>
  );
}

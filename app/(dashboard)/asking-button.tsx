"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, type ReactNode, useId, useState, useTransition } from "react";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button, type ButtonKind } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Notice } from "#components/ui/notice.tsx";
import type { FormState } from "../_server/form.ts";
import { usePageCommands } from "./page-commands.ts";

interface AskingButtonProps<T> {
  readonly label: string;
  /** Heard with the label, where several look the same. */
  readonly about?: string;
  readonly title: string;
  readonly description: string;
  readonly confirmLabel: string;
  readonly kind?: ButtonKind;
  /** It is an act of the page as a whole: it is in the palette too, and by this letter. */
  readonly command?: { readonly id: string; readonly letter?: string };
  /** The fields of the form. */
  readonly children?: ReactNode;
  readonly action: (form: FormData) => Promise<FormState<T>>;
  readonly onDone?: (result: T | undefined) => void;
}

/** A button that asks for what it needs in a dialog, and stays there with the reason when it is refused. */
export function AskingButton<T>(props: AskingButtonProps<T>) {
  const {
    label,
    about,
    title,
    description,
    confirmLabel,
    kind = "secondary",
    children,
    action,
    onDone,
    command,
  } = props;
  const t = useTranslations("app.dialog");
  const refusals = useTranslations("refusals");
  const formId = useId();
  const [isOpen, setOpen] = useState(false);
  const [refusal, setRefusal] = useState<FormState["refusal"]>(null);
  const [isBusy, start] = useTransition();

  usePageCommands(command ? [{ ...command, label, run: () => setOpen(true) }] : []);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setRefusal(null);
    start(async () => {
      const state = await action(form);
      if (state.refusal) return setRefusal(state.refusal);
      setOpen(false);
      onDone?.(state.result);
    });
  }

  return (
    <>
      <Button kind={kind} onClick={() => setOpen(true)}>
        {label}
        {about ? <span className="sr-only"> {about}</span> : null}
      </Button>
      <Dialog
        isOpen={isOpen}
        onOpenChange={(open) => {
          setOpen(open);
          setRefusal(null);
        }}
        title={title}
        description={description}
        closeLabel={t("cancel")}
        footer={
          <>
            <Button kind="secondary" onClick={() => setOpen(false)}>
              {t("cancel")}
            </Button>
            <Button
              type="submit"
              form={formId}
              kind={kind === "danger" ? "danger" : "primary"}
              isBusy={isBusy}
            >
              {confirmLabel}
            </Button>
          </>
        }
      >
        <form method="post" id={formId} onSubmit={submit} className="mt-4 flex flex-col gap-4">
          {refusal ? <Notice tone="bad">{refusalText(refusals, refusal)}</Notice> : null}
          {children}
        </form>
      </Dialog>
    </>
  );
}

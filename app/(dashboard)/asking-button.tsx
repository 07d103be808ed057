"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, type ReactNode, useId, useState } from "react";
import { Button, type ButtonKind } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Notice } from "#components/ui/notice.tsx";
import type { FormState } from "../_server/form.ts";
import { usePageCommands } from "./page-commands.ts";
import { useAct } from "./use-act.ts";

interface AskingButtonProps<T> {
  readonly label: string;
  /** Heard with the label, where several look the same. */
  readonly about?: string;
  readonly title: string;
  readonly description: ReactNode;
  readonly confirmLabel: string;
  /** "Cancel" where what is kept need not be named. */
  readonly cancelLabel?: string;
  readonly kind?: ButtonKind;
  /** Of the button in the dialog, where it weighs more than the one that opens it. */
  readonly confirmKind?: ButtonKind;
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
    confirmKind = kind === "danger" ? "danger" : "primary",
    children,
    action,
    onDone,
    command,
  } = props;
  const t = useTranslations("app.dialog");
  const { cancelLabel = t("cancel") } = props;
  const formId = useId();
  const [isOpen, setOpen] = useState(false);
  const { act, isBusy, refusal, forget } = useAct();

  usePageCommands(command ? [{ ...command, label, run: () => setOpen(true) }] : []);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    act(
      () => action(form),
      (result) => {
        setOpen(false);
        onDone?.(result);
      },
    );
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
          forget();
        }}
        title={title}
        description={description}
        closeLabel={cancelLabel}
        footer={
          <>
            <Button kind="secondary" onClick={() => setOpen(false)}>
              {cancelLabel}
            </Button>
            <Button type="submit" form={formId} kind={confirmKind} isBusy={isBusy}>
              {confirmLabel}
            </Button>
          </>
        }
      >
        <form method="post" id={formId} onSubmit={submit} className="mt-4 flex flex-col gap-4">
          {refusal ? <Notice tone="bad">{refusal}</Notice> : null}
          {children}
        </form>
      </Dialog>
    </>
  );
}

"use client";

import { type ReactNode, useState } from "react";
import { Button, type ButtonKind } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Notice } from "#components/ui/notice.tsx";
import type { FormState } from "../../_server/form.ts";
import { useAct } from "./use-act.ts";

interface ActDialogProps {
  readonly open: string;
  readonly openKind?: ButtonKind;
  readonly title: string;
  readonly consequence: ReactNode;
  readonly cancel: string;
  readonly confirm: string;
  readonly confirmKind?: ButtonKind;
  /** Fields of the form; what they hold goes to `run`. */
  readonly children?: ReactNode;
  run(form: FormData): Promise<FormState>;
}

/** A button for what must not happen by a slip: it asks first, and says what will come of it. */
export function ActDialog(props: ActDialogProps) {
  const {
    open,
    openKind = "secondary",
    title,
    consequence,
    cancel,
    confirm,
    confirmKind,
    children,
    run,
  } = props;
  const [isOpen, setOpen] = useState(false);
  const { act, isBusy, refusal } = useAct();
  const form = `act-${title.replace(/\W+/g, "-")}`;
  return (
    <>
      <Button kind={openKind} onClick={() => setOpen(true)}>
        {open}
      </Button>
      <Dialog
        isOpen={isOpen}
        onOpenChange={setOpen}
        title={title}
        description={consequence}
        closeLabel={cancel}
        footer={
          <>
            <Button kind="secondary" onClick={() => setOpen(false)}>
              {cancel}
            </Button>
            <Button kind={confirmKind ?? "primary"} type="submit" form={form} isBusy={isBusy}>
              {confirm}
            </Button>
          </>
        }
      >
        <form
          method="post"
          id={form}
          className="mt-4 flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            const data = new FormData(event.currentTarget);
            act(
              () => run(data),
              () => setOpen(false),
            );
          }}
        >
          {refusal ? <Notice tone="bad">{refusal}</Notice> : null}
          {children}
        </form>
      </Dialog>
    </>
  );
}

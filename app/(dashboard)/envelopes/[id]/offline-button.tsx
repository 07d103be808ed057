"use client";

import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { useAct } from "../../use-act.ts";
import { removeOffline } from "./actions.ts";

interface OfflineButtonProps {
  readonly id: string;
  readonly label: string;
  readonly name: string;
}

/** Ends what a lost device may send. */
export function OfflineButton({ id, label, name }: OfflineButtonProps) {
  const { act, isBusy, refusal } = useAct();
  return (
    <div className="flex flex-col gap-2">
      <Button
        kind="secondary"
        isBusy={isBusy}
        aria-label={name}
        onClick={() => act(() => removeOffline(id))}
        className="self-start"
      >
        {label}
      </Button>
      {refusal ? <Notice tone="bad">{refusal}</Notice> : null}
    </div>
  );
}

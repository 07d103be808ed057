"use client";

import { Plus } from "lucide-react";
import { useTransition } from "react";
import { Button, type ButtonKind } from "#components/ui/button.tsx";
import { startEnvelope } from "./actions.ts";

/** Starts a draft; a second press while it starts makes no second one. */
export function NewEnvelopeButton({ label, kind }: { readonly label: string; readonly kind?: ButtonKind }) {
  const [isStarting, start] = useTransition();
  return (
    <Button kind={kind} isBusy={isStarting} onClick={() => start(async () => void (await startEnvelope()))}>
      {isStarting ? null : <Plus aria-hidden="true" className="size-5" />}
      {label}
    </Button>
  );
}

"use client";

import { Plus } from "lucide-react";
import { useTransition } from "react";
import { Button } from "#components/ui/button.tsx";
import { startEnvelope } from "./actions.ts";

/** Starts a draft; a second press while it starts makes no second one. */
export function NewEnvelopeButton({ label }: { readonly label: string }) {
  const [isStarting, start] = useTransition();
  return (
    <Button isBusy={isStarting} onClick={() => start(async () => void (await startEnvelope()))}>
      {isStarting ? null : <Plus aria-hidden="true" className="size-5" />}
      {label}
    </Button>
  );
}

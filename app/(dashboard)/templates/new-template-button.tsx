"use client";

import { Plus } from "lucide-react";
import { useTransition } from "react";
import { Button } from "#components/ui/button.tsx";
import { startTemplate } from "./actions.ts";

/** Starts a template; a second press while it starts makes no second one. */
export function NewTemplateButton({ label }: { readonly label: string }) {
  const [isStarting, start] = useTransition();
  return (
    <Button isBusy={isStarting} onClick={() => start(async () => void (await startTemplate()))}>
      {isStarting ? null : <Plus aria-hidden="true" className="size-5" />}
      {label}
    </Button>
  );
}

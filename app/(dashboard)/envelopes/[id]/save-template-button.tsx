"use client";

import { BookCopy } from "lucide-react";
import { useTranslations } from "next-intl";
import { useTransition } from "react";
import { toast } from "sonner";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { saveTemplate } from "../../templates/actions.ts";

/** Makes a template of an envelope: its documents, fields, order and words; nobody of those who are in it. */
export function SaveTemplateButton({ id, label }: { readonly id: string; readonly label: string }) {
  const refusals = useTranslations("refusals");
  const [isBusy, start] = useTransition();
  return (
    <Button
      kind="secondary"
      isBusy={isBusy}
      onClick={() =>
        start(async () => {
          const { refusal } = await saveTemplate(id);
          if (refusal) toast.error(refusalText(refusals, refusal));
        })
      }
    >
      {isBusy ? null : <BookCopy aria-hidden="true" className="size-5" />}
      {label}
    </Button>
  );
}

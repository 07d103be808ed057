"use client";

import { useTranslations } from "next-intl";
import { useTransition } from "react";
import { toast } from "sonner";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button, type ButtonKind } from "#components/ui/button.tsx";
import { addShipped } from "./actions.ts";

/** Takes in the federal forms that come with the product. */
export function ShippedButton({ label, kind }: { readonly label: string; readonly kind?: ButtonKind }) {
  const refusals = useTranslations("refusals");
  const [isBusy, start] = useTransition();
  return (
    <Button
      kind={kind ?? "primary"}
      isBusy={isBusy}
      onClick={() =>
        start(async () => {
          const { refusal } = await addShipped();
          if (refusal) toast.error(refusalText(refusals, refusal));
        })
      }
    >
      {label}
    </Button>
  );
}

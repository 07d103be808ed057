"use client";

import { Printer } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";

export function PrintButton() {
  const t = useTranslations("app.runbooks");
  return (
    <Button kind="quiet" onClick={() => window.print()}>
      <Printer aria-hidden="true" className="size-5" />
      {t("print")}
    </Button>
  );
}

"use client";

import { useTranslations } from "next-intl";
import { toast } from "sonner";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { useAct } from "../../use-act.ts";
import { testConnection } from "../actions.ts";

/** Has the way to a place for keys tested now; the page shows what came of it in a moment. */
export function TestButton({ provider, name }: { readonly provider: string; readonly name: string }) {
  const t = useTranslations("app.connectors");
  const { act, isBusy, refusal } = useAct();
  return (
    <div className="flex flex-col gap-2">
      {refusal ? <Notice tone="bad">{refusal}</Notice> : null}
      <div>
        <Button
          kind="secondary"
          isBusy={isBusy}
          onClick={() =>
            act(
              () => testConnection(provider),
              () => toast(t("asked")),
            )
          }
        >
          {t("test")} <span className="sr-only">{name}</span>
        </Button>
      </div>
    </div>
  );
}

"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";

interface SecretDialogProps {
  readonly secret: string | null;
  readonly onDone: () => void;
}

/** What a webhook is signed with, shown this once. */
export function SecretDialog({ secret, onDone }: SecretDialogProps) {
  const t = useTranslations("app.rules");
  const [isCopied, setCopied] = useState(false);
  return (
    <Dialog
      isOpen={secret !== null}
      onOpenChange={(isOpen) => {
        if (!isOpen) onDone();
      }}
      title={t("secretTitle")}
      description={t("secretText")}
      footer={<Button onClick={onDone}>{t("done")}</Button>}
    >
      <div className="mt-4 flex flex-wrap items-center gap-3">
        <code className="min-w-0 rounded-control border border-line bg-canvas p-3 break-all">{secret}</code>
        <Button
          kind="secondary"
          onClick={async () => {
            await navigator.clipboard.writeText(secret ?? "");
            setCopied(true);
          }}
        >
          <span aria-live="polite">{t(isCopied ? "copied" : "copy")}</span>
        </Button>
      </div>
    </Dialog>
  );
}

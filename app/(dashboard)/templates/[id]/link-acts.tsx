"use client";

import { Check, Copy } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState, useTransition } from "react";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { turnOffLink } from "../link-actions.ts";

export function CopyLink({ url }: { readonly url: string }) {
  const t = useTranslations("app.templates.links");
  const [isCopied, setCopied] = useState(false);
  return (
    <Button
      kind="secondary"
      onClick={async () => {
        await navigator.clipboard.writeText(url);
        setCopied(true);
      }}
    >
      {isCopied ? (
        <Check aria-hidden="true" className="size-4" />
      ) : (
        <Copy aria-hidden="true" className="size-4" />
      )}
      <span aria-live="polite">{t(isCopied ? "copied" : "copy")}</span>
    </Button>
  );
}

export function TurnOffButton({ linkId }: { readonly linkId: string }) {
  const t = useTranslations("app.templates.links");
  const refusals = useTranslations("refusals");
  const [isOpen, setOpen] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);
  const [isBusy, start] = useTransition();
  const turnOff = () =>
    start(async () => {
      const { refusal } = await turnOffLink(linkId);
      if (refusal) setWrong(refusalText(refusals, refusal));
      else setOpen(false);
    });
  return (
    <>
      <Button kind="quiet" onClick={() => setOpen(true)}>
        {t("turnOff")}
      </Button>
      <Dialog
        isOpen={isOpen}
        onOpenChange={setOpen}
        title={t("turnOffTitle")}
        description={t("turnOffText")}
        footer={
          <>
            <Button kind="secondary" onClick={() => setOpen(false)}>
              {t("cancel")}
            </Button>
            <Button kind="danger" isBusy={isBusy} onClick={turnOff}>
              {t("turnOff")}
            </Button>
          </>
        }
      >
        {wrong ? <Notice tone="bad">{wrong}</Notice> : null}
      </Dialog>
    </>
  );
}

"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Notice } from "#components/ui/notice.tsx";
import type { DraftStore } from "./draft-store.ts";

interface ConflictDialogProps {
  readonly isOpen: boolean;
  readonly store: DraftStore;
}

/** Another window saved first: the person says whose version stays. */
export function ConflictDialog({ isOpen, store }: ConflictDialogProps) {
  const t = useTranslations("app.prepare.conflict");
  const refusals = useTranslations("refusals");
  const [busy, setBusy] = useState<"newest" | "own" | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);

  async function choose(which: "newest" | "own") {
    setBusy(which);
    setWrong(null);
    try {
      const code = which === "newest" ? await store.takeNewest() : await store.keepOwn();
      if (code) setWrong(refusalText(refusals, { code }));
    } catch {
      setWrong(t("unreachable"));
    }
    setBusy(null);
  }

  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={() => {}}
      title={t("title")}
      description={t("lead")}
      footer={
        <>
          <Button
            kind="secondary"
            isBusy={busy === "own"}
            disabled={busy !== null}
            onClick={() => choose("own")}
          >
            {t("keepOwn")}
          </Button>
          <Button isBusy={busy === "newest"} disabled={busy !== null} onClick={() => choose("newest")}>
            {t("takeNewest")}
          </Button>
        </>
      }
    >
      {wrong ? (
        <div className="mt-4">
          <Notice tone="bad">{wrong}</Notice>
        </div>
      ) : null}
    </Dialog>
  );
}

"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
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
  const [busy, setBusy] = useState<"newest" | "own" | "both" | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);

  async function both(): Promise<string | null> {
    const put = await store.putTogether();
    if ("code" in put) return put.code;
    const count = put.clashes.length;
    toast(t(count > 0 ? "togetherBut" : "together", { count }));
    return null;
  }

  async function choose(which: "newest" | "own" | "both") {
    setBusy(which);
    setWrong(null);
    try {
      const ways = { newest: () => store.takeNewest(), own: () => store.keepOwn(), both };
      const code = await ways[which]();
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
          <Button
            kind="secondary"
            isBusy={busy === "newest"}
            disabled={busy !== null}
            onClick={() => choose("newest")}
          >
            {t("takeNewest")}
          </Button>
          <Button isBusy={busy === "both"} disabled={busy !== null} onClick={() => choose("both")}>
            {t("putTogether")}
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

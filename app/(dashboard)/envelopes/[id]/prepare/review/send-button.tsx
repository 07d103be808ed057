"use client";

import { Send } from "lucide-react";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import type { DraftSnapshot, DraftStore } from "../draft-store.ts";
import type { Step } from "../places.ts";
import { SendDialog } from "./send-dialog.tsx";

interface SendButtonProps {
  readonly id: string;
  readonly snapshot: DraftSnapshot;
  readonly store: DraftStore;
  readonly step: Step;
  readonly isUploading: boolean;
  /** Counts who asked for the last question elsewhere. */
  readonly sendings: { readonly count: number; readonly isLater: boolean };
  readonly onReview: () => void;
}

/** Always in sight: leads to the review, from there to the last question, or to what is missing. */
export function SendButton({ id, snapshot, store, step, isUploading, sendings, onReview }: SendButtonProps) {
  const t = useTranslations("app.prepare");
  const [isOpen, setOpen] = useState(false);
  const [isLater, setLater] = useState(false);
  const [isChecking, setChecking] = useState(false);

  async function press() {
    if (step !== "review") return onReview();
    await ask();
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each time it was asked for.
  useEffect(() => {
    if (sendings.count > 0) void ask(sendings.isLater);
  }, [sendings]);

  async function ask(isLater = false) {
    setChecking(true);
    const isKept = await store.saver.flush();
    setChecking(false);
    const isReady = store.getSnapshot().blockers.length === 0 && !isUploading;
    setLater(isLater);
    if (isKept && isReady) return setOpen(true);
    const list = document.getElementById("blockers");
    list?.scrollIntoView({ block: "center" });
    list?.focus({ preventScroll: true });
  }

  return (
    <>
      <Button onClick={press} isBusy={isChecking} className="ms-1">
        {isChecking || step !== "review" ? null : <Send aria-hidden="true" className="size-5" />}
        {step === "review" ? (
          t("send")
        ) : (
          <>
            <span className="sm:hidden">{t("toReviewShort")}</span>
            <span className="hidden sm:inline">{t("toReview")}</span>
          </>
        )}
      </Button>
      <SendDialog {...{ id, snapshot, store, isOpen, isLater }} onLater={setLater} onOpenChange={setOpen} />
    </>
  );
}

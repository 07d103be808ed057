"use client";

import { BookCheck } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState, useTransition } from "react";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { TextArea } from "#components/ui/text-area.tsx";
import { publicId, type TemplateId } from "#lib/ids.ts";
import { publish } from "../../../../templates/actions.ts";
import type { DraftSnapshot, DraftStore } from "../draft-store.ts";
import type { Step } from "../places.ts";

interface PublishButtonProps {
  readonly templateId: TemplateId;
  readonly snapshot: DraftSnapshot;
  readonly store: DraftStore;
  readonly step: Step;
  readonly isUploading: boolean;
  readonly onReview: () => void;
}

/** In the place of sending: leads to the review, from there to the last question, or to what is missing. */
export function PublishButton({
  templateId,
  snapshot,
  store,
  step,
  isUploading,
  onReview,
}: PublishButtonProps) {
  const t = useTranslations("app.prepare.publish");
  const refusals = useTranslations("refusals");
  const [isOpen, setOpen] = useState(false);
  const [note, setNote] = useState("");
  const [wrong, setWrong] = useState<string | null>(null);
  const [isBusy, start] = useTransition();

  async function press() {
    if (step !== "review") return onReview();
    const isKept = await store.saver.flush();
    if (isKept && store.getSnapshot().blockers.length === 0 && !isUploading) return setOpen(true);
    const list = document.getElementById("blockers");
    list?.scrollIntoView({ block: "center" });
    list?.focus({ preventScroll: true });
  }

  function confirm() {
    setWrong(null);
    start(async () => {
      const { refusal } = await publish(publicId("template", templateId), store.saver.version, note);
      if (refusal) setWrong(refusalText(refusals, refusal));
    });
  }

  return (
    <>
      <Button onClick={press} className="ms-1">
        <BookCheck aria-hidden="true" className="size-5" />
        {t("button")}
      </Button>
      <Dialog
        isOpen={isOpen}
        onOpenChange={setOpen}
        title={t("title", { name: snapshot.content.title })}
        description={t("consequence")}
        closeLabel={t("cancel")}
        footer={
          <>
            <Button kind="secondary" onClick={() => setOpen(false)}>
              {t("cancel")}
            </Button>
            <Button isBusy={isBusy} onClick={confirm}>
              {t("button")}
            </Button>
          </>
        }
      >
        <div className="mt-4 flex flex-col gap-4">
          <TextArea
            label={t("note")}
            hint={t("noteHint")}
            value={note}
            maxLength={500}
            onChange={(event) => setNote(event.target.value)}
          />
          {wrong ? <Notice tone="bad">{wrong}</Notice> : null}
        </div>
      </Dialog>
    </>
  );
}

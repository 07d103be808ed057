"use client";

import { useTranslations } from "next-intl";
import { useState, useTransition } from "react";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { EDIT_LIMITS } from "#lib/envelopes/core/documents/page-edits.ts";
import { addBlankPages } from "../draft-requests.ts";
import type { DraftStore } from "../draft-store.ts";

interface BlankDialogProps {
  readonly id: string;
  readonly store: DraftStore;
  readonly onClose: () => void;
}

/** Makes a document from nothing. */
export function BlankDialog({ id, store, onClose }: BlankDialogProps) {
  const t = useTranslations("app.prepare.documents.blank");
  const refusals = useTranslations("refusals");
  const [name, setName] = useState(t("defaultName"));
  const [paper, setPaper] = useState("a4");
  const [pages, setPages] = useState("1");
  const [wrong, setWrong] = useState<string | null>(null);
  const [isBusy, start] = useTransition();
  const count = Number(pages);
  const isGood =
    name.trim() !== "" && Number.isInteger(count) && count >= 1 && count <= EDIT_LIMITS.blankPages;

  function add() {
    setWrong(null);
    start(async () => {
      const { saver } = store;
      await saver.flush();
      saver.operationBegan();
      const answer = await addBlankPages(id, { name, paper, pages: count }).catch(() => null);
      saver.operationEnded(answer?.isDone ? answer.result.version : null);
      if (!answer?.isDone) {
        setWrong(refusalText(refusals, { code: answer?.code ?? "files/unavailable" }));
        return;
      }
      store.addDocument(answer.result);
      onClose();
    });
  }

  return (
    <Dialog
      isOpen
      onOpenChange={(isOpen) => (isOpen ? undefined : onClose())}
      title={t("title")}
      description={t("lead")}
      closeLabel={t("cancel")}
      footer={
        <>
          <Button kind="secondary" onClick={onClose}>
            {t("cancel")}
          </Button>
          <Button isBusy={isBusy} disabled={!isGood} onClick={add}>
            {t("add")}
          </Button>
        </>
      }
    >
      <div className="mt-4 flex flex-col gap-4">
        {wrong ? <Notice tone="bad">{wrong}</Notice> : null}
        <TextField
          label={t("name")}
          value={name}
          maxLength={190}
          onChange={(event) => setName(event.target.value)}
        />
        <SelectField
          label={t("paper")}
          options={[
            { value: "a4", label: t("a4") },
            { value: "letter", label: t("letter") },
          ]}
          value={paper}
          onChange={(event) => setPaper(event.target.value)}
        />
        <TextField
          label={t("pages")}
          type="number"
          min={1}
          max={EDIT_LIMITS.blankPages}
          hint={t("pagesHint", { most: EDIT_LIMITS.blankPages })}
          value={pages}
          onChange={(event) => setPages(event.target.value)}
        />
      </div>
    </Dialog>
  );
}

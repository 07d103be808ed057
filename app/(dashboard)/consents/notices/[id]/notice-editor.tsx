"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { TextArea } from "#components/ui/text-area.tsx";
import { ActDialog } from "../../../keys/act-dialog.tsx";
import { useAct } from "../../../keys/use-act.ts";
import { drop, keepDraft, publish } from "../actions.ts";

interface NoticeEditorProps {
  readonly id: string;
  readonly locale: string;
  readonly parts: readonly { readonly name: string; readonly text: string }[];
}

/** Every part of a notice; published, its words are fixed. */
export function NoticeEditor({ id, locale, parts }: NoticeEditorProps) {
  const t = useTranslations("app.consents.editor");
  const [texts, setTexts] = useState(() => Object.fromEntries(parts.map(({ name, text }) => [name, text])));
  const { act, isBusy, refusal } = useAct();
  return (
    <div className="flex flex-col gap-5 rounded-card border border-line bg-paper p-4 sm:p-6">
      {parts.map(({ name }) => (
        <TextArea
          key={name}
          lang={locale}
          dir="auto"
          label={t(`parts.${name as "text"}`)}
          hint={t(`partHints.${name as "text"}`)}
          value={texts[name] ?? ""}
          rows={name === "text" ? 18 : 5}
          maxLength={6_000}
          onChange={(event) => setTexts({ ...texts, [name]: event.target.value })}
        />
      ))}
      {refusal ? <Notice tone="bad">{refusal}</Notice> : null}
      <div className="flex flex-wrap gap-3">
        <ActDialog
          open={t("publish")}
          openKind="primary"
          title={t("publishTitle")}
          consequence={t("publishConsequence")}
          cancel={t("cancel")}
          confirm={t("publish")}
          run={() => publish(id, texts)}
        />
        <Button
          kind="secondary"
          isBusy={isBusy}
          onClick={() =>
            act(
              () => keepDraft(id, texts),
              () => toast(t("saved")),
            )
          }
        >
          {t("save")}
        </Button>
        <ActDialog
          open={t("drop")}
          openKind="quiet"
          title={t("dropTitle")}
          consequence={t("dropConsequence")}
          cancel={t("cancel")}
          confirm={t("drop")}
          confirmKind="danger"
          run={() => drop(id)}
        />
      </div>
    </div>
  );
}

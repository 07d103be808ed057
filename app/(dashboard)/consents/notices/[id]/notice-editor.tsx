"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import { Button } from "#components/ui/button.tsx";
import { CheckField } from "#components/ui/check-field.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { TextArea } from "#components/ui/text-area.tsx";
import { AskingButton } from "../../../asking-button.tsx";
import { useAct } from "../../../use-act.ts";
import { drop, keepDraft, publish } from "../actions.ts";

interface NoticeEditorProps {
  readonly id: string;
  readonly locale: string;
  readonly parts: readonly { readonly name: string; readonly text: string }[];
}

const isChange = ({ name, text }: NoticeEditorProps["parts"][number]) => name === "changes" && text !== "";

/** Every part of a notice; published, its words are fixed. */
export function NoticeEditor({ id, locale, parts }: NoticeEditorProps) {
  const t = useTranslations("app.consents.editor");
  const [texts, setTexts] = useState(() => Object.fromEntries(parts.map(({ name, text }) => [name, text])));
  const [isMaterial, setMaterial] = useState(() => parts.some(isChange));
  const [isTold, setTold] = useState(true);
  const { act, isBusy, refusal } = useAct();
  const part = (name: string) => (
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
  );
  return (
    <div className="flex flex-col gap-5 rounded-card border border-line bg-paper p-4 sm:p-6">
      <fieldset className="flex flex-col gap-3">
        <legend className="mb-1 font-medium">{t("materialLegend")}</legend>
        <CheckField
          name="isMaterial"
          label={t("material")}
          hint={t("materialHint")}
          checked={isMaterial}
          onChange={(event) => setMaterial(event.target.checked)}
        />
        {isMaterial ? (
          <>
            {part("changes")}
            <CheckField
              name="isTold"
              label={t("told")}
              hint={t("toldHint")}
              checked={isTold}
              onChange={(event) => setTold(event.target.checked)}
            />
          </>
        ) : null}
      </fieldset>
      {parts.map(({ name }) => (name === "changes" ? null : part(name)))}
      {refusal ? <Notice tone="bad">{refusal}</Notice> : null}
      <div className="flex flex-wrap gap-3">
        <AskingButton
          label={t("publish")}
          kind="primary"
          title={t("publishTitle")}
          description={
            isMaterial ? `${t("publishConsequence")} ${t("publishMaterial")}` : t("publishConsequence")
          }
          confirmLabel={t("publish")}
          action={() => publish(id, texts, { isMaterial, isTold })}
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
        <AskingButton
          label={t("drop")}
          kind="quiet"
          title={t("dropTitle")}
          description={t("dropConsequence")}
          confirmLabel={t("drop")}
          confirmKind="danger"
          action={() => drop(id)}
        />
      </div>
    </div>
  );
}

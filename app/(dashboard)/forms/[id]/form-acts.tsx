"use client";

import { FileUp } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState, useTransition } from "react";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { CheckField } from "#components/ui/check-field.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { AskingButton } from "../../asking-button.tsx";
import { check, open } from "../actions.ts";
import { DropZone } from "../drop-zone.tsx";
import { sendFile } from "../send-file.ts";

/** Opens the form as a template. */
export function OpenButton({ id, label }: { readonly id: string; readonly label: string }) {
  const refusals = useTranslations("refusals");
  const [wrong, setWrong] = useState<string | null>(null);
  const [isBusy, start] = useTransition();
  return (
    <div className="flex flex-col items-start gap-3">
      <Button
        isBusy={isBusy}
        onClick={() =>
          start(async () => {
            setWrong(null);
            const { refusal } = await open(id);
            if (refusal) setWrong(refusalText(refusals, refusal));
          })
        }
      >
        {label}
      </Button>
      {wrong ? <Notice tone="bad">{wrong}</Notice> : null}
    </div>
  );
}

interface FileDropProps {
  readonly id: string;
  readonly edition: string;
  /** The catalogue says what the file hashes to, and nothing else is taken. */
  readonly isKnown: boolean;
  readonly hasFile: boolean;
}

/** Takes the PDF of this edition; where nobody knows its hash, after its bringer said that it is this edition. */
export function FileDrop({ id, edition, isKnown, hasFile }: FileDropProps) {
  const t = useTranslations("app.forms");
  const refusals = useTranslations("refusals");
  const router = useRouter();
  const [isBusy, setBusy] = useState(false);
  const [isSure, setSure] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);

  async function send([file]: readonly File[]) {
    if (!isKnown && !isSure) return setWrong(t("sayEdition"));
    setBusy(true);
    setWrong(null);
    const answer = await sendFile("/forms/files", file!, { "x-form": id });
    if ("code" in answer) setWrong(refusalText(refusals, answer));
    setBusy(false);
    router.refresh();
  }

  return (
    <div className="flex flex-col gap-3">
      {isKnown ? null : (
        <CheckField
          label={t("isEdition", { edition })}
          hint={t("isEditionHint")}
          checked={isSure}
          onChange={(event) => setSure(event.target.checked)}
        />
      )}
      <DropZone
        icon={FileUp}
        label={t(isBusy ? "bringing" : hasFile ? "replaceFile" : "dropFile")}
        hint={t(isKnown ? "fileKnownHint" : "fileHint")}
        accept=".pdf,application/pdf"
        isBusy={isBusy}
        onFiles={send}
      />
      {wrong ? <Notice tone="bad">{wrong}</Notice> : null}
    </div>
  );
}

/** Says what the source shows today. */
export function CheckButton({ id, edition }: { readonly id: string; readonly edition: string }) {
  const t = useTranslations("app.forms");
  const [isNewer, setNewer] = useState(false);
  return (
    <AskingButton
      label={t("check")}
      title={t("checkTitle")}
      description={t("checkLead")}
      confirmLabel={t("checkConfirm")}
      action={(form) => check(id, form)}
    >
      <fieldset>
        <legend className="sr-only">{t("checkTitle")}</legend>
        <CheckField
          type="radio"
          name="edition-now"
          value="same"
          label={t("sameEdition", { edition })}
          checked={!isNewer}
          onChange={() => setNewer(false)}
        />
        <CheckField
          type="radio"
          name="edition-now"
          value="newer"
          label={t("newerEdition")}
          hint={t("newerEditionHint")}
          checked={isNewer}
          onChange={() => setNewer(true)}
        />
      </fieldset>
      {isNewer ? (
        <div className="grid gap-3 sm:grid-cols-2">
          <TextField name="edition" label={t("editionName")} maxLength={300} placeholder="Rev. March 2026" />
          <TextField
            name="editionOn"
            label={t("editionDate")}
            required
            maxLength={20}
            placeholder="2026-03-01"
          />
        </div>
      ) : null}
    </AskingButton>
  );
}

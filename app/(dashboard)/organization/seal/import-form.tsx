"use client";

import { useTranslations } from "next-intl";
import { useRef } from "react";
import { Findings } from "#components/certificates/certificate-sheet.tsx";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { importKey } from "./actions.ts";
import { FileOrText } from "./file-or-text.tsx";
import { useAttempt } from "./use-attempt.ts";

/** Takes a key with its certificate out of a file; the file is not kept. */
export function ImportForm() {
  const t = useTranslations("app.seal.import");
  const refusals = useTranslations("refusals");
  const form = useRef<HTMLFormElement>(null);
  const { attempt, refusal, result, isBusy, forget } = useAttempt(importKey);
  const choices = result && !result.isUsable && result.choices.length > 1 ? result.choices : [];
  return (
    <form
      method="post"
      ref={form}
      className="flex flex-col gap-4 p-4 sm:p-6"
      onSubmit={(event) => {
        event.preventDefault();
        attempt(new FormData(event.currentTarget), ({ isUsable }) => {
          if (isUsable) form.current?.reset();
        });
      }}
    >
      <p className="text-ink-700">{t("lead")}</p>
      {refusal ? <Notice tone="bad">{refusalText(refusals, refusal)}</Notice> : null}
      {result?.isUsable ? <Notice tone="good">{t("taken")}</Notice> : null}
      {result ? <Findings title={t("findings")} findings={result.findings} /> : null}
      <FileOrText
        label={t("file")}
        hint={t("fileHint")}
        accept=".pfx,.p12,.pem,application/x-pkcs12"
        onChange={forget}
      />
      <TextField
        name="password"
        type="password"
        label={t("password")}
        hint={t("passwordHint")}
        autoComplete="off"
      />
      {choices.length > 0 ? (
        <SelectField
          name="chosen"
          label={t("chosen")}
          options={choices.map(({ index, name }) => ({ value: String(index), label: name }))}
        />
      ) : null}
      <div>
        <Button type="submit" kind="secondary" isBusy={isBusy}>
          {t("submit")}
        </Button>
      </div>
    </form>
  );
}

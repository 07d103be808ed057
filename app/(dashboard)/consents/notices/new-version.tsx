"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import { useAct } from "../../use-act.ts";
import { beginNotice } from "./actions.ts";

const LANGUAGES = [
  ...["en", "es", "fr", "de", "pt", "it", "nl", "pl", "uk", "ar", "he", "hi", "zh", "ja", "ko", "vi"],
];

/** Begins the next version of a notice: for whom, and in which language. */
export function NewVersion() {
  const t = useTranslations("app.consents.editor");
  const [mode, setMode] = useState("business");
  const [locale, setLocale] = useState("en");
  const { act, isBusy, refusal } = useAct();
  const names = new Intl.DisplayNames(["en"], { type: "language" });
  return (
    <form
      method="post"
      className="flex flex-col gap-3 px-4 py-4 sm:flex-row sm:items-end sm:px-6"
      onSubmit={(event) => {
        event.preventDefault();
        act(() => beginNotice(mode, locale));
      }}
    >
      <SelectField
        label={t("mode")}
        value={mode}
        onChange={(event) => setMode(event.target.value)}
        options={["business", "consumer"].map((value) => ({
          value,
          label: t(`modes.${value as "business"}`),
        }))}
        className="sm:w-64"
      />
      <SelectField
        label={t("language")}
        value={locale}
        onChange={(event) => setLocale(event.target.value)}
        options={LANGUAGES.map((value) => ({ value, label: names.of(value) ?? value }))}
        className="sm:w-48"
      />
      <Button type="submit" isBusy={isBusy}>
        {t("begin")}
      </Button>
      {refusal ? <Notice tone="bad">{refusal}</Notice> : null}
    </form>
  );
}

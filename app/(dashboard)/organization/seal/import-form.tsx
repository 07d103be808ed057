"use client";

import { useTranslations } from "next-intl";
import { useRef } from "react";
import { Findings } from "#components/certificates/certificate-sheet.tsx";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { sealForImport } from "#components/keys/seal-for-import.ts";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import type { SealImport } from "#lib/signing/seals/import-seal.ts";
import type { FormState } from "../../../_server/form.ts";
import { importKey, keyForImport } from "./actions.ts";
import { FileOrText } from "./file-or-text.tsx";
import { providerWords } from "./key-words.ts";
import { useAttempt } from "./use-attempt.ts";
import { useSealing } from "./use-sealing.ts";

/** File and password leave the browser encrypted, each apart, to a key that the server uses once. */
async function sealAndImport(form: FormData): Promise<FormState<SealImport>> {
  const key = await keyForImport();
  if (key.refusal || !key.result) return { refusal: key.refusal };
  const file = form.get("file");
  const bytes = file instanceof File ? new Uint8Array(await file.arrayBuffer()) : new Uint8Array();
  const given = { file: bytes, password: String(form.get("password") ?? "") };
  const chosen = String(form.get("chosen") ?? "");
  return importKey(await sealForImport(key.result, given), {
    chosen: /^\d{1,2}$/.test(chosen) ? Number(chosen) : null,
    place: form.get("place") === "pkcs11" ? "pkcs11" : "software",
  });
}

/** Takes a key with its certificate out of a file; the file is not kept. */
export function ImportForm({ places }: { readonly places: readonly string[] }) {
  const words = useTranslations("app.seal");
  const takes = ["software", ...places.filter((place) => place === "pkcs11")];
  const others = places.filter((place) => place !== "pkcs11");
  const t = useTranslations("app.seal.import");
  const refusals = useTranslations("refusals");
  const form = useRef<HTMLFormElement>(null);
  const { attempt, refusal, result, isBusy, forget } = useAttempt(sealAndImport);
  const { hasScripts, isSecure } = useSealing();
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
      <p className="text-small text-ink-600">{t("encrypted")}</p>
      {isSecure ? null : <Notice tone="bad">{t("needsHttps")}</Notice>}
      {refusal ? <Notice tone="bad">{refusalText(refusals, refusal)}</Notice> : null}
      {result?.isUsable ? <Notice tone="good">{t("taken")}</Notice> : null}
      {result ? <Findings title={t("findings")} findings={result.findings} /> : null}
      <fieldset disabled={!hasScripts || !isSecure} className="flex flex-col gap-4">
        <legend className="sr-only">{t("title")}</legend>
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
        <SelectField
          name="place"
          label={t("place")}
          hint={t("placeHint")}
          options={takes.map((value) => ({ value, label: t(`places.${value as "software"}`) }))}
        />
        {others.length > 0 ? (
          <ul className="list-disc ps-5 text-small text-ink-600">
            {others.map((place) => (
              <li key={place}>{t("noPlace", { place: providerWords(words, place) })}</li>
            ))}
          </ul>
        ) : null}
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
      </fieldset>
    </form>
  );
}

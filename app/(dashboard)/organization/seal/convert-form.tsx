"use client";

import { useTranslations } from "next-intl";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { sealForConversion } from "#components/keys/seal-for-import.ts";
import { Button, buttonClass } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import type { FormState } from "../../../_server/form.ts";
import { convert, keyForImport } from "./actions.ts";
import { FileOrText } from "./file-or-text.tsx";
import { NewPassphrase } from "./new-passphrase.tsx";
import { useAttempt } from "./use-attempt.ts";
import { useSealing } from "./use-sealing.ts";

type Converted = NonNullable<Awaited<ReturnType<typeof convert>>["result"]>;

/** File and both passwords leave the browser encrypted, each apart, to a key that the server uses once. */
async function sealAndConvert(form: FormData): Promise<FormState<Converted>> {
  const key = await keyForImport();
  if (key.refusal || !key.result) return { refusal: key.refusal };
  const file = form.get("file");
  const bytes = file instanceof File ? new Uint8Array(await file.arrayBuffer()) : new Uint8Array();
  const words = { password: form.get("password"), newPassword: form.get("newPassword") };
  const given = { password: String(words.password ?? ""), newPassword: String(words.newPassword ?? "") };
  const sealed = await sealForConversion(key.result, { file: bytes, ...given });
  return convert(sealed, form.get("to") === "pfx" ? "pfx" : "pem");
}

/** Writes PFX as PEM and PEM as PFX, and says what changed. */
export function ConvertForm() {
  const t = useTranslations("app.seal.convert");
  const refusals = useTranslations("refusals");
  const { attempt, refusal, result, isBusy, forget } = useAttempt(sealAndConvert);
  const { hasScripts, isSecure } = useSealing();
  const imports = useTranslations("app.seal.import");
  return (
    <form
      method="post"
      className="flex flex-col gap-4 p-4 sm:p-6"
      onSubmit={(event) => {
        event.preventDefault();
        attempt(new FormData(event.currentTarget));
      }}
    >
      <p className="text-ink-700">{t("lead")}</p>
      <p className="text-small text-ink-600">{t("encrypted")}</p>
      {isSecure ? null : <Notice tone="bad">{imports("needsHttps")}</Notice>}
      {refusal ? <Notice tone="bad">{refusalText(refusals, refusal)}</Notice> : null}
      <fieldset disabled={!hasScripts || !isSecure} className="flex flex-col gap-4">
        <legend className="sr-only">{t("title")}</legend>
        <FileOrText label={t("file")} accept=".pfx,.p12,.pem,application/x-pkcs12" onChange={forget} />
        <SelectField
          name="to"
          label={t("to")}
          options={[
            { value: "pem", label: "PEM" },
            { value: "pfx", label: "PFX (PKCS#12)" },
          ]}
        />
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField name="password" type="password" label={t("password")} autoComplete="off" />
          <NewPassphrase />
        </div>
        <div>
          <Button type="submit" kind="secondary" isBusy={isBusy}>
            {t("submit")}
          </Button>
        </div>
      </fieldset>
      {result ? (
        <div role="status" className="rounded-control bg-canvas p-4">
          <h3 className="font-semibold">{t("changed")}</h3>
          <ul className="my-2 list-disc ps-5">
            {result.changes.map(({ code, message }) => (
              <li key={`${code} ${message}`}>{message}</li>
            ))}
          </ul>
          <a
            href={`data:application/octet-stream;base64,${result.base64}`}
            download={result.fileName}
            className={buttonClass()}
          >
            {t("save", { name: result.fileName })}
          </a>
        </div>
      ) : null}
    </form>
  );
}

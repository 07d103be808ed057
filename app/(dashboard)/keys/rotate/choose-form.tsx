"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { CheckField } from "#components/ui/check-field.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import { KEY_ALGORITHMS } from "#lib/pki/core/key-algorithms.ts";
import type { RotationChoices } from "#lib/signing/get-rotation-choices.ts";
import { algorithmWords, providerWords } from "../../organization/seal/key-words.ts";
import { RequestNameFields } from "../../organization/seal/request-form.tsx";
import { useAct } from "../../use-act.ts";
import { beginRotation } from "../actions.ts";

type Source = "own" | "request" | "brought";

interface ChooseFormProps extends Pick<RotationChoices, "current" | "places" | "names"> {
  readonly brought: readonly {
    readonly id: string;
    readonly name: string;
    readonly issuer: string;
    readonly algorithm: string;
    readonly provider: string;
  }[];
}

/** Who certifies the new key, where it is made and how it signs; nothing changes before the switch. */
export function ChooseForm({ current, places, names, brought }: ChooseFormProps) {
  const t = useTranslations("app.keys.rotation.choice");
  const words = useTranslations("app.seal");
  const { act, isBusy, refusal } = useAct();
  const [source, setSource] = useState<Source>(current?.isBrought ? "request" : "own");
  const changesIssuer = source === "own" && current?.isBrought === true;
  const isMade = source !== "brought";

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    act(() => beginRotation(form));
  }

  const radio = (value: Source, hint: string) => (
    <CheckField
      type="radio"
      name="source"
      value={value}
      label={t(`sources.${value}`)}
      hint={hint}
      checked={source === value}
      onChange={() => setSource(value)}
    />
  );
  return (
    <form
      method="post"
      onSubmit={submit}
      className="flex flex-col gap-6 rounded-card border border-line bg-paper p-4 sm:p-6"
    >
      <p>
        {current
          ? t(current.isBrought ? "nowBrought" : "nowOwn", {
              ...{ subject: current.subject, issuer: current.issuer },
              algorithm: algorithmWords(words, current.algorithm),
              place: providerWords(words, current.provider),
            })
          : t("nowNone")}
      </p>
      {refusal ? <Notice tone="bad">{refusal}</Notice> : null}
      <fieldset className="flex flex-col gap-1">
        <legend className="mb-1 font-medium">{t("source")}</legend>
        {radio("own", t("hints.own"))}
        {radio("request", t("hints.request"))}
        {brought.length > 0 ? radio("brought", t("hints.brought")) : null}
      </fieldset>
      {changesIssuer ? (
        <Notice tone="warn">
          <p>{t("changesIssuer", { issuer: current?.issuer ?? "" })}</p>
          <CheckField name="acceptsOwnIssuer" label={t("acceptsOwnIssuer")} required />
        </Notice>
      ) : null}
      {source === "brought" ? (
        <SelectField
          name="sealId"
          label={t("brought")}
          options={brought.map(({ id, name, issuer, algorithm, provider }) => ({
            value: id,
            label: t("broughtKey", {
              ...{ name, issuer, algorithm: algorithmWords(words, algorithm) },
              place: providerWords(words, provider),
            }),
          }))}
        />
      ) : null}
      {isMade ? (
        <div className="grid gap-4 sm:grid-cols-2">
          <SelectField
            name="provider"
            label={t("place")}
            hint={t("placeHint")}
            options={places.map((value) => ({ value, label: capital(providerWords(words, value)) }))}
          />
          <SelectField
            name="algorithm"
            label={t("algorithm")}
            hint={t("algorithmHint")}
            defaultValue={current?.algorithm}
            options={KEY_ALGORITHMS.map((value) => ({
              ...{ value, label: words(`request.algorithms.${value}`) },
            }))}
          />
        </div>
      ) : null}
      {source === "request" ? <RequestNameFields names={names} /> : null}
      <p className="text-small text-ink-600">{t("nothingYet")}</p>
      <div>
        <Button type="submit" isBusy={isBusy} disabled={isMade && places.length === 0}>
          {t("begin")}
        </Button>
      </div>
      {places.length === 0 && isMade ? <Notice tone="warn">{t("noPlace")}</Notice> : null}
    </form>
  );
}

const capital = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1);

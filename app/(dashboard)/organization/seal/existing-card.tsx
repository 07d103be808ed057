"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import type { ExistingKeysView } from "#lib/signing/seals/existing-keys.ts";
import { askExisting, chooseExisting } from "./actions.ts";
import { algorithmWords, providerWords } from "./key-words.ts";
import { RequestNameFields } from "./request-form.tsx";
import { useAttempt } from "./use-attempt.ts";

type Found = NonNullable<ExistingKeysView["lookup"]>["keys"][number];

/** Keys that are in an HSM or a key service already: found there, and chosen for a certificate request. */
export function ExistingCard({ places, lookup }: ExistingKeysView) {
  const t = useTranslations("app.seal.existing");
  const words = useTranslations("app.seal");
  const refusals = useTranslations("refusals");
  const { attempt, refusal, isBusy } = useAttempt(askExisting);
  const [place, setPlace] = useState(lookup?.provider ?? places[0] ?? "");
  const isLooking = lookup !== null && !lookup.isAnswered;
  const isToken = place === "pkcs11";
  return (
    <div className="flex flex-col gap-4 p-4 sm:p-6">
      <p className="text-ink-700">{t("lead")}</p>
      {refusal ? <Notice tone="bad">{refusalText(refusals, refusal)}</Notice> : null}
      <form
        method="post"
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          attempt(new FormData(event.currentTarget));
        }}
      >
        <SelectField
          name="provider"
          label={t("place")}
          value={place}
          onChange={(event) => setPlace(event.target.value)}
          options={places.map((value) => ({ value, label: providerWords(words, value) }))}
        />
        <TextField
          key={place}
          name="name"
          label={t(isToken ? "nameToken" : "name")}
          hint={t(`hints.${place as "pkcs11"}`)}
          required={!isToken}
          maxLength={500}
          spellCheck={false}
          autoComplete="off"
        />
        <div>
          <Button type="submit" kind="secondary" isBusy={isBusy || isLooking}>
            {t(isToken ? "scan" : "find")}
          </Button>
        </div>
      </form>
      {lookup?.refusal ? <Notice tone="bad">{refusalText(refusals, { code: lookup.refusal })}</Notice> : null}
      <p role="status" className="font-medium empty:hidden">
        {isLooking ? t("looking") : null}
        {lookup?.isAnswered && !lookup.refusal ? t("found", { count: lookup.keys.length }) : null}
      </p>
      {lookup && lookup.keys.length > 0 ? (
        <ul className="divide-y divide-line rounded-control border border-line">
          {lookup.keys.map((one) => (
            <FoundRow key={one.id} found={one} />
          ))}
        </ul>
      ) : null}
    </div>
  );
}

function FoundRow({ found }: { readonly found: Found }) {
  const t = useTranslations("app.seal.existing");
  const words = useTranslations("app.seal");
  const refusals = useTranslations("refusals");
  const [isOpen, setOpen] = useState(false);
  const { attempt, refusal, isBusy } = useAttempt((form: FormData) => chooseExisting(found.id, form));
  const { id, label, place, algorithms, isExtractable, isSensitive, mayNeverHaveLeft, hindrance } = found;
  const said = (value: boolean | null) => (value === null ? t("notSaid") : t(value ? "yes" : "no"));
  return (
    <li className="flex flex-col gap-3 p-4">
      <div className="min-w-0 [overflow-wrap:anywhere]">
        <p className="font-medium">{label || t("noLabel")}</p>
        <p className="text-small text-ink-600">{place || id}</p>
        <dl className="mt-2 grid gap-x-6 gap-y-1 text-small sm:grid-cols-[12rem_minmax(0,1fr)]">
          <dt className="text-ink-600">{t("kind")}</dt>
          <dd>{algorithms.map((one) => algorithmWords(words, one)).join(", ") || t("hindrances.kind")}</dd>
          <dt className="text-ink-600">{t("extractable")}</dt>
          <dd>{said(isExtractable)}</dd>
          <dt className="text-ink-600">{t("sensitive")}</dt>
          <dd>{said(isSensitive)}</dd>
          <dt className="text-ink-600">{t("neverLeft")}</dt>
          <dd>{said(mayNeverHaveLeft)}</dd>
        </dl>
      </div>
      {refusal ? <Notice tone="bad">{refusalText(refusals, refusal)}</Notice> : null}
      {hindrance && hindrance !== "kind" ? (
        <p className="text-ink-700">{t(`hindrances.${hindrance}`)}</p>
      ) : null}
      {hindrance === null && !isOpen ? (
        <div>
          <Button kind="secondary" onClick={() => setOpen(true)}>
            {t("choose")}
          </Button>
        </div>
      ) : null}
      {hindrance === null && isOpen ? (
        <form
          method="post"
          className="flex flex-col gap-4 rounded-control bg-canvas p-4"
          onSubmit={(event) => {
            event.preventDefault();
            attempt(new FormData(event.currentTarget));
          }}
        >
          <RequestNameFields />
          <SelectField
            name="algorithm"
            label={t("signsBy")}
            options={algorithms.map((value) => ({ value, label: algorithmWords(words, value) }))}
          />
          <div className="flex flex-wrap gap-3">
            <Button type="submit" isBusy={isBusy}>
              {t("take")}
            </Button>
            <Button kind="quiet" onClick={() => setOpen(false)}>
              {words("cancel")}
            </Button>
          </div>
        </form>
      ) : null}
    </li>
  );
}

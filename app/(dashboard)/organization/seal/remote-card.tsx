"use client";

import { useTranslations } from "next-intl";
import { Findings } from "#components/certificates/certificate-sheet.tsx";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import type { OfferedCredential, RemoteOffer } from "#lib/signing/seals/get-remote-credentials.ts";
import { askRemote, chooseRemote } from "./actions.ts";
import { algorithmWords } from "./key-words.ts";
import { useAttempt } from "./use-attempt.ts";

type Listing = Pick<NonNullable<RemoteOffer["listing"]>, "host" | "refusal" | "credentials"> & {
  readonly isAnswered: boolean;
};

/** A remote signing service: its credentials, and choosing one of them for the seal. */
export function RemoteCard({ listing }: { readonly listing: Listing | null }) {
  const t = useTranslations("app.seal.remote");
  const refusals = useTranslations("refusals");
  const { attempt, refusal, isBusy } = useAttempt(() => askRemote());
  const isAsking = listing !== null && !listing.isAnswered;
  const { host, credentials } = listing ?? { host: null, credentials: [] };
  return (
    <div className="flex flex-col gap-4 p-4 sm:p-6">
      <p className="text-ink-700">{t("lead")}</p>
      {refusal ? <Notice tone="bad">{refusalText(refusals, refusal)}</Notice> : null}
      {listing?.refusal ? (
        <Notice tone="bad">{refusalText(refusals, { code: listing.refusal })}</Notice>
      ) : null}
      <p role="status" className="font-medium empty:hidden">
        {isAsking ? t("asking") : null}
        {!isAsking && host ? t("listed", { host, count: credentials.length }) : null}
      </p>
      {credentials.length > 0 ? (
        <ul className="divide-y divide-line rounded-control border border-line">
          {credentials.map((credential) => (
            <CredentialRow key={credential.id} credential={credential} />
          ))}
        </ul>
      ) : null}
      <div>
        <Button kind="secondary" isBusy={isBusy || isAsking} onClick={() => attempt(new FormData())}>
          {listing ? t("listAgain") : t("list")}
        </Button>
      </div>
    </div>
  );
}

function CredentialRow({ credential }: { readonly credential: OfferedCredential }) {
  const t = useTranslations("app.seal");
  const refusals = useTranslations("refusals");
  const { id, name, description, issuer, notAfter, algorithm, asks, hindrance, findings } = credential;
  const { attempt, refusal, result, isBusy } = useAttempt((form: FormData) => chooseRemote(id, form));
  const shown = result?.findings ?? (hindrance === "certificate" ? findings : []);
  return (
    <li>
      <form
        method="post"
        className="flex flex-col gap-4 p-4"
        onSubmit={(event) => {
          event.preventDefault();
          const form = event.currentTarget;
          attempt(new FormData(form), () => form.reset());
        }}
      >
        <div className="min-w-0 [overflow-wrap:anywhere]">
          <p className="font-medium">{name ?? (description || id)}</p>
          <p className="text-small text-ink-600">
            {id}
            {algorithm ? ` · ${algorithmWords(t, algorithm)}` : ""}
            {issuer ? ` · ${t("issuedBy", { issuer })}` : ""}
            {notAfter ? (
              <>
                {" "}
                · {t("until")} <Instant at={notAfter} />
              </>
            ) : null}
          </p>
        </div>
        {refusal ? <Notice tone="bad">{refusalText(refusals, refusal)}</Notice> : null}
        {result?.isUsable ? <Notice tone="good">{t("remote.chosen")}</Notice> : null}
        {hindrance ? <p className="text-ink-700">{t(`remote.hindrances.${hindrance}`)}</p> : null}
        {shown.length > 0 ? <Findings title={t("remote.findings")} findings={shown} /> : null}
        {hindrance === null ? (
          <>
            {asks.includes("pin") ? (
              <TextField
                name="pin"
                type="password"
                label={t("remote.pin")}
                hint={t("remote.pinHint")}
                autoComplete="off"
                required
                maxLength={200}
              />
            ) : null}
            {asks.includes("totp") ? (
              <TextField
                name="totpSecret"
                type="password"
                label={t("remote.totpSecret")}
                hint={t("remote.totpSecretHint")}
                autoComplete="off"
                required
                maxLength={200}
              />
            ) : null}
            <div>
              <Button type="submit" isBusy={isBusy}>
                {t("remote.choose")}
              </Button>
            </div>
          </>
        ) : null}
      </form>
    </li>
  );
}

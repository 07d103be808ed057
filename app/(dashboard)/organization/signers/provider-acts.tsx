"use client";

import { useTranslations } from "next-intl";
import { useState, useTransition } from "react";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import type { ProviderView } from "#lib/signing/sso/change-provider.ts";
import { AskingButton } from "../../asking-button.tsx";
import { removeProvider, saveProvider, testProvider } from "./actions.ts";

/** Sets a provider up, or changes it. */
export function SetProvider({ provider }: Pick<ProviderView, "provider">) {
  const t = useTranslations("app.signers.provider");
  return (
    <AskingButton
      label={t(provider ? "change" : "setUp")}
      title={t(provider ? "change" : "setUp")}
      description={t("setUpHint")}
      confirmLabel={t("save")}
      action={saveProvider}
    >
      <TextField
        name="name"
        label={t("name")}
        hint={t("nameHint")}
        maxLength={60}
        defaultValue={provider?.name}
        required
      />
      <TextField
        name="issuer"
        type="url"
        label={t("issuer")}
        hint={t("issuerHint")}
        maxLength={300}
        defaultValue={provider?.issuer}
        required
      />
      <TextField
        name="clientId"
        label={t("clientId")}
        maxLength={300}
        autoComplete="off"
        defaultValue={provider?.clientId}
        required
      />
      <TextField
        name="clientSecret"
        type="password"
        label={t("secret")}
        hint={t(provider?.hasSecret ? "secretKeep" : "secretHint")}
        maxLength={2_000}
        autoComplete="off"
      />
      <Password />
    </AskingButton>
  );
}

/** Asks the provider whether all is well; what it says stands on the page. */
export function TestProvider() {
  const t = useTranslations("app.signers.provider");
  const refusals = useTranslations("refusals");
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, start] = useTransition();
  return (
    <>
      <Button
        kind="secondary"
        isBusy={isBusy}
        onClick={() =>
          start(async () => {
            const { refusal } = await testProvider();
            setProblem(refusal ? refusalText(refusals, refusal) : null);
          })
        }
      >
        {t("test")}
      </Button>
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
    </>
  );
}

export function RemoveProvider({ name }: { readonly name: string }) {
  const t = useTranslations("app.signers.provider");
  return (
    <AskingButton
      kind="quiet"
      label={t("remove")}
      title={t("removeTitle", { name })}
      description={t("removeHint")}
      confirmLabel={t("remove")}
      action={removeProvider}
    >
      <Password />
    </AskingButton>
  );
}

function Password() {
  const t = useTranslations("app.signers.provider");
  return (
    <TextField
      name="password"
      type="password"
      label={t("password")}
      hint={t("passwordHint")}
      autoComplete="current-password"
      required
    />
  );
}

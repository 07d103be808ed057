"use client";

import { useTranslations } from "next-intl";
import { TextField } from "#components/ui/text-field.tsx";
import type { IdentityMethod } from "#lib/ports/identity-provider.ts";
import type { ProviderView } from "#lib/signing/sso/change-provider.ts";
import { AskingButton } from "../../asking-button.tsx";
import { removeProvider, saveProvider, testProvider } from "./actions.ts";
import { TestButton } from "./test-button.tsx";

/** Sets a provider up, or changes it. */
export function SetProvider({ provider, method }: Pick<ProviderView, "provider"> & OfMethod) {
  const t = useTranslations("app.signers.provider");
  return (
    <AskingButton
      label={t(provider ? "change" : "setUp")}
      about={t(`about.${method}`)}
      title={t(provider ? "change" : "setUp")}
      description={t("setUpHint")}
      confirmLabel={t("save")}
      action={saveProvider}
    >
      <input type="hidden" name="method" value={method} />
      <TextField
        name="name"
        label={t("name")}
        hint={t(method === "sso" ? "nameHint" : "identityNameHint")}
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
      {method === "sso" ? null : (
        <>
          <TextField
            name="trustFrameworks"
            label={t("frameworks")}
            hint={t("frameworksHint")}
            maxLength={600}
            autoComplete="off"
            defaultValue={provider?.trustFrameworks}
          />
          <TextField
            name="acrValues"
            label={t("levels")}
            hint={t("levelsHint")}
            maxLength={600}
            autoComplete="off"
            defaultValue={provider?.acrValues}
          />
        </>
      )}
      <Password />
    </AskingButton>
  );
}

interface OfMethod {
  readonly method: IdentityMethod;
}

/** Asks the provider whether all is well. */
export function TestProvider({ method }: OfMethod) {
  const t = useTranslations("app.signers.provider");
  return <TestButton label={t("test")} about={t(`about.${method}`)} test={() => testProvider(method)} />;
}

export function RemoveProvider({ name, method }: OfMethod & { readonly name: string }) {
  const t = useTranslations("app.signers.provider");
  return (
    <AskingButton
      kind="quiet"
      label={t("remove")}
      about={t(`about.${method}`)}
      title={t("removeTitle", { name })}
      description={t("removeHint")}
      confirmLabel={t("remove")}
      action={removeProvider}
    >
      <input type="hidden" name="method" value={method} />
      <Password />
    </AskingButton>
  );
}

/** Asked for once more, before who vouches for others is changed. */
export function Password() {
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

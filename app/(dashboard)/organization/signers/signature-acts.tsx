"use client";

import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { CheckField } from "#components/ui/check-field.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { PROVIDER_KINDS, SIGNATURE_KINDS, type SignatureKind } from "#lib/envelopes/core/signature-kind.ts";
import type { SignatureProviderView } from "#lib/signing/providers/change-providers.ts";
import { AskingButton } from "../../asking-button.tsx";
import { useSaving } from "../../use-saving.ts";
import { Password } from "./provider-acts.tsx";
import {
  removeSignatures,
  saveSignatureKinds,
  saveSignatureProvider,
  testSignatures,
} from "./signature-actions.ts";
import { TestButton } from "./test-button.tsx";

/** What senders may ask for: one alone is what all of them ask for. */
export function KindsForm({ allowed }: { readonly allowed: readonly SignatureKind[] }) {
  const t = useTranslations("app.signers.signatures");
  const { form, problem, isDone, isBusy } = useSaving(saveSignatureKinds);
  return (
    <form method="post" {...form} className="flex flex-col gap-2">
      <fieldset>
        <legend className="font-medium">{t("allowed")}</legend>
        {SIGNATURE_KINDS.map((kind) => (
          <CheckField
            key={kind}
            name="allowed"
            value={kind}
            label={t(`allowing.${kind}`)}
            defaultChecked={allowed.includes(kind)}
          />
        ))}
      </fieldset>
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      <div className="flex flex-wrap items-center gap-4">
        <Button type="submit" kind="secondary" isBusy={isBusy}>
          {t("save")}
        </Button>
        <p role="status" className="text-good-700">
          {isDone ? t("saved") : ""}
        </p>
      </div>
    </form>
  );
}

type Editable = Omit<SignatureProviderView, "testedAt" | "failure">;

/** Sets a provider up, or changes it. */
export function SetSignatureProvider({ provider }: { readonly provider: Editable | null }) {
  const t = useTranslations("app.signers.signatures");
  return (
    <AskingButton
      label={t(provider ? "change" : "add")}
      about={provider?.name}
      title={t(provider ? "change" : "add")}
      description={t("addHint")}
      confirmLabel={t("keep")}
      action={saveSignatureProvider}
    >
      <input type="hidden" name="providerId" value={provider?.id ?? ""} />
      <TextField
        name="name"
        label={t("name")}
        hint={t("nameHint")}
        maxLength={60}
        defaultValue={provider?.name}
        required
      />
      <SelectField
        name="kind"
        label={t("kind")}
        hint={t("kindHint")}
        defaultValue={provider?.kind ?? "qualified"}
        options={PROVIDER_KINDS.map((value) => ({ value, label: t(`kinds.${value}`) }))}
      />
      <TextField
        name="url"
        type="url"
        label={t("url")}
        hint={t("urlHint")}
        maxLength={300}
        defaultValue={provider?.url}
        required
      />
      <TextField
        name="oauthUrl"
        type="url"
        label={t("oauthUrl")}
        hint={t("oauthUrlHint")}
        maxLength={300}
        defaultValue={provider?.oauthUrl}
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
        label={t("clientSecret")}
        hint={provider ? t("clientSecretKeep") : undefined}
        maxLength={2_000}
        autoComplete="off"
        required={provider === null}
      />
      <SelectField
        name="logIn"
        label={t("logIn")}
        defaultValue={provider?.logIn ?? "person"}
        options={(["person", "client"] as const).map((value) => ({ value, label: t(`logIns.${value}`) }))}
      />
      <Password />
    </AskingButton>
  );
}

interface Named {
  readonly id: string;
  readonly name: string;
}

/** Asks the provider whether it knows us. */
export function TestSignatureProvider({ id, name }: Named) {
  const t = useTranslations("app.signers.signatures");
  return <TestButton label={t("test")} about={name} test={() => testSignatures(id)} />;
}

export function RemoveSignatureProvider({ id, name }: Named) {
  const t = useTranslations("app.signers.signatures");
  return (
    <AskingButton
      kind="quiet"
      label={t("remove")}
      about={name}
      title={t("removeTitle", { name })}
      description={t("removeHint")}
      confirmLabel={t("remove")}
      action={removeSignatures}
    >
      <input type="hidden" name="providerId" value={id} />
      <Password />
    </AskingButton>
  );
}

"use client";

import { useTranslations } from "next-intl";
import { SelectField } from "#components/ui/select-field.tsx";
import {
  PROVIDER_KINDS,
  providerFor,
  type SignatureChoice,
  type SignatureDemand,
  type SignatureKind,
} from "#lib/envelopes/core/signature-kind.ts";

interface SignatureFieldProps {
  readonly demand: SignatureDemand;
  readonly choice: SignatureChoice;
  readonly onChoose: (demand: Required<SignatureDemand>) => void;
}

const optionOf = (kind: SignatureKind, id = ""): string => (id ? `${kind}:${id}` : kind);

/** Who makes the signatures: this installation, or a provider with a credential of each signer's own. */
export function SignatureField({ demand, choice, onChoose }: SignatureFieldProps) {
  const t = useTranslations("app.prepare.review.signatures");
  const { signatureKind = "here", signatureProviderId = "" } = demand;
  const { allowed, providers } = choice;
  const found = providerFor(demand, providers);
  const now = optionOf(signatureKind, found?.id ?? signatureProviderId);
  const options = [
    ...(allowed.includes("here") ? [{ value: "here", label: t("here") }] : []),
    ...PROVIDER_KINDS.filter((kind) => allowed.includes(kind)).flatMap((kind) => {
      const known = providers.filter((one) => one.kind === kind);
      return known.length === 0
        ? [{ value: kind, label: t("nobody", { kind: t(kind) }) }]
        : known.map(({ id, name }) => ({
            value: optionOf(kind, id),
            label: t("by", { kind: t(kind), name }),
          }));
    }),
  ];
  // What is asked for and cannot be had stays in view, and the list of what is missing says why.
  const shown = options.some(({ value }) => value === now)
    ? options
    : [
        ...options,
        { value: now, label: signatureKind === "here" ? t("here") : t("gone", { kind: t(signatureKind) }) },
      ];
  return (
    <SelectField
      id="signature-kind"
      label={t("label")}
      hint={t(`${signatureKind}Hint`)}
      value={now}
      options={shown}
      onChange={(event) => {
        const [kind, id = ""] = event.target.value.split(":");
        onChoose({ signatureKind: kind as SignatureKind, signatureProviderId: id });
      }}
    />
  );
}

"use client";

import { useTranslations } from "next-intl";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextArea } from "#components/ui/text-area.tsx";
import { AskingButton } from "../asking-button.tsx";
import { revokeAuthority, rotateAuthority } from "./actions.ts";

const REASONS = ["keyCompromise", "superseded", "cessationOfOperation", "unspecified"] as const;

interface AuthorityActsProps {
  readonly id: string;
  readonly kind: "seal" | "root" | "issuing" | "tsa" | "ocsp" | "log" | "cross";
  readonly isInUse: boolean;
  readonly mayRotate: boolean;
  readonly mayRevoke: boolean;
}

/** What can be done with an authority: give it a successor, or revoke it. */
export function AuthorityActs({ id, kind, isInUse, mayRotate, mayRevoke }: AuthorityActsProps) {
  const t = useTranslations("app.keys");
  const what = t(`kinds.${kind}`);
  return (
    <>
      {mayRotate ? (
        <AskingButton
          label={t("rotate.open")}
          title={t("rotate.title", { what })}
          description={t(kind === "root" ? "rotate.rootConsequence" : "rotate.consequence")}
          cancelLabel={t("rotate.cancel")}
          confirmLabel={t("rotate.confirm")}
          action={() => rotateAuthority(kind)}
        />
      ) : null}
      {mayRevoke ? (
        <AskingButton
          label={t("revoke.open")}
          kind="quiet"
          title={t("revoke.title", { what })}
          description={t(isInUse ? "revoke.consequence" : "revoke.earlierConsequence")}
          cancelLabel={t("revoke.cancel")}
          confirmLabel={t("revoke.confirm")}
          confirmKind="danger"
          action={(form) => revokeAuthority(id, String(form.get("reason")), String(form.get("note")))}
        >
          <SelectField
            name="reason"
            label={t("revoke.reason")}
            options={REASONS.map((value) => ({ value, label: t(`reasons.${value}`) }))}
          />
          <TextArea name="note" label={t("revoke.note")} maxLength={1000} />
        </AskingButton>
      ) : null}
    </>
  );
}

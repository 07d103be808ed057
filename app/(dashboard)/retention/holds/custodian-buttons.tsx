"use client";

import { useTranslations } from "next-intl";
import { toast } from "sonner";
import { TextArea } from "#components/ui/text-area.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { AskingButton } from "../../asking-button.tsx";
import { askCustodian, dismissCustodian, nudgeCustodian, tellCustodians } from "../actions.ts";

interface OfHold {
  readonly holdId: string;
  readonly matter: string;
}

/** Names somebody who has what the hold is about. */
export function AddCustodianButton({ holdId, matter, isSilent }: OfHold & { readonly isSilent: boolean }) {
  const t = useTranslations("app.retention.holds.custodians");
  return (
    <AskingButton
      label={t("add.open")}
      about={matter}
      title={t("add.title")}
      description={t(isSilent ? "add.silent" : "add.consequence")}
      confirmLabel={t("add.confirm")}
      action={(form) => askCustodian(holdId, form)}
      onDone={() => toast(t(isSilent ? "add.doneSilent" : "add.done"))}
    >
      <TextField name="name" label={t("name")} maxLength={120} required />
      <TextField name="email" label={t("email")} type="email" maxLength={254} required />
    </AskingButton>
  );
}

/** Writes what custodians are told. */
export function WriteNoticeButton({ holdId, matter, notice }: OfHold & { readonly notice: string | null }) {
  const t = useTranslations("app.retention.holds.custodians");
  const part = notice === null ? "write" : "rewrite";
  return (
    <AskingButton
      label={t(`${part}.open`)}
      about={matter}
      title={t(`${part}.title`)}
      description={t(`${part}.consequence`)}
      confirmLabel={t(`${part}.confirm`)}
      action={(form) => tellCustodians(holdId, form)}
      onDone={() => toast(t(`${part}.done`))}
    >
      <TextArea
        name="notice"
        label={t("notice")}
        hint={t("noticeHint")}
        defaultValue={notice ?? ""}
        maxLength={4000}
        rows={8}
        required
      />
    </AskingButton>
  );
}

interface OfCustodian {
  readonly holdId: string;
  readonly id: string;
  readonly name: string;
}

/** Mails somebody once more. */
export function RemindCustodianButton({ holdId, id, name }: OfCustodian) {
  const t = useTranslations("app.retention.holds.custodians");
  return (
    <AskingButton
      label={t("remind.open")}
      about={name}
      title={t("remind.title", { name })}
      description={t("remind.consequence")}
      confirmLabel={t("remind.confirm")}
      action={() => nudgeCustodian(holdId, id)}
      onDone={() => toast(t("remind.done"))}
    />
  );
}

/** Somebody whom the hold concerns no more. */
export function RemoveCustodianButton({ holdId, id, name, isTold }: OfCustodian & { isTold: boolean }) {
  const t = useTranslations("app.retention.holds.custodians");
  return (
    <AskingButton
      label={t("remove.open")}
      about={name}
      title={t("remove.title", { name })}
      description={t(isTold ? "remove.consequence" : "remove.silent")}
      confirmLabel={t("remove.confirm")}
      action={() => dismissCustodian(holdId, id)}
      onDone={() => toast(t("remove.done"))}
    />
  );
}

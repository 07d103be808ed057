"use client";

import { Printer } from "lucide-react";
import type { Route } from "next";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect } from "react";
import { Button, buttonClass } from "#components/ui/button.tsx";
import { saveFile } from "#components/ui/save-file.ts";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextArea } from "#components/ui/text-area.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { STATED_ACTIONS } from "#lib/signing/core/custody.ts";
import type { KeyExportView } from "#lib/signing/key-exports/get-key-exports.ts";
import { AskingButton } from "../../asking-button.tsx";
import {
  approve,
  confirm,
  deliverAgain,
  handOver,
  refuse,
  review,
  type TakenFile,
  take,
} from "../actions.ts";
import { PasswordField } from "../password-field.tsx";

interface StepsProps {
  readonly id: string;
  readonly may: KeyExportView["may"];
  readonly isBuilding: boolean;
  readonly hasCustody: boolean;
}

const LOOK_MS = 1_500;

/** What this person can do now. */
export function Steps({ id, may, isBuilding, hasCustody }: StepsProps) {
  const t = useTranslations("app.keyExports.steps");
  const router = useRouter();
  useEffect(() => {
    if (!isBuilding) return;
    const timer = setInterval(() => router.refresh(), LOOK_MS);
    return () => clearInterval(timer);
  }, [isBuilding, router]);

  return (
    <div className="flex flex-col gap-4 print:hidden">
      {may.openVault ? (
        <p className="flex flex-wrap items-center justify-between gap-3">
          {t("passphrase.yours")}
          <Link href={"/key-exports/passphrases" as Route} className={buttonClass("secondary")}>
            {t("passphrase.toVault")}
          </Link>
        </p>
      ) : null}
      <div className="flex flex-wrap gap-3">
        {(["it", "legal"] as const).map((side) =>
          may[side === "it" ? "approveIt" : "approveLegal"] ? (
            <AskingButton
              key={side}
              kind="primary"
              label={t(`approve.${side}`)}
              title={t(`approve.${side}`)}
              description={t("approve.consequence")}
              confirmLabel={t("approve.confirm")}
              action={(form) => approve(id, side, form)}
            >
              <PasswordField />
            </AskingButton>
          ) : null,
        )}
        {may.take ? (
          <AskingButton
            kind="primary"
            label={t("take.open")}
            title={t("take.open")}
            description={t("take.consequence")}
            confirmLabel={t("take.confirm")}
            action={(form) => take(id, form)}
            onDone={(file) => file && save(file)}
          >
            <PasswordField />
          </AskingButton>
        ) : null}
        {may.deliver ? (
          <AskingButton
            kind="primary"
            label={t("deliver.open")}
            title={t("deliver.open")}
            description={t("deliver.consequence")}
            confirmLabel={t("deliver.open")}
            action={() => deliverAgain(id)}
          >
            {null}
          </AskingButton>
        ) : null}
        {may.confirm ? (
          <AskingButton
            kind="primary"
            label={t("confirm.open")}
            title={t("confirm.open")}
            description={t("confirm.consequence")}
            confirmLabel={t("confirm.confirm")}
            action={(form) => confirm(id, form)}
          >
            <TextField name="sha256" label={t("confirm.hash")} maxLength={200} required autoComplete="off" />
          </AskingButton>
        ) : null}
        {may.review ? (
          <AskingButton
            kind="primary"
            label={t("review.open")}
            title={t("review.open")}
            description={t("review.consequence")}
            confirmLabel={t("review.confirm")}
            action={(form) => review(id, form)}
          >
            <TextArea name="note" label={t("review.note")} maxLength={2000} required />
          </AskingButton>
        ) : null}
        {may.handOver ? (
          <AskingButton
            label={t("handOver.open")}
            title={t("handOver.open")}
            description={t("handOver.consequence")}
            confirmLabel={t("handOver.confirm")}
            action={(form) => handOver(id, form)}
          >
            <SelectField
              name="action"
              label={t("handOver.action")}
              options={STATED_ACTIONS.map((value) => ({ value, label: t(`handOver.actions.${value}`) }))}
            />
            <TextField name="releasedBy" label={t("handOver.releasedBy")} maxLength={200} required />
            <TextField name="receivedBy" label={t("handOver.receivedBy")} maxLength={200} required />
            <TextField name="happenedOn" type="date" label={t("handOver.happenedOn")} required />
            <TextField
              name="storedAt"
              label={t("handOver.storedAt")}
              hint={t("handOver.storedAtHint")}
              maxLength={200}
              required
            />
            <TextField
              name="channel"
              label={t("handOver.channel")}
              hint={t("handOver.channelHint")}
              maxLength={200}
              required
            />
            <TextField name="purpose" label={t("handOver.purpose")} maxLength={500} required />
            <TextField
              name="sha256"
              label={t("handOver.sha256")}
              hint={t("handOver.sha256Hint")}
              maxLength={200}
              autoComplete="off"
            />
          </AskingButton>
        ) : null}
        {may.refuse ? (
          <AskingButton
            label={t("refuse.open")}
            title={t("refuse.open")}
            description={t("refuse.consequence")}
            confirmLabel={t("refuse.confirm")}
            action={(form) => refuse(id, form)}
          >
            <TextArea name="reason" label={t("refuse.reason")} maxLength={1000} required />
          </AskingButton>
        ) : null}
        {hasCustody ? (
          <Button kind="quiet" onClick={() => window.print()}>
            <Printer aria-hidden="true" className="size-5" />
            {t("print")}
          </Button>
        ) : null}
      </div>
    </div>
  );
}

/** What was taken, as a file. */
function save({ name, base64 }: TakenFile): void {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  saveFile(new Blob([bytes], { type: "application/x-pkcs12" }), name);
}

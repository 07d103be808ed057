"use client";

import { useTranslations } from "next-intl";
import { toast } from "sonner";
import { TextField } from "#components/ui/text-field.tsx";
import { AskingButton } from "../../asking-button.tsx";
import { forgetAuthenticator, giveAccessCode } from "./actions.ts";

interface CheckHelpProps {
  readonly id: string;
  readonly recipientId: string;
  readonly name: string;
  readonly check: "access-code" | "authenticator";
}

/** Helps somebody who cannot show who they are: another access code, or another app. */
export function CheckHelp({ id, recipientId, name, check }: CheckHelpProps) {
  const t = useTranslations("app.people.help");
  const isCode = check === "access-code";
  return (
    <div className="-ms-4">
      <AskingButton
        label={t(`${check}.open`)}
        kind="quiet"
        title={t(`${check}.title`, { name })}
        description={t(`${check}.consequence`, { name })}
        confirmLabel={t(`${check}.confirm`)}
        action={async (form) => {
          const state = isCode
            ? await giveAccessCode(id, recipientId, String(form.get("code")))
            : await forgetAuthenticator(id, recipientId);
          if (!state.refusal) toast(t(`${check}.done`, { name }));
          return state;
        }}
      >
        {isCode ? (
          <TextField
            name="code"
            label={t("code")}
            hint={t("codeHint")}
            maxLength={64}
            autoComplete="off"
            required
          />
        ) : null}
      </AskingButton>
    </div>
  );
}

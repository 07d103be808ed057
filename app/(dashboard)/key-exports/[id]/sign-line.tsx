"use client";

import { useTranslations } from "next-intl";
import type { CustodySide } from "#lib/signing/core/custody.ts";
import { AskingButton } from "../../asking-button.tsx";
import { signLine } from "../actions.ts";
import { PasswordField } from "../password-field.tsx";

interface SignLineProps {
  readonly id: string;
  readonly sequence: number;
  readonly side: CustodySide;
}

/** One of the two parties of a line signs it, with their password. */
export function SignLine({ id, sequence, side }: SignLineProps) {
  const t = useTranslations("app.keyExports.custody.sign");
  return (
    <div className="mt-3 print:hidden">
      <AskingButton
        label={t(side)}
        title={t("title", { number: sequence + 1 })}
        description={t("consequence")}
        confirmLabel={t("confirm")}
        action={(form) => signLine(id, sequence, side, form)}
      >
        <PasswordField />
      </AskingButton>
    </div>
  );
}

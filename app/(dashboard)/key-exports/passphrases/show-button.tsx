"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { AskingButton } from "../../asking-button.tsx";
import { seePassphrase } from "../actions.ts";
import { PasswordField } from "../password-field.tsx";

interface ShowButtonProps {
  readonly exportId: string;
  readonly about: string;
  /** False once it was seen: then it stays for as long as this page does. */
  readonly maySee: boolean;
}

/** Shows a passphrase, once, to one of those on its list. */
export function ShowButton({ exportId, about, maySee }: ShowButtonProps) {
  const t = useTranslations("app.keyExports.steps");
  const [passphrase, setPassphrase] = useState<string | null>(null);
  if (passphrase)
    return (
      <Notice tone="warn">
        <p>{t("passphraseOnce")}</p>
        <p className="my-2 font-mono text-lead [overflow-wrap:anywhere]">{passphrase}</p>
        <Button kind="secondary" onClick={() => setPassphrase(null)}>
          {t("passphraseHide")}
        </Button>
      </Notice>
    );
  if (!maySee) return null;
  return (
    <div>
      <AskingButton
        label={t("passphrase.open")}
        about={about}
        title={t("passphrase.open")}
        description={t("passphrase.consequence")}
        confirmLabel={t("passphrase.confirm")}
        action={(form) => seePassphrase(exportId, form)}
        onDone={(words) => setPassphrase(words ?? null)}
      >
        <PasswordField />
      </AskingButton>
    </div>
  );
}

"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { LEAST_PASSPHRASE_BITS, passphraseBits, passphraseOf } from "#lib/pki/core/passwords/strength.ts";

/** Where the passphrase of the new file is typed, or made: it says how strong it is while it is typed. */
export function NewPassphrase() {
  const t = useTranslations("app.seal.convert");
  const [text, setText] = useState("");
  const [isShown, setShown] = useState(false);
  const bits = Math.floor(passphraseBits(text));
  const strength = t(bits < LEAST_PASSPHRASE_BITS ? "tooWeak" : "strong", { bits });
  return (
    <div className="flex flex-col gap-2">
      <TextField
        name="newPassword"
        type={isShown ? "text" : "password"}
        label={t("newPassword")}
        hint={t("newPasswordHint")}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        required
        autoComplete="new-password"
        spellCheck={false}
      />
      <p aria-live="polite" className="text-small text-ink-700">
        {text === "" ? null : strength}
      </p>
      <div>
        <Button
          kind="quiet"
          onClick={() => {
            setText(passphraseOf(crypto.getRandomValues(new Uint8Array(20))));
            setShown(true);
          }}
        >
          {t("make")}
        </Button>
      </div>
    </div>
  );
}

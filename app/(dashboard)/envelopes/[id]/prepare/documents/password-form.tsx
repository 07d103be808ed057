"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { TextField } from "#components/ui/text-field.tsx";

/** Asks for the password of a file; it goes along with the file once and is kept nowhere. */
export function PasswordForm({ onGiven }: { readonly onGiven: (password: string) => void }) {
  const t = useTranslations("app.prepare.documents");
  const [password, setPassword] = useState("");
  return (
    <form
      method="post"
      className="mt-3 flex max-w-md flex-wrap items-end gap-2 text-ink-900"
      onSubmit={(event) => {
        event.preventDefault();
        if (password !== "") onGiven(password);
      }}
    >
      <div className="min-w-40 flex-1">
        <TextField
          label={t("password")}
          type="password"
          value={password}
          autoComplete="off"
          onChange={(event) => setPassword(event.target.value)}
        />
      </div>
      <Button kind="secondary" type="submit" disabled={password === ""}>
        {t("open")}
      </Button>
    </form>
  );
}

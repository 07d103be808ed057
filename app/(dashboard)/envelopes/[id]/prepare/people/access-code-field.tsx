"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { accessCode } from "#lib/envelopes/core/access-code.ts";

interface AccessCodeFieldProps {
  readonly id: string;
  readonly name: string;
  readonly isSet: boolean;
  /** @returns why it was refused, in words, or null. */
  readonly onSet: (code: string) => Promise<string | null>;
}

// No vowels, so that no word comes of it; nothing that looks like something else.
const SIGNS = "BCDFGHJKMNPQRTVWXZ2346789";

const madeCode = () =>
  Array.from(crypto.getRandomValues(new Uint32Array(8)), (number) => SIGNS[number % SIGNS.length]).join("");

/** Sets a code that is told by another way than mail; afterwards nobody can look it up, only replace it. */
export function AccessCodeField({ id, name, isSet, onSet }: AccessCodeFieldProps) {
  const t = useTranslations("app.prepare.people");
  const [code, setCode] = useState("");
  const [said, setSaid] = useState<{ readonly isGood: boolean; readonly text: string } | null>(null);
  const [isBusy, setBusy] = useState(false);

  async function press() {
    if (!accessCode(code)) return setSaid({ isGood: false, text: t("codeWeak") });
    setBusy(true);
    const refused = await onSet(code);
    setBusy(false);
    setSaid(
      refused
        ? { isGood: false, text: refused }
        : { isGood: true, text: t("codeSet", { name: name || t("nameless"), code }) },
    );
    if (!refused) setCode("");
  }

  return (
    <div className="flex flex-col gap-2">
      <TextField
        id={`access-code-${id}`}
        label={t(isSet ? "codeReplace" : "code")}
        hint={t("codeHint")}
        value={code}
        maxLength={64}
        autoComplete="off"
        spellCheck={false}
        error={said && !said.isGood ? said.text : null}
        onChange={(event) => {
          setCode(event.target.value);
          setSaid(null);
        }}
      />
      <div className="flex flex-wrap gap-2">
        <Button kind="secondary" isBusy={isBusy} disabled={code === ""} onClick={press}>
          {t("codeSubmit")}
        </Button>
        <Button kind="quiet" onClick={() => setCode(madeCode())}>
          {t("codeMake")}
        </Button>
      </div>
      {said?.isGood ? <Notice tone="good">{said.text}</Notice> : null}
    </div>
  );
}

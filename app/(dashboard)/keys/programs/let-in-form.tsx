"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { CheckField } from "#components/ui/check-field.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextArea } from "#components/ui/text-area.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import type { OfferedKey } from "#lib/signing/programs/offered-key.ts";
import type { ProgramLogIn } from "#lib/signing/programs/open-program.ts";
import { ShownOnce } from "../../shown-once.tsx";
import { useAct } from "../../use-act.ts";
import { letIn } from "./actions.ts";

const DAYS = ["30", "90", "365"] as const;

interface LetInFormProps {
  /** What the program is told. */
  readonly url: string;
  readonly keys: readonly Omit<OfferedKey, "notAfter">[];
}

/** Lets a program in, and shows once what it logs in with. */
export function LetInForm({ url, keys }: LetInFormProps) {
  const t = useTranslations("app.programs.form");
  const seal = useTranslations("app.seal.keys");
  const { act, isBusy, refusal } = useAct();
  const [logIn, setLogIn] = useState<ProgramLogIn | null>(null);
  return (
    <form
      method="post"
      className="flex flex-col gap-4 p-4 sm:p-6"
      onSubmit={(event) => {
        event.preventDefault();
        const form = event.currentTarget;
        const data = new FormData(form);
        act(
          () => letIn(data),
          (made) => {
            setLogIn(made ?? null);
            form.reset();
          },
        );
      }}
    >
      {refusal ? <Notice tone="bad">{refusal}</Notice> : null}
      {logIn ? (
        <ShownOnce
          title={t("done")}
          rows={[
            [t("url"), url],
            [t("clientId"), logIn.clientId],
            [t("clientSecret"), logIn.clientSecret],
          ]}
        />
      ) : null}
      <TextField
        name="name"
        label={t("name")}
        hint={t("nameHint")}
        required
        maxLength={80}
        autoComplete="off"
      />
      <fieldset>
        <legend className="font-medium">{t("keys")}</legend>
        {keys.map(({ id, name, algorithm, isActive }, index) => (
          <CheckField
            key={id}
            name="keyIds"
            value={id}
            defaultChecked={isActive || (keys.length === 1 && index === 0)}
            label={name}
            hint={`${seal.has(algorithm) ? seal(algorithm) : algorithm} · ${isActive ? t("inUse") : t("earlier")}`}
          />
        ))}
      </fieldset>
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          name="perMinute"
          type="number"
          label={t("perMinute")}
          defaultValue={60}
          min={1}
          max={1000}
          required
        />
        <SelectField
          name="days"
          label={t("days")}
          defaultValue="90"
          options={DAYS.map((value) => ({ value, label: t("daysOf", { count: Number(value) }) }))}
        />
      </div>
      <TextField
        name="pin"
        type="password"
        label={t("pin")}
        hint={t("pinHint")}
        minLength={6}
        maxLength={64}
        pattern="\S{6,64}"
        autoComplete="new-password"
      />
      <TextField
        name="redirectUri"
        type="url"
        label={t("redirectUri")}
        hint={t("redirectUriHint")}
        maxLength={300}
        autoComplete="off"
      />
      <TextArea
        name="challengeKey"
        label={t("challengeKey")}
        hint={t("challengeKeyHint")}
        maxLength={2000}
        rows={3}
      />
      <CheckField name="asksApproval" label={t("asksApproval")} hint={t("asksApprovalHint")} />
      <CheckField name="maySign" defaultChecked label={t("maySign")} hint={t("maySignHint")} />
      <div>
        <Button type="submit" isBusy={isBusy}>
          {t("submit")}
        </Button>
      </div>
    </form>
  );
}

"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { CheckField } from "#components/ui/check-field.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextArea } from "#components/ui/text-area.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { API_SCOPES } from "#lib/identity/core/api-scopes.ts";
import { ShownOnce } from "../../shown-once.tsx";
import { useAct } from "../../use-act.ts";
import { issueKey } from "./actions.ts";

const DAYS = ["30", "90", "365"] as const;

/** Makes a key, and shows it once. What was typed stays when it is refused. @param url what the software calls */
export function MakeKeyForm({ url }: { readonly url: string }) {
  const t = useTranslations("app.apiKeys.form");
  const scopes = useTranslations("app.apiKeys.scopes");
  const { act, isBusy, refusal } = useAct();
  const [key, setKey] = useState<string | null>(null);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set(["certificates:read"]));
  return (
    <form
      method="post"
      className="flex flex-col gap-4 p-4 sm:p-6"
      onSubmit={(event) => {
        event.preventDefault();
        const form = event.currentTarget;
        const data = new FormData(form);
        setKey(null);
        act(
          () => issueKey(data),
          (made) => {
            setKey(made?.key ?? null);
            form.reset();
          },
        );
      }}
    >
      {refusal ? <Notice tone="bad">{refusal}</Notice> : null}
      {key ? (
        <ShownOnce
          title={t("done")}
          rows={[
            [t("key"), key],
            [t("address"), url],
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
        <legend className="font-medium">{t("scopes")}</legend>
        {API_SCOPES.map((scope) => (
          <CheckField
            key={scope}
            name="scopes"
            value={scope}
            checked={chosen.has(scope)}
            onChange={({ currentTarget: { checked } }) => {
              const rest = [...chosen].filter((one) => one !== scope);
              setChosen(new Set(checked ? [...rest, scope] : rest));
            }}
            required={chosen.size === 0 && scope === API_SCOPES[0]}
            label={scopes(scope.replace(":", "-") as "keys-read")}
            hint={scope === "keys:write" ? t("keysWriteHint") : undefined}
          />
        ))}
      </fieldset>
      <TextArea name="networks" label={t("networks")} hint={t("networksHint")} rows={2} maxLength={3000} />
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          name="perMinute"
          type="number"
          label={t("perMinute")}
          defaultValue={120}
          min={1}
          max={6000}
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
        name="password"
        type="password"
        label={t("password")}
        hint={t("passwordHint")}
        required
        autoComplete="current-password"
      />
      <div>
        <Button type="submit" isBusy={isBusy}>
          {t("submit")}
        </Button>
      </div>
    </form>
  );
}

"use client";

import { useTranslations } from "next-intl";
import { useState, useTransition } from "react";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import type { TemplateView } from "#lib/envelopes/templates/get-template.ts";
import { use as startEnvelope } from "../actions.ts";

/** Who takes each role: all that a new envelope needs. */
export function UseForm({ id, roles }: { readonly id: string; readonly roles: TemplateView["roles"] }) {
  const t = useTranslations("app.templates");
  const refusals = useTranslations("refusals");
  const [people, setPeople] = useState(() => roles.map((role) => ({ roleId: role.id, name: "", email: "" })));
  const [wrong, setWrong] = useState<string | null>(null);
  const [isBusy, start] = useTransition();
  const change = (index: number, part: { name?: string; email?: string }) =>
    setPeople((all) => all.map((person, at) => (at === index ? { ...person, ...part } : person)));

  function submit() {
    setWrong(null);
    start(async () => {
      // Who is left out is entered in the envelope, or stays as the template has them.
      const { refusal } = await startEnvelope(
        id,
        people.filter(({ name, email }) => name !== "" || email !== ""),
      );
      if (refusal) setWrong(refusalText(refusals, refusal));
    });
  }

  return (
    <form
      method="post"
      className="flex flex-col gap-4 p-4 sm:p-6"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {roles.map((role, index) => (
        <fieldset key={role.id} className="grid gap-3 sm:grid-cols-2">
          <legend className="mb-1 font-medium [overflow-wrap:anywhere]">{role.name}</legend>
          <TextField
            label={t("personName")}
            value={people[index]!.name}
            maxLength={64}
            autoComplete="off"
            onChange={(event) => change(index, { name: event.target.value })}
          />
          <TextField
            label={t("personEmail")}
            type="email"
            value={people[index]!.email}
            maxLength={254}
            autoComplete="off"
            onChange={(event) => change(index, { email: event.target.value })}
          />
        </fieldset>
      ))}
      {wrong ? <Notice tone="bad">{wrong}</Notice> : null}
      <div>
        <Button type="submit" isBusy={isBusy}>
          {t("start")}
        </Button>
      </div>
    </form>
  );
}

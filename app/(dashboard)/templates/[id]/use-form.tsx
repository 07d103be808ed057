"use client";

import { useTranslations } from "next-intl";
import { useState, useTransition } from "react";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import type { TemplateView } from "#lib/envelopes/templates/get-template.ts";
import { use as startEnvelope } from "../actions.ts";
import { RolePeople, useRolePeople } from "../role-people.tsx";

/** Who takes each role: all that a new envelope needs. */
export function UseForm({ id, roles }: { readonly id: string; readonly roles: TemplateView["roles"] }) {
  const t = useTranslations("app.templates");
  const refusals = useTranslations("refusals");
  const { people, named, change } = useRolePeople(roles);
  const [wrong, setWrong] = useState<string | null>(null);
  const [isBusy, start] = useTransition();

  function submit() {
    setWrong(null);
    start(async () => {
      const { refusal } = await startEnvelope(id, named);
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
      <RolePeople {...{ roles, people, change }} />
      {wrong ? <Notice tone="bad">{wrong}</Notice> : null}
      <div>
        <Button type="submit" isBusy={isBusy}>
          {t("start")}
        </Button>
      </div>
    </form>
  );
}

"use client";

import { useTranslations } from "next-intl";
import { type MouseEvent, useState, useTransition } from "react";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import type { HoldPreview } from "#lib/retention/place-hold.ts";
import type { FormState } from "../../../_server/form.ts";
import { preview } from "../actions.ts";

/** Shows what the query of the form around it matches now, before anything is held. */
export function HoldPreviewButton() {
  const t = useTranslations("app.retention.holds.preview");
  const states = useTranslations("app.states");
  const refusals = useTranslations("refusals");
  const [answer, setAnswer] = useState<FormState<HoldPreview> | null>(null);
  const [isBusy, start] = useTransition();

  function ask(event: MouseEvent<HTMLButtonElement>) {
    const form = event.currentTarget.form;
    if (!form) return;
    const asked = new FormData(form);
    start(async () => setAnswer(await preview(asked)));
  }

  const found = answer?.result;
  return (
    <div className="flex flex-col gap-3">
      <Button type="button" kind="secondary" isBusy={isBusy} onClick={ask} className="self-start">
        {t("open")}
      </Button>
      {answer?.refusal ? <Notice tone="bad">{refusalText(refusals, answer.refusal)}</Notice> : null}
      {found ? (
        <Notice>
          <p>{t("found", { count: found.count })}</p>
          {found.newest.length > 0 ? (
            <ul className="mt-2 flex flex-col gap-1 text-small">
              {found.newest.map(({ id, shortId, title, state, isHeld }) => (
                <li key={id} className="[overflow-wrap:anywhere]">
                  {title || shortId} · {shortId} · {states(state)}
                  {isHeld ? ` · ${t("held")}` : ""}
                </li>
              ))}
            </ul>
          ) : null}
          {found.count > found.newest.length ? (
            <p className="mt-1 text-small">{t("more", { count: found.count - found.newest.length })}</p>
          ) : null}
        </Notice>
      ) : null}
    </div>
  );
}

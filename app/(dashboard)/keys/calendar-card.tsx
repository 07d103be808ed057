"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Sheet } from "#components/ui/page.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { useAct } from "../use-act.ts";
import { closeCalendar, openCalendar } from "./actions.ts";

/** A secret address for calendar programs. It is shown once: only its hash is kept. */
export function CalendarCard({ since }: { readonly since: string | null }) {
  const t = useTranslations("app.keys.calendar");
  const { act, isBusy, refusal } = useAct();
  const [address, setAddress] = useState<string | null>(null);
  return (
    <Sheet title={t("title")}>
      <div className="flex flex-col gap-4 px-4 py-4 sm:px-6">
        <p className="max-w-[72ch] text-ink-700">{t("lead")}</p>
        {refusal ? <Notice tone="bad">{refusal}</Notice> : null}
        {address ? (
          <TextField
            label={t("address")}
            hint={t("once")}
            value={address}
            readOnly
            onFocus={(event) => event.target.select()}
          />
        ) : null}
        {since ? (
          <p className="text-small text-ink-600">
            {t("since")} <Instant at={since} />
          </p>
        ) : null}
        <div className="flex flex-wrap gap-3">
          <Button
            kind="secondary"
            isBusy={isBusy}
            onClick={() => act(openCalendar, (made) => setAddress(made ?? null))}
          >
            {since ? t("renew") : t("open")}
          </Button>
          {since ? (
            <Button kind="quiet" isBusy={isBusy} onClick={() => act(closeCalendar, () => setAddress(null))}>
              {t("close")}
            </Button>
          ) : null}
        </div>
      </div>
    </Sheet>
  );
}

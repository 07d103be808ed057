"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, useState, useTransition } from "react";
import { toast } from "sonner";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import type { Colleague } from "#lib/envelopes/share-envelope.ts";
import { handAllOver } from "../actions.ts";

/** Who is to be the sender of all of it. */
export function HandOverForm({ id, heirs }: { readonly id: string; readonly heirs: readonly Colleague[] }) {
  const t = useTranslations("app.handOver");
  const share = useTranslations("app.share");
  const refusals = useTranslations("refusals");
  const [wrong, setWrong] = useState<string | null>(null);
  const [isBusy, start] = useTransition();

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const to = String(new FormData(event.currentTarget).get("to"));
    setWrong(null);
    start(async () => {
      const { refusal, result } = await handAllOver(id, to);
      if (refusal) return setWrong(refusalText(refusals, refusal));
      toast(t("done", { count: result ?? 0 }));
    });
  }

  if (heirs.length === 0) return <Notice tone="warn">{share("none")}</Notice>;
  return (
    <form method="post" onSubmit={submit} className="flex flex-col gap-4">
      <SelectField
        name="to"
        label={t("to")}
        options={heirs.map((one) => ({ value: one.id, label: one.name }))}
        className="max-w-96"
      />
      {wrong ? <Notice tone="bad">{wrong}</Notice> : null}
      <div>
        <Button type="submit" isBusy={isBusy}>
          {t("confirm")}
        </Button>
      </div>
    </form>
  );
}

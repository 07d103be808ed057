"use client";

import { useTranslations } from "next-intl";
import { useState, useTransition } from "react";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { decide } from "../actions.ts";

/** Lets a version be published, or returns it with a reason. */
export function DecideButtons({ id, number }: { readonly id: string; readonly number: number }) {
  const t = useTranslations("app.templates");
  const refusals = useTranslations("refusals");
  const [note, setNote] = useState("");
  const [wrong, setWrong] = useState<string | null>(null);
  const [isBusy, start] = useTransition();
  const run = (decision: "publish" | "return") =>
    start(async () => {
      const { refusal } = await decide(id, number, decision, note);
      setWrong(refusal ? refusalText(refusals, refusal) : null);
    });
  return (
    <div className="mt-2 flex max-w-xl flex-col gap-3">
      <TextField
        label={t("decisionNote")}
        value={note}
        maxLength={500}
        onChange={(event) => setNote(event.target.value)}
      />
      {wrong ? <Notice tone="bad">{wrong}</Notice> : null}
      <div className="flex flex-wrap gap-3">
        <Button isBusy={isBusy} onClick={() => run("publish")}>
          {t("approve")}
        </Button>
        <Button kind="secondary" isBusy={isBusy} onClick={() => run("return")}>
          {t("return")}
        </Button>
      </div>
    </div>
  );
}

"use client";

import { useTranslations } from "next-intl";
import { useState, useTransition } from "react";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Notice } from "#components/ui/notice.tsx";
import { Sheet } from "#components/ui/page.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import type { RuleCondition } from "#lib/envelopes/core/authentication-rules.ts";
import { choose } from "../../../../retention/actions.ts";
import type { DraftSnapshot, DraftStore } from "../draft-store.ts";

interface ClassSheetProps {
  readonly id: string;
  readonly snapshot: DraftSnapshot;
  readonly store: DraftStore;
}

/** Of which kind the documents are, and what that asks for: it stands in the way of sending at once. */
export function ClassSheet({ id, snapshot, store }: ClassSheetProps) {
  const t = useTranslations("app.prepare.review.documentClass");
  const refusals = useTranslations("refusals");
  const [wrong, setWrong] = useState<string | null>(null);
  const [isBusy, start] = useTransition();
  const { chosenId, options, mayChoose, isOfTemplate } = snapshot.classes;
  const isTemplate = snapshot.templateId !== null;
  const said = isTemplate ? "hintTemplate" : isOfTemplate ? "ofTemplate" : mayChoose ? "hint" : "mayNot";
  const usual = options.find(({ isUsual }) => isUsual);
  const current = options.find((one) => one.id === (chosenId ?? usual?.id));

  function change(classId: string) {
    const form = new FormData();
    form.set("class", classId);
    setWrong(null);
    start(async () => {
      const refused = await store.settle(() => choose(id, form)).catch(() => ({ code: "files/unavailable" }));
      if (refused) setWrong(refusalText(refusals, refused));
    });
  }

  return (
    <Sheet title={t("title")}>
      <div className="flex flex-col gap-4 p-4 sm:p-6">
        {wrong ? <Notice tone="bad">{wrong}</Notice> : null}
        <SelectField
          id="document-class"
          label={t("label")}
          hint={t(options.length === 0 ? "noClasses" : said)}
          value={chosenId ?? ""}
          disabled={!mayChoose || isBusy || options.length === 0}
          aria-busy={isBusy}
          onChange={(event) => change(event.target.value)}
          options={[
            { value: "", label: usual ? t("usual", { name: usual.name }) : t("none") },
            ...options.map(({ id, name, years }) => ({ value: id, label: t("option", { name, years }) })),
          ]}
        />
        {current ? <WhatItAsks {...{ snapshot, current }} /> : null}
      </div>
    </Sheet>
  );
}

interface WhatItAsksProps {
  readonly snapshot: DraftSnapshot;
  readonly current: DraftSnapshot["classes"]["options"][number];
}

function WhatItAsks({ snapshot, current }: WhatItAsksProps) {
  const t = useTranslations("app.prepare.review.documentClass");
  const people = useTranslations("app.prepare.people");
  const isOfClass = ({ about, operator, value }: RuleCondition) =>
    about === "class" && (value === current.id) === (operator !== "is-not");
  const rules = snapshot.policy.rules.filter(({ conditions }) => conditions.some(isOfClass));
  const lines = [
    ...current.steps.map((step) => t(`steps.${step}`)),
    ...rules.map(({ name, minimum, conditions }) =>
      t("rule", { name, asked: people(`checks.${minimum}`), more: conditions.length - 1 }),
    ),
  ];
  return (
    <div role="status">
      <p className="font-medium">{lines.length > 0 ? t("asks") : t("asksNothing")}</p>
      {lines.length > 0 ? (
        <ul className="mt-1 list-disc ps-6 text-ink-700">
          {lines.map((line) => (
            <li key={line} className="[overflow-wrap:anywhere]">
              {line}
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}

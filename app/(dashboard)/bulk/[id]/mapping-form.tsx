"use client";

import { useTranslations } from "next-intl";
import { useState, useTransition } from "react";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { inputClass } from "#components/ui/text-field.tsx";
import { mapColumns } from "../actions.ts";

const GROUPS = ["people", "fields", "more"] as const;

interface MappingFormProps {
  readonly id: string;
  readonly columns: readonly { readonly name: string; readonly first: string; readonly target: string }[];
  readonly targets: readonly { readonly key: string; readonly label: string; readonly group: string }[];
  readonly withheld: readonly string[];
}

/** Where each column goes; a place that is taken moves to the column chosen last. */
export function MappingForm({ id, columns, targets, withheld }: MappingFormProps) {
  const t = useTranslations("app.bulk");
  const refusals = useTranslations("refusals");
  const [mapping, setMapping] = useState(columns.map(({ target }) => target));
  const [wrong, setWrong] = useState<string | null>(null);
  const [isBusy, start] = useTransition();
  const isChanged = mapping.some((key, index) => key !== columns[index]!.target);

  function choose(index: number, key: string) {
    setMapping(mapping.map((other, at) => (at === index ? key : other === key && key !== "" ? "" : other)));
  }

  function save() {
    setWrong(null);
    start(async () => {
      const { refusal } = await mapColumns(
        id,
        mapping.map((key) => (key === "" ? null : key)),
      );
      if (refusal) setWrong(refusalText(refusals, refusal));
    });
  }

  return (
    <div className="px-4 py-4 sm:px-6">
      <p className="mb-4 max-w-[72ch] text-ink-700">{t("mappingLead")}</p>
      {wrong ? <Notice tone="bad">{wrong}</Notice> : null}
      <ul aria-label={t("mapping")} className="divide-y divide-line">
        {columns.map(({ name, first }, index) => (
          <li
            key={name}
            className="grid items-center gap-x-6 gap-y-2 py-3 md:grid-cols-[minmax(0,1fr)_minmax(0,22rem)]"
          >
            <div className="min-w-0">
              <p className="truncate font-medium">{name}</p>
              <p className="truncate text-small text-ink-600">{first}</p>
            </div>
            <select
              aria-label={`${t("goesTo")}: ${name}`}
              value={mapping[index]}
              onChange={(event) => choose(index, event.target.value)}
              className={`${inputClass} pe-8`}
            >
              <option value="">{t("nowhere")}</option>
              {GROUPS.map((group) => {
                const own = targets.filter((target) => target.group === group);
                return own.length === 0 ? null : (
                  <optgroup key={group} label={t(group)}>
                    {own.map(({ key, label }) => (
                      <option key={key} value={key}>
                        {label}
                      </option>
                    ))}
                  </optgroup>
                );
              })}
            </select>
          </li>
        ))}
      </ul>
      {withheld.length > 0 ? (
        <p className="mt-3 text-small text-ink-600">{t("withheld", { labels: withheld.join(", ") })}</p>
      ) : null}
      {isChanged ? (
        <div className="mt-4 flex flex-wrap items-center gap-3">
          <Button kind="secondary" isBusy={isBusy} onClick={save}>
            {isBusy ? t("saving") : t("saveMapping")}
          </Button>
          <p role="status" className="text-small text-warn-800">
            {t("unsaved")}
          </p>
        </div>
      ) : null}
    </div>
  );
}

"use client";

import { Columns3 } from "lucide-react";
import { useTranslations } from "next-intl";
import { type FormEvent, useState, useTransition } from "react";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { CheckField } from "#components/ui/check-field.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { LIST_COLUMNS, type ListColumn, MOST_COLUMNS } from "#lib/envelopes/core/list-views.ts";
import { saveColumns } from "./actions.ts";

/** Which columns the list has, for the member alone; no more can be chosen than there is room for. */
export function ColumnChooser({ columns }: { readonly columns: readonly ListColumn[] }) {
  const t = useTranslations("app.list");
  const refusals = useTranslations("refusals");
  const [isOpen, setOpen] = useState(false);
  const [chosen, setChosen] = useState<readonly ListColumn[]>(columns);
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, start] = useTransition();

  function open() {
    setChosen(columns);
    setProblem(null);
    setOpen(true);
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    start(async () => {
      const { refusal } = await saveColumns([...chosen]);
      if (refusal) return setProblem(refusalText(refusals, refusal));
      setOpen(false);
    });
  }

  return (
    <>
      <Button kind="secondary" onClick={open} className="hidden md:inline-flex">
        <Columns3 aria-hidden="true" className="size-5" />
        {t("columns")}
      </Button>
      <Dialog
        isOpen={isOpen}
        onOpenChange={setOpen}
        title={t("columnsTitle")}
        description={t("columnsLead", { most: MOST_COLUMNS })}
        closeLabel={t("cancel")}
        footer={
          <>
            <Button kind="secondary" onClick={() => setOpen(false)}>
              {t("cancel")}
            </Button>
            <Button type="submit" form="columns-form" isBusy={isBusy}>
              {t("showColumns")}
            </Button>
          </>
        }
      >
        <form id="columns-form" onSubmit={submit} className="mt-2 grid sm:grid-cols-2">
          {problem ? (
            <div className="sm:col-span-2">
              <Notice tone="bad">{problem}</Notice>
            </div>
          ) : null}
          {LIST_COLUMNS.map((column) => {
            const isChosen = chosen.includes(column);
            return (
              <CheckField
                key={column}
                label={t(`columnNames.${column}`)}
                checked={isChosen}
                disabled={!isChosen && chosen.length >= MOST_COLUMNS}
                onChange={() =>
                  setChosen(isChosen ? chosen.filter((one) => one !== column) : [...chosen, column])
                }
              />
            );
          })}
        </form>
      </Dialog>
    </>
  );
}

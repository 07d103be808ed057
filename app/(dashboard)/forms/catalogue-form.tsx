"use client";

import { FileSpreadsheet, Files } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Notice } from "#components/ui/notice.tsx";
import { DropZone } from "./drop-zone.tsx";
import { sendFile } from "./send-file.ts";

interface Brought {
  readonly id: string;
  readonly added: number;
  readonly changed: number;
  readonly same: number;
  readonly newEditions: number;
  readonly wrong: number;
}

/** Brings a catalogue, and then the PDFs that belong to it. */
export function CatalogueForm() {
  const t = useTranslations("app.forms");
  const refusals = useTranslations("refusals");
  const router = useRouter();
  const [busy, setBusy] = useState<"catalogue" | "files" | null>(null);
  const [brought, setBrought] = useState<Brought | null>(null);
  const [wrong, setWrong] = useState<readonly string[]>([]);
  const [filed, setFiled] = useState<{ readonly done: number; readonly of: number } | null>(null);

  async function catalogue([file]: readonly File[]) {
    setBusy("catalogue");
    setBrought(null);
    setFiled(null);
    setWrong([]);
    const answer = await sendFile<Brought>("/forms/catalogue", file!);
    if ("done" in answer) setBrought(answer.done);
    else setWrong([refusalText(refusals, answer)]);
    setBusy(null);
    router.refresh();
  }

  async function pdfs(files: readonly File[]) {
    setBusy("files");
    setBrought(null);
    setWrong([]);
    let done = 0;
    for (const file of files) {
      const answer = await sendFile("/forms/files", file);
      if ("done" in answer) done++;
      else setWrong((all) => [...all, `${file.name}: ${refusalText(refusals, answer)}`]);
      setFiled({ done, of: files.length });
    }
    setBusy(null);
    router.refresh();
  }

  return (
    <div className="flex flex-col gap-4 p-4 sm:p-6">
      <div className="grid gap-4 md:grid-cols-2">
        <DropZone
          icon={FileSpreadsheet}
          label={t(busy === "catalogue" ? "bringing" : "bringCatalogue")}
          hint={t("catalogueHint")}
          accept=".csv,.tsv,.txt,.json,.xlsx,text/csv,application/json"
          isBusy={busy === "catalogue"}
          onFiles={catalogue}
        />
        <DropZone
          icon={Files}
          label={t(busy === "files" ? "bringing" : "bringFiles")}
          hint={t("filesHint")}
          accept=".pdf,application/pdf"
          isMultiple
          isBusy={busy === "files"}
          onFiles={pdfs}
        />
      </div>
      {wrong.length > 0 ? (
        <Notice tone="bad">
          {wrong.slice(0, 20).map((text) => (
            <p key={text} className="[overflow-wrap:anywhere]">
              {text}
            </p>
          ))}
          {wrong.length > 20 ? <p>{t("moreWrong", { count: wrong.length - 20 })}</p> : null}
        </Notice>
      ) : null}
      {filed ? <Notice tone={filed.done > 0 ? "good" : "info"}>{t("filed", { ...filed })}</Notice> : null}
      {brought ? (
        <Notice tone={brought.wrong > 0 ? "warn" : "good"}>
          <p>{t("brought", { ...brought, id: "" })}</p>
          {brought.wrong > 0 ? (
            <p>
              {t("broughtWrong", { count: brought.wrong })}{" "}
              <a href={`/forms/imports/${brought.id}`} download className="underline">
                {t("downloadWrong")}
              </a>
            </p>
          ) : null}
        </Notice>
      ) : null}
    </div>
  );
}

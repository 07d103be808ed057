import { Download } from "lucide-react";
import { getTranslations } from "next-intl/server";
import { buttonClass } from "#components/ui/button.tsx";
import { HashChip } from "#components/ui/hash-chip.tsx";
import { Sheet } from "#components/ui/page.tsx";
import type { AnswerView } from "#lib/signing/list-answers.ts";
import { RevealButton } from "./reveal-button.tsx";

interface AnswerListProps {
  readonly id: string;
  readonly answers: readonly AnswerView[];
  readonly mayDownload: boolean;
}

/** What people entered, as the document has it; files to download, sensitive answers to ask for. */
export async function AnswerList({ id, answers, mayDownload }: AnswerListProps) {
  const t = await getTranslations("app.answers");
  const types = await getTranslations("app.prepare.fields.types");
  const own = await getTranslations("app.certificates");
  return (
    <Sheet title={t("title")}>
      <p className="px-4 pt-4 text-small text-ink-600 sm:px-6">{t("lead")}</p>
      <ul className="divide-y divide-line">
        {answers.map((answer) => {
          const label = answer.label || types(answer.type);
          const { file } = answer;
          return (
            <li
              key={answer.fieldId}
              className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2 px-4 py-3 sm:px-6"
            >
              <div className="min-w-0 flex-1 basis-64">
                <p className="text-small text-ink-600 [overflow-wrap:anywhere]">
                  {t("shown", { label, person: answer.person })}
                </p>
                <p className="font-medium whitespace-pre-wrap [overflow-wrap:anywhere]" dir="auto">
                  {answer.text}
                </p>
                {answer.isSensitive ? <p className="text-small text-ink-600">{t("sensitive")}</p> : null}
                {file ? (
                  <div className="mt-1 flex flex-wrap items-center gap-3 text-small text-ink-600">
                    {t("size", { megabytes: Math.max(0.01, Math.round(file.sizeBytes / 10_485.76) / 100) })}
                    <HashChip
                      value={file.sha256}
                      label={own("hash")}
                      copyLabel={own("copy")}
                      copiedLabel={own("copied")}
                    />
                  </div>
                ) : null}
              </div>
              {file && mayDownload ? (
                <a
                  href={`/envelopes/${id}/files/attachments/${file.id}`}
                  download
                  aria-label={t("downloadFile", { name: file.name })}
                  className={buttonClass("secondary")}
                >
                  <Download aria-hidden="true" className="size-5" />
                  {t("download")}
                </a>
              ) : null}
              {answer.mayReveal ? (
                <RevealButton
                  id={id}
                  fieldId={answer.fieldId}
                  name={t("shown", { label, person: answer.person })}
                />
              ) : null}
            </li>
          );
        })}
      </ul>
    </Sheet>
  );
}

import { FileCheck, FileClock } from "lucide-react";
import { getTranslations } from "next-intl/server";
import { Instant } from "#components/ui/instant.tsx";
import { Sheet } from "#components/ui/page.tsx";
import { StatusPill } from "#components/ui/status-pill.tsx";
import type { PaperCopy } from "#lib/signing/consent/paper-copies.ts";
import { PaperSentButton } from "./paper-sent-button.tsx";

interface PaperCopiesProps {
  readonly copies: readonly PaperCopy[];
  readonly mayManage: boolean;
}

/** Who asked for paper, where it should go, and whether it is on its way. */
export async function PaperCopies({ copies, mayManage }: PaperCopiesProps) {
  const t = await getTranslations("app.paperCopies");
  return (
    <Sheet title={t("title")} id="paper">
      <ul aria-label={t("title")} className="divide-y divide-line">
        {copies.map(({ id, name, address, requestedAt, sentAt }) => (
          <li
            key={id}
            className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2 px-4 py-4 sm:px-6"
          >
            <div className="min-w-0 flex-1 basis-64">
              <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
                <span className="font-medium">{name}</span>
                <StatusPill tone={sentAt ? "good" : "warn"} icon={sentAt ? FileCheck : FileClock}>
                  {t(sentAt ? "sent" : "open")}
                </StatusPill>
              </p>
              <p className="mt-1 whitespace-pre-wrap [overflow-wrap:anywhere]" dir="auto">
                {address}
              </p>
              <p className="mt-1 text-small text-ink-600">
                {t(sentAt ? "sentAt" : "askedAt")} <Instant at={(sentAt ?? requestedAt).toISOString()} />
              </p>
            </div>
            {sentAt || !mayManage ? null : <PaperSentButton id={id} name={name} />}
          </li>
        ))}
      </ul>
    </Sheet>
  );
}

import { CalendarCheck2 } from "lucide-react";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Sheet } from "#components/ui/page.tsx";
import type { Action } from "#lib/retention/core/schedule.ts";
import { listPurges, type QueuedEnvelope } from "#lib/retention/list-purges.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerPage } from "../../../_server/page.ts";
import { dayWords } from "../day-words.ts";
import { Pager, pageIn } from "../pager.tsx";
import { RetentionPage } from "../retention-page.tsx";
import { DecisionList, RemoveButton, SettleButton } from "./decision-list.tsx";
import { QueueEntry } from "./queue-entry.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.retention.queue"))("title") };
}

/** What is due to be destroyed, and who has let it through. */
export default async function QueuePage({
  searchParams,
}: {
  searchParams: Promise<{ page?: string | string[] }>;
}) {
  const page = pageIn((await searchParams).page);
  const ctx = await memberContext();
  const { queued, underWay, removed, archived, total, hasMore, may } = await answerPage(() =>
    listPurges(ctx, { page }),
  );
  const t = await getTranslations("app.retention.queue");
  const waiting = (...actions: readonly Action[]) =>
    queued.filter(({ state, action }) => state === "due" && actions.includes(action));
  const due = waiting("destroy");
  const reviewed = queued.filter(({ state }) => state === "reviewed");
  const isEmpty = queued.length + underWay.length + removed.length + archived.length === 0;
  return (
    <RetentionPage part="queue">
      {isEmpty ? (
        <EmptyState icon={CalendarCheck2} title={t("empty")}>
          {t("emptyHint")}
        </EmptyState>
      ) : null}
      {total > queued.length ? <Notice>{t("more", { shown: queued.length, total })}</Notice> : null}
      {(["review", "hand-over"] as const).map((action) => {
        const list = waiting(action);
        return list.length > 0 ? (
          <Sheet key={action} title={t(action === "review" ? "look" : "handOver")}>
            <ul className="divide-y divide-line">
              {list.map((one) => (
                <li
                  key={one.envelopeId}
                  className="flex flex-wrap items-start gap-x-4 gap-y-3 px-4 py-4 sm:px-6"
                >
                  <div className="min-w-0 flex-1 basis-56">
                    <QueueEntry entry={entryOf(one)} />
                  </div>
                  {may.decide ? (
                    <div className="flex flex-wrap gap-2">
                      <SettleButton entry={entryOf(one)} />
                      <RemoveButton entry={entryOf(one)} />
                    </div>
                  ) : null}
                </li>
              ))}
            </ul>
          </Sheet>
        ) : null;
      })}
      {due.length > 0 ? (
        <Sheet title={t("first")}>
          <DecisionList step="review" entries={due.map(entryOf)} mayDecide={may.decide} />
        </Sheet>
      ) : null}
      {reviewed.length > 0 ? (
        <Sheet title={t("second")}>
          <DecisionList step="approve" entries={reviewed.map(entryOf)} mayDecide={may.decide} />
        </Sheet>
      ) : null}
      {underWay.length > 0 ? (
        <Sheet title={t("underWay")}>
          <ul className="divide-y divide-line">
            {underWay.map((one) => (
              <li key={one.envelopeId} className="px-4 py-4 sm:px-6">
                <QueueEntry entry={entryOf(one)} />
                <p className="mt-1 text-small text-warn-800">{t(stageOf(one))}</p>
              </li>
            ))}
          </ul>
        </Sheet>
      ) : null}
      {waiting("archive").length > 0 ? (
        <Sheet title={t("toArchive")}>
          <ul className="divide-y divide-line">
            {waiting("archive").map((one) => (
              <li key={one.envelopeId} className="px-4 py-4 sm:px-6">
                <QueueEntry entry={entryOf(one)} />
                <p className="mt-1 text-small text-ink-700">
                  {t(one.isDue ? "toArchiveHow.due" : "toArchiveHow.waits")}
                </p>
              </li>
            ))}
          </ul>
        </Sheet>
      ) : null}
      {archived.length > 0 ? (
        <Sheet title={t("archived")}>
          <ul className="divide-y divide-line">
            {archived.map((one) => (
              <li key={one.envelopeId} className="px-4 py-4 sm:px-6">
                <QueueEntry entry={entryOf(one)} />
                {one.archivedAt ? (
                  <p className="mt-1 text-small text-ink-700">
                    {t("archivedOn", { day: dayWords(one.archivedAt.toISOString().slice(0, 10)) })}
                  </p>
                ) : null}
              </li>
            ))}
          </ul>
        </Sheet>
      ) : null}
      {removed.length > 0 ? (
        <Sheet title={t("removed")}>
          <ul className="divide-y divide-line">
            {removed.map((one) => (
              <li key={one.envelopeId} className="px-4 py-4 sm:px-6">
                <QueueEntry entry={entryOf(one)} />
                {one.removed ? (
                  <p className="mt-1 text-small text-ink-700 [overflow-wrap:anywhere]">
                    {t("removedBy", { name: one.removed.by, reason: one.removed.reason })}{" "}
                    {t("returns", { day: dayWords(one.removed.returnsOn) })}
                  </p>
                ) : null}
              </li>
            ))}
          </ul>
        </Sheet>
      ) : null}
      <Pager path="/retention/queue" {...{ page, hasMore }} />
    </RetentionPage>
  );
}

function stageOf({ state, isHeld, isDue }: QueuedEnvelope) {
  if (isHeld) return "stages.held";
  if (state === "purging") return "stages.purging";
  return isDue ? "stages.due" : "stages.waits";
}

/** As the browser gets it. */
function entryOf(one: QueuedEnvelope) {
  const { envelopeId, shortId, title, sender, dueOn, isDue, className, years, reviewed, endedAs } = one;
  const { action, handedTo } = one;
  return {
    ...{ envelopeId, shortId, title, sender, dueOn, isDue, className, years, endedAs, action, handedTo },
    endedAt: one.endedAt?.toISOString() ?? null,
    reviewed: reviewed ? { by: reviewed.by, isMe: reviewed.isMe } : null,
  };
}

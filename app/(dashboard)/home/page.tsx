import { FileSignature } from "lucide-react";
import type { Metadata, Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { StatePill } from "#components/envelopes/state-pill.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Page, Sheet } from "#components/ui/page.tsx";
import { hasPermission } from "#lib/authorize.ts";
import { listApprovals } from "#lib/envelopes/approvals/approve-sending.ts";
import { getHome, type HomePart } from "#lib/envelopes/get-home.ts";
import type { EnvelopeListItem } from "#lib/envelopes/list-envelopes.ts";
import { getOwnTimes } from "#lib/evidence/reports/completion-times.ts";
import { publicId } from "#lib/ids.ts";
import { listCare } from "#lib/retention/list-care.ts";
import { memberContext } from "../../_server/context.ts";
import { NewEnvelopeButton } from "../new-envelope-button.tsx";
import { OwnPartButton } from "../own-part-button.tsx";
import { durations } from "../reports/times/durations.ts";
import { waitsFor } from "../waits-for.ts";
import { LookAfter } from "./look-after.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.home"))("title") };
}

/** What a member has before them today. */
export default async function HomePage() {
  const ctx = await memberContext();
  const t = await getTranslations("app.home");
  const home = await getHome(ctx);
  const approvals = await listApprovals(ctx);
  const care = await listCare(ctx);
  const mayCreate = hasPermission(ctx.actor, "envelope.create");
  const times = mayCreate ? await getOwnTimes(ctx) : null;
  const inWords = await durations();
  const parts = (["dueSoon", "waiting", "drafts", "completed"] as const).flatMap((name) => {
    const part = home[name];
    return part && part.items.length > 0 ? [{ name, part }] : [];
  });
  const isEmpty =
    home.needsMe.items.length === 0 && parts.length === 0 && approvals.length + care.length === 0;
  return (
    <Page
      title={t("title")}
      lead={
        times ? (
          <>
            {t("times", { count: times.completed, median: inWords(times.medianSeconds) })}
            <span className="block text-small text-ink-600">{t("timesMeaning")}</span>
          </>
        ) : undefined
      }
    >
      {isEmpty ? (
        <EmptyState
          icon={FileSignature}
          title={t("empty")}
          action={mayCreate ? <NewEnvelopeButton label={t("start")} kind="secondary" /> : undefined}
        >
          {mayCreate ? t("emptyHint") : t("emptyHintReader")}
        </EmptyState>
      ) : (
        <div className="flex flex-col gap-6">
          <Part name="needsMe" part={home.needsMe} />
          {approvals.length > 0 ? (
            <Sheet title={t("toApprove")}>
              <ul aria-label={t("toApprove")} className="divide-y divide-line">
                {approvals.slice(0, 5).map(({ envelopeId, title, shortId, askedBy }) => (
                  <li key={envelopeId} className="relative px-4 py-3 hover:bg-canvas sm:px-6">
                    <Link
                      href={`/envelopes/${publicId("envelope", envelopeId)}/approval` as Route}
                      className="block truncate font-medium text-ink-900 no-underline before:absolute before:inset-0 hover:underline"
                    >
                      {title || shortId}
                    </Link>
                    <p className="text-small text-ink-600">{askedBy}</p>
                  </li>
                ))}
              </ul>
            </Sheet>
          ) : null}
          {care.length > 0 ? <LookAfter lines={care} /> : null}
          {parts.map(({ name, part }) => (
            <Part key={name} name={name} part={part} />
          ))}
        </div>
      )}
    </Page>
  );
}

const VIEW_OF = {
  needsMe: "needs-me",
  dueSoon: "due-soon",
  waiting: "waiting",
  drafts: "drafts",
  completed: "completed",
} as const;

async function Part({ name, part }: { readonly name: keyof typeof VIEW_OF; readonly part: HomePart }) {
  const t = await getTranslations("app.home");
  return (
    <Sheet
      title={t(`parts.${name}`)}
      aside={
        part.hasMore ? (
          <Link
            href={`/envelopes?view=${VIEW_OF[name]}` as Route}
            className="inline-flex min-h-8 items-center text-small"
          >
            {t("all")}
          </Link>
        ) : undefined
      }
    >
      {part.items.length === 0 ? (
        <p className="px-4 py-5 text-ink-700 sm:px-6">{t("nothingForMe")}</p>
      ) : (
        <ul aria-label={t(`parts.${name}`)} className="divide-y divide-line">
          {part.items.map((item) => (
            <Entry key={item.id} item={item} isForMe={name === "needsMe"} />
          ))}
        </ul>
      )}
    </Sheet>
  );
}

async function Entry({ item, isForMe }: { readonly item: EnvelopeListItem; readonly isForMe: boolean }) {
  const t = await getTranslations("app.list");
  const id = publicId("envelope", item.id);
  const title = item.isDestroyed ? item.shortId : item.title || t("untitled");
  const isMine = isForMe && item.ownPlace !== null;
  const date = isForMe || item.state === "sent" ? (item.expiresAt ?? item.changedAt) : item.changedAt;
  return (
    <li
      className={`relative flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3 sm:px-6 ${item.isReadable ? "hover:bg-canvas" : ""}`}
    >
      <div className="min-w-0 flex-1 basis-56">
        {item.isReadable ? (
          <Link
            href={`/envelopes/${id}` as Route}
            prefetch={false}
            className="block truncate font-medium text-ink-900 no-underline before:absolute before:inset-0 hover:underline"
          >
            {title}
          </Link>
        ) : (
          <span className="block truncate font-medium text-ink-900">{title}</span>
        )}
        <p className="truncate text-small text-ink-600">
          {isForMe ? t("sentToYou", { name: item.ownerName }) : waitsFor(t, item)}
        </p>
      </div>
      <p className="text-small text-ink-600">
        {date === item.expiresAt ? `${t("columnNames.expires")} ` : ""}
        <Instant at={date.toISOString()} />
      </p>
      {isMine ? (
        <OwnPartButton envelope={id} recipient={item.ownPlace!} title={title} kind="primary" />
      ) : (
        <StatePill state={item.scheduledAt ? "scheduled" : item.state} />
      )}
    </li>
  );
}

import { BookCopy, Clock, TriangleAlert } from "lucide-react";
import type { Metadata, Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { buttonClass } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Page } from "#components/ui/page.tsx";
import { StatusPill } from "#components/ui/status-pill.tsx";
import { listTemplates, type TemplateListItem } from "#lib/envelopes/templates/get-template.ts";
import { publicId } from "#lib/ids.ts";
import { memberContext } from "../../_server/context.ts";
import { answerPage } from "../../_server/page.ts";
import { ApprovalChoice } from "./approval-choice.tsx";
import { NewTemplateButton } from "./new-template-button.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.templates"))("title") };
}

/** What is sent again and again. */
export default async function TemplatesPage({
  searchParams,
}: {
  searchParams: Promise<{ readonly retired?: string | string[] }>;
}) {
  const isRetired = (await searchParams).retired === "yes";
  const ctx = await memberContext();
  const t = await getTranslations("app.templates");
  const { items, may, asksForApproval } = await answerPage(() => listTemplates(ctx, { isRetired }));
  return (
    <Page
      title={t(isRetired ? "retiredTitle" : "title")}
      lead={t("lead")}
      actions={
        <>
          <Link
            href={(isRetired ? "/templates" : "/templates?retired=yes") as Route}
            className={buttonClass("secondary")}
          >
            {t(isRetired ? "showUsed" : "showRetired")}
          </Link>
          {may.manage ? <NewTemplateButton label={t("new")} /> : null}
        </>
      }
    >
      {items.length === 0 ? (
        <EmptyState icon={BookCopy} title={t(isRetired ? "noneRetired" : "empty")}>
          {isRetired ? null : t("emptyHint")}
        </EmptyState>
      ) : (
        <ul aria-label={t("title")} className="divide-y divide-line rounded-card border border-line bg-paper">
          {items.map((item) => (
            <TemplateRow key={item.id} item={item} />
          ))}
        </ul>
      )}
      {may.approve && !isRetired ? <ApprovalChoice asksForApproval={asksForApproval} /> : null}
    </Page>
  );
}

async function TemplateRow({ item }: { readonly item: TemplateListItem }) {
  const t = await getTranslations("app.templates");
  const { id, name, ownerName, currentVersion, isAwaitingApproval, isOutdated, uses, changedAt } = item;
  return (
    <li className="relative flex flex-wrap items-center gap-x-6 gap-y-1 px-4 py-3 hover:bg-canvas sm:px-6">
      <div className="min-w-0 flex-1 basis-64">
        <Link
          href={`/templates/${publicId("template", id)}` as Route}
          prefetch={false}
          className="block truncate font-medium text-ink-900 no-underline before:absolute before:inset-0 hover:underline"
        >
          {name || t("untitled")}
        </Link>
        <p className="text-small text-ink-600">
          {currentVersion === null ? t("unpublished") : t("version", { number: currentVersion })} ·{" "}
          {t("uses", { count: uses })}
        </p>
      </div>
      {isOutdated ? (
        <StatusPill tone="warn" icon={TriangleAlert}>
          {t("outdated")}
        </StatusPill>
      ) : null}
      {isAwaitingApproval ? (
        <StatusPill tone="warn" icon={Clock}>
          {t("awaits")}
        </StatusPill>
      ) : null}
      <p className="text-end text-small text-ink-600">
        <Instant at={changedAt.toISOString()} />
        <span className="block truncate">{ownerName}</span>
      </p>
    </li>
  );
}

import { BookCopy, Clock, TriangleAlert } from "lucide-react";
import type { Metadata, Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { Button, buttonClass } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Page } from "#components/ui/page.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import { StatusPill } from "#components/ui/status-pill.tsx";
import { listFolders } from "#lib/envelopes/folders.ts";
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
  searchParams: Promise<{ readonly retired?: string | string[]; readonly folder?: string | string[] }>;
}) {
  const query = await searchParams;
  const isRetired = query.retired === "yes";
  const ctx = await memberContext();
  const folders = await answerPage(() => listFolders(ctx));
  const folder = folders.find(({ id }) => id === query.folder)?.id ?? null;
  const t = await getTranslations("app.templates");
  const { items, may, asksForApproval } = await answerPage(() => listTemplates(ctx, { isRetired, folder }));
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
      {folders.length > 0 && (items.length > 0 || folder) ? (
        <form action="/templates" className="mb-4 flex flex-wrap items-end gap-3">
          {isRetired ? <input type="hidden" name="retired" value="yes" /> : null}
          <SelectField
            label={t("folder")}
            name="folder"
            defaultValue={folder ?? ""}
            options={[
              { value: "", label: t("allFolders") },
              ...folders.map(({ id, path }) => ({ value: id, label: path })),
            ]}
            className="w-60"
          />
          <Button type="submit" kind="secondary">
            {t("show")}
          </Button>
        </form>
      ) : null}
      {items.length === 0 ? (
        <EmptyState
          icon={BookCopy}
          title={folder ? t("noneInFolder") : t(isRetired ? "noneRetired" : "empty")}
        >
          {isRetired || folder ? null : t("emptyHint")}
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
  const { id, name, ownerName, currentVersion, isAwaitingApproval, isOutdated, uses, changedAt, teamName } =
    item;
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
          {teamName === null ? null : (
            <span className="ms-2 rounded-full border border-line bg-canvas px-2 text-caption text-ink-700">
              {t("ofTeam", { name: teamName })}
            </span>
          )}
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

import { CircleCheck, History, Pencil } from "lucide-react";
import type { Metadata, Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { HashChip } from "#components/ui/hash-chip.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Page, Sheet } from "#components/ui/page.tsx";
import { StatusPill } from "#components/ui/status-pill.tsx";
import { hasPermission } from "#lib/authorize.ts";
import { listNotices, type NoticeView } from "#lib/signing/consent/edit-notices.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerPage } from "../../../_server/page.ts";
import { NewVersion } from "./new-version.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.consents.editor"))("title") };
}

/** The words people are shown before they agree, now and before. */
export default async function NoticesPage() {
  const ctx = await memberContext();
  const notices = await answerPage(() => listNotices(ctx));
  const t = await getTranslations("app.consents.editor");
  return (
    <Page
      title={t("title")}
      lead={t("lead")}
      width="reading"
      heading={
        <>
          {hasPermission(ctx.actor, "consent.read") ? (
            <Link href={"/consents" as Route} className="mb-1 inline-flex min-h-8 items-center text-small">
              {t("back")}
            </Link>
          ) : null}
          <h1 className="text-h2 sm:text-h1">{t("title")}</h1>
        </>
      }
    >
      <div className="flex flex-col gap-6">
        <p>
          <Link href={"/consents/wording" as Route}>{t("custody")}</Link>
        </p>
        <Sheet title={t("newVersion")}>
          <NewVersion />
        </Sheet>
        <ul aria-label={t("versions")} className="flex flex-col gap-4">
          {notices.map((notice) => (
            <Version key={`${notice.version} ${notice.locale}`} notice={notice} />
          ))}
        </ul>
      </div>
    </Page>
  );
}

async function Version({ notice }: { readonly notice: NoticeView }) {
  const t = await getTranslations("app.consents.editor");
  const { id, mode, version, locale, body, sha256, publishedAt, isMaterial, isCurrent } = notice;
  const isDraft = id !== null && publishedAt === null;
  const look = isDraft
    ? ({ tone: "warn", icon: Pencil } as const)
    : isCurrent
      ? ({ tone: "good", icon: CircleCheck } as const)
      : ({ tone: "neutral", icon: History } as const);
  const language = new Intl.DisplayNames(["en"], { type: "language" }).of(locale) ?? locale;
  return (
    <li className="rounded-card border border-line bg-paper px-4 py-4 sm:px-6">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="font-mono font-medium">{version}</span>
        <span>
          {t(`modes.${mode}`)} · {language}
        </span>
        <StatusPill {...look}>{t(isDraft ? "draft" : isCurrent ? "current" : "earlier")}</StatusPill>
      </p>
      <p className="mt-1 text-small text-ink-600">
        {publishedAt ? (
          <>
            {t("published")} <Instant at={publishedAt.toISOString()} />
          </>
        ) : (
          t(isDraft ? "notPublished" : "builtIn")
        )}
      </p>
      {isMaterial ? <p className="mt-1 text-small text-ink-700">{t("isMaterial")}</p> : null}
      {isDraft ? (
        <p className="mt-2">
          <Link href={`/consents/notices/${id}` as Route}>{t("edit")}</Link>
        </p>
      ) : (
        <>
          <details className="mt-2">
            <summary className="cursor-pointer py-2 text-action-700">{t("read")}</summary>
            <div lang={locale} dir="auto" className="mt-2 font-serif whitespace-pre-line">
              {body}
            </div>
          </details>
          <div className="mt-2 text-small">
            <HashChip value={sha256} label={t("hash")} copyLabel={t("copy")} copiedLabel={t("copied")} />
          </div>
        </>
      )}
    </li>
  );
}

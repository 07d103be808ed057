import type { Metadata, Route } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { Page } from "#components/ui/page.tsx";
import { listNotices } from "#lib/signing/consent/edit-notices.ts";
import { memberContext } from "../../../../_server/context.ts";
import { answerPage } from "../../../../_server/page.ts";
import { NoticeEditor } from "./notice-editor.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.consents.editor"))("title") };
}

/** Where counsel writes the next version of a notice. */
export default async function NoticePage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  const ctx = await memberContext();
  const notices = await answerPage(() => listNotices(ctx));
  const notice = notices.find((one) => one.id === id && one.publishedAt === null);
  if (!notice) notFound();
  const t = await getTranslations("app.consents.editor");
  const language = new Intl.DisplayNames(["en"], { type: "language" }).of(notice.locale) ?? notice.locale;
  return (
    <Page
      title={notice.version}
      width="reading"
      heading={
        <>
          <Link
            href={"/consents/notices" as Route}
            className="mb-1 inline-flex min-h-8 items-center text-small"
          >
            {t("backToNotices")}
          </Link>
          <h1 className="text-h2 sm:text-h1">{t("editing", { version: notice.version, language })}</h1>
        </>
      }
      lead={t(`leads.${notice.mode}`)}
    >
      <NoticeEditor id={id} locale={notice.locale} parts={notice.parts} />
    </Page>
  );
}

import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Instant } from "#components/ui/instant.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { isRefusal } from "#lib/errors.ts";
import {
  custodianContext,
  type HoldNoticeView,
  readHoldNotice,
} from "#lib/retention/custodians/acknowledge-hold.ts";
import { visitor } from "../../_server/context.ts";
import { answerPage } from "../../_server/page.ts";
import { EntryPage } from "../../sign-in/entry-page.tsx";
import { AcknowledgeForm } from "./acknowledge-form.tsx";

const REFUSALS = [
  ...(["retention/notice-changed", "retention/hold-released", "retention/custodian-removed"] as const),
  ...(["retention/not-found", "identity/too-many-tries"] as const),
];

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.holdNotice"))("title") };
}

/** What somebody is asked to keep for a legal hold, and the button that says they will; no account is needed. */
export default async function HoldNoticePage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  const t = await getTranslations("app.holdNotice");
  const refusals = await getTranslations("refusals");
  const view = await answerPage(() => noticeOf(token));
  if (!view) return <EntryPage title={t("title")} lead={refusals("identity/too-many-tries")} />;
  const { organizationName: organization, name, notice, placedAt, acknowledgedAt, endedAt } = view;
  if (endedAt)
    return (
      <EntryPage title={t("overHeading")} lead={t("over", { organization })}>
        <p className="text-small text-ink-600">
          {t("overSince")} <Instant at={endedAt.toISOString()} />
        </p>
      </EntryPage>
    );
  return (
    <EntryPage title={t("heading", { organization })} lead={t("lead", { name })} isWide>
      <blockquote className="mb-4 border-s-2 border-action-700 ps-4 whitespace-pre-line [overflow-wrap:anywhere]">
        {notice}
      </blockquote>
      <p className="mb-4">{t("rule")}</p>
      <p className="mb-6 text-small text-ink-600">
        {t("since")} <Instant at={placedAt.toISOString()} />
      </p>
      {acknowledgedAt ? (
        <Notice tone="good">
          <p className="font-medium">{t("doneHeading")}</p>
          <p>
            {t("done")} <Instant at={acknowledgedAt.toISOString()} />
          </p>
        </Notice>
      ) : (
        <AcknowledgeForm
          token={token}
          noticeSha256={view.noticeSha256}
          submit={t("submit")}
          refusals={{
            ...Object.fromEntries(REFUSALS.map((code) => [code, refusals(code)])),
            other: t("again"),
          }}
        />
      )}
    </EntryPage>
  );
}

/** @returns null when it is asked for too often. */
async function noticeOf(token: string): Promise<HoldNoticeView | null> {
  try {
    return await readHoldNotice(await custodianContext(await visitor(), token));
  } catch (error) {
    if (isRefusal(error, "identity/too-many-tries")) return null;
    throw error;
  }
}

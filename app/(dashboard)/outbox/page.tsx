import { MailOpen } from "lucide-react";
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Page } from "#components/ui/page.tsx";
import { RefreshNowAndThen } from "#components/ui/refresh-now-and-then.tsx";
import { readOutbox } from "#lib/delivery/read-outbox.ts";
import { publicId } from "#lib/ids.ts";
import { memberContext } from "../../_server/context.ts";
import { answerPage } from "../../_server/page.ts";
import { OutboxView } from "./outbox-view.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.outbox"))("title") };
}

/** Mail that is kept here because no mail server is set. */
export default async function OutboxPage() {
  const ctx = await memberContext();
  const mails = await answerPage(() => readOutbox(ctx));
  if (!mails) notFound();
  const t = await getTranslations("app.outbox");
  const entries = mails.map(({ id, toName, toAddress, subject, createdAt, envelopeId }) => ({
    ...{ id, toName, toAddress, subject },
    at: createdAt.toISOString(),
    envelope: envelopeId ? publicId("envelope", envelopeId) : null,
  }));
  return (
    <Page title={t("title")} lead={t("lead")}>
      <RefreshNowAndThen />
      {entries.length === 0 ? (
        <EmptyState icon={MailOpen} title={t("empty")}>
          {t("emptyHint")}
        </EmptyState>
      ) : (
        <OutboxView entries={entries} />
      )}
    </Page>
  );
}

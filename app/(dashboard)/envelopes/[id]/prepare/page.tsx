import type { Metadata, Route } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { NextIntlClientProvider } from "next-intl";
import { getMessages, getTranslations } from "next-intl/server";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Notice } from "#components/ui/notice.tsx";
import { getApproval } from "#lib/envelopes/approvals/approve-sending.ts";
import { ENVELOPE_LIMITS } from "#lib/envelopes/core/draft.ts";
import { getDraft } from "#lib/envelopes/get-draft.ts";
import { isRefusal } from "#lib/errors.ts";
import { requireSession } from "../../../../_server/context.ts";
import { answerPage } from "../../../../_server/page.ts";
import { envelopeIdIn } from "../../../../_server/params.ts";
import { Editor } from "./editor.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.prepare"))("title") };
}

/** One page with four parts, in any order: documents, people, fields, review. */
export default async function PreparePage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  const { ctx, organizationName } = await requireSession();
  const { app, refusals, mail } = await getMessages();
  const draft = await answerPage(async () => {
    try {
      return await getDraft(ctx, { envelopeId: envelopeIdIn(id) });
    } catch (error) {
      if (isRefusal(error, "envelopes/not-a-draft")) redirect(`/envelopes/${id}` as Route);
      throw error;
    }
  });
  if (draft.scheduledAt) redirect(`/envelopes/${id}` as Route);
  const approval = await getApproval(ctx, { envelopeId: draft.id });
  const isFree = approval.state === "approved" && !approval.isOutdated;
  const t = await getTranslations("app.approval");
  const { fileBytes, envelopeBytes, pages } = ctx.runtime.config.uploads;
  const { documents, recipients, fields } = ctx.runtime.config.limits;
  const limits = {
    ...ENVELOPE_LIMITS,
    ...{ documentBytes: fileBytes, envelopeBytes, pages, documents, recipients, fields },
  };
  const me = ctx.actor.kind === "member" ? { name: ctx.actor.name, email: ctx.actor.email } : null;
  return (
    <NextIntlClientProvider
      messages={{ app, refusals, mail: { invited: mail.invited, common: mail.common } }}
    >
      {draft.scheduleProblem ? (
        <div className="mx-auto max-w-[1200px] px-4 pt-4 sm:px-6">
          <Notice tone="warn">
            {(await getTranslations("app.schedule"))("failed")}{" "}
            {refusalText(await getTranslations("refusals"), { code: draft.scheduleProblem })}
          </Notice>
        </div>
      ) : null}
      {approval.isNeeded ? (
        <div className="mx-auto max-w-[1200px] px-4 pt-4 sm:px-6">
          <Notice tone={isFree ? "good" : "info"}>
            {t(isFree ? "mayGo" : "needed")}{" "}
            <Link href={`/envelopes/${id}/approval` as Route}>{t(isFree ? "open" : "ask")}</Link>
          </Notice>
        </div>
      ) : null}
      <Editor id={id} draft={draft} me={me!} organization={organizationName} limits={limits} />
    </NextIntlClientProvider>
  );
}

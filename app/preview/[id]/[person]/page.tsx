import type { Metadata, Route } from "next";
import { redirect } from "next/navigation";
import { getLocale, getTranslations } from "next-intl/server";
import { instantIn, isLanguage } from "#lib/envelopes/core/languages.ts";
import { isRefusal } from "#lib/errors.ts";
import { previewCeremony } from "#lib/signing/preview-ceremony.ts";
import { memberContext } from "../../../_server/context.ts";
import { deskSentences } from "../../../_server/desk-sentences.ts";
import { answerPage } from "../../../_server/page.ts";
import { envelopeIdIn } from "../../../_server/params.ts";
import { translations } from "../../../_server/translations.ts";
import { PreviewDesk } from "./preview-desk.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.preview"))("title") };
}

interface PreviewPageProps {
  /** The language stands in the address: `?lang=de`. */
  readonly params: Promise<{ id: string; person: string }>;
}

/** What somebody will see when their link comes; shown in a frame while the draft is prepared. */
export default async function PreviewPage({ params }: PreviewPageProps) {
  const { id, person } = await params;
  const ctx = await memberContext();
  const view = await answerPage(async () => {
    try {
      return await previewCeremony(ctx, { envelopeId: envelopeIdIn(id), recipientId: person });
    } catch (error) {
      if (isRefusal(error, "identity/reason-required")) redirect(`/reason/${id}` as Route);
      throw error;
    }
  });
  const locale = await getLocale();
  const { name } = await deskSentences(isLanguage(locale) ? locale : "en");
  const until = view.expiresAt ? instantIn(locale, view.expiresAt) : "none";
  const about = (await translations("sign.consent"))("about", {
    organization: view.organizationName === "" ? "none" : view.organizationName,
    pages: view.documents.reduce((sum, { pages }) => sum + pages.length, 0),
    until,
  });
  const later = (await translations("sign.later"))("saved", { until });
  const refusal = (await getTranslations("app.preview"))("only");
  return <PreviewDesk {...{ id, view, locale, about, later, refusal }} sentences={name} />;
}

import type { Metadata, Route } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { Notice } from "#components/ui/notice.tsx";
import { Page } from "#components/ui/page.tsx";
import { getCorrection } from "#lib/envelopes/get-correction.ts";
import { isRefusal } from "#lib/errors.ts";
import { memberContext } from "../../../../_server/context.ts";
import { answerPage } from "../../../../_server/page.ts";
import { envelopeIdIn } from "../../../../_server/params.ts";
import { CorrectForm } from "./correct-form.tsx";
import { ReplaceButton } from "./replace-button.tsx";

interface Address {
  readonly params: Promise<{ id: string }>;
}

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.correct"))("title") };
}

/** What can be changed of an envelope under way. */
export default async function CorrectPage({ params }: Address) {
  const { id } = await params;
  const t = await getTranslations("app.correct");
  const correction = await correctionOf(id);
  const title = correction.title || (await getTranslations("app.list"))("untitled");
  return (
    <Page
      title={t("title")}
      heading={
        <>
          <Link
            href={`/envelopes/${id}` as Route}
            className="mb-1 inline-flex min-h-8 items-center text-small [overflow-wrap:anywhere]"
          >
            {t("back", { title })}
          </Link>
          <h1 className="text-h2 sm:text-h1">{t("title")}</h1>
        </>
      }
      width="reading"
    >
      <div className="flex flex-col gap-6">
        <Notice tone="info">{t(correction.isSigned ? "ruleSigned" : "rule")}</Notice>
        {correction.isSigned ? null : (
          <div className="flex flex-wrap items-center justify-between gap-3 rounded-card border border-line bg-paper p-4 sm:px-6">
            <p className="min-w-0 flex-1 basis-64">{t("replace.lead")}</p>
            <ReplaceButton id={id} />
          </div>
        )}
        <CorrectForm id={id} correction={correction} />
      </div>
    </Page>
  );
}

/** Who comes too late sees where the envelope stands. */
async function correctionOf(id: string) {
  const ctx = await memberContext();
  try {
    return await answerPage(() => getCorrection(ctx, { envelopeId: envelopeIdIn(id) }));
  } catch (error) {
    if (isRefusal(error) && (error.kind === "conflict" || error.kind === "gone"))
      redirect(`/envelopes/${id}` as Route);
    throw error;
  }
}

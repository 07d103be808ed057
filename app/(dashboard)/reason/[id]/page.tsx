import type { Metadata, Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { buttonClass } from "#components/ui/button.tsx";
import { Page } from "#components/ui/page.tsx";
import { memberContext } from "../../../_server/context.ts";
import { ReasonForm } from "./reason-form.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.reason"))("envelope") };
}

/** Asks why somebody opens an envelope they did not send. */
export default async function ReasonPage({ params }: { params: Promise<{ id: string }> }) {
  await memberContext();
  const { id } = await params;
  const t = await getTranslations("app.reason");
  return (
    <Page title={t("envelope")} lead={t("lead")} width="reading">
      <div className="rounded-card border border-line bg-paper p-4 sm:p-6">
        <ReasonForm id={id}>
          <Link href={"/envelopes" as Route} className={buttonClass("secondary")}>
            {t("back")}
          </Link>
        </ReasonForm>
      </div>
    </Page>
  );
}

import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { buttonClass } from "#components/ui/button.tsx";
import { ABUSE_REASONS } from "#lib/signing/core/abuse-reasons.ts";
import { DeviceStrip } from "../device-strip.tsx";
import { loadCeremony } from "../load-ceremony.ts";
import { refusalSentences } from "../refusal-sentences.ts";
import { SheetPage } from "../sheet-page.tsx";
import { ReportForm } from "./report-form.tsx";

interface ReportPageProps {
  readonly params: Promise<{ token: string }>;
}

export async function generateMetadata({ params }: ReportPageProps): Promise<Metadata> {
  await loadCeremony((await params).token);
  return { title: (await getTranslations("sign.report"))("title") };
}

/** Says that a document should not have been sent: open to whoever has the link, checked or not. */
export default async function ReportPage({ params }: ReportPageProps) {
  const { token } = await params;
  const door = await loadCeremony(token);
  const view = door.kind === "check" ? door.check : door.view;
  const t = await getTranslations("sign.report");
  const facts = { title: view.title, organization: view.organizationName };
  return (
    <>
      <DeviceStrip token={token} />
      <SheetPage token={token} place="report" view={view} heading={t("heading")} withoutScript="no-sender">
        <ReportForm
          token={token}
          lead={t("lead", facts)}
          reasons={ABUSE_REASONS.map((code) => ({ code, label: t(code) }))}
          words={{
            ...{ reasons: t("reasons"), details: t("details"), choose: t("choose"), submit: t("submit") },
            ...{ doneHeading: t("doneHeading"), done: t("done") },
          }}
          refusals={await refusalSentences()}
        />
        <p>
          <a href={`/sign/${token}`} className={buttonClass("secondary", "large")}>
            {t("back")}
          </a>
        </p>
      </SheetPage>
    </>
  );
}

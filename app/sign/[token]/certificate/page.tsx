import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { buttonClass } from "#components/ui/button.tsx";
import { CheckPage } from "../check-page.tsx";
import { loadCeremony } from "../load-ceremony.ts";
import { refusalSentences } from "../refusal-sentences.ts";
import { SheetPage } from "../sheet-page.tsx";
import { CertificateForm } from "./certificate-form.tsx";

interface CertificatePageProps {
  readonly params: Promise<{ token: string }>;
}

export async function generateMetadata({ params }: CertificatePageProps): Promise<Metadata> {
  await loadCeremony((await params).token);
  return { title: (await getTranslations("sign.certificate"))("title") };
}

/** Where a signer who has a certificate of their own brings it along. */
export default async function BringCertificatePage({ params }: CertificatePageProps) {
  const { token } = await params;
  const door = await loadCeremony(token);
  if (door.kind === "check") return <CheckPage token={token} view={door.check} />;
  const { view } = door;
  const t = await getTranslations("sign.certificate");
  const isOpen = view.status === "ready";
  return (
    <SheetPage token={token} place="certificate" view={view} heading={t("heading")}>
      <p>{t(isOpen ? "lead" : "ended")}</p>
      {isOpen ? (
        <CertificateForm
          token={token}
          words={{
            ...{ file: t("file"), text: t("text"), hint: t("hint") },
            ...{ submit: t("submit"), done: t("done") },
          }}
          refusals={await refusalSentences()}
        />
      ) : null}
      <p>
        <a href={`/sign/${token}`} className={buttonClass("secondary", "large")}>
          {t("back")}
        </a>
      </p>
    </SheetPage>
  );
}

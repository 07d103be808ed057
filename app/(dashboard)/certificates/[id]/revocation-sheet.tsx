import { getTranslations } from "next-intl/server";
import { Instant } from "#components/ui/instant.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Sheet } from "#components/ui/page.tsx";
import type { RevocationView } from "#lib/evidence/get-certificate.ts";
import { AskButton } from "./ask-button.tsx";

interface RevocationSheetProps {
  readonly revocation: RevocationView;
  readonly who: string;
  /** Of the certificate whose authority this member may have asked; null where not. */
  readonly askId: string | null;
}

const TONES = {
  "not-revoked": "good",
  "not-revoked-when-signed": "good",
  revoked: "bad",
  "revoked-after-signing": "warn",
  "revoked-before-signing": "bad",
  "answer-before-signing": "warn",
  "not-said": "info",
} as const;

/** Whether it was revoked when it signed and is now, by whose word, and until when that counts. */
export async function RevocationSheet({ revocation, who, askId }: RevocationSheetProps) {
  const t = await getTranslations("app.certificateView.revocation");
  const { sentence, signedAt, revokedAt, reason, answers, isOurs, silence } = revocation;
  return (
    <Sheet title={t("title")}>
      <div className="flex flex-col gap-4 px-4 py-4 sm:px-6">
        <Notice tone={silence === "needless" && sentence === "not-said" ? "info" : TONES[sentence]}>
          {silence === "needless" && sentence === "not-said"
            ? t("silence.needless")
            : t(`sentences.${sentence}`, { who })}
        </Notice>
        <dl className="grid gap-x-6 gap-y-2 text-small sm:grid-cols-[14rem_minmax(0,1fr)]">
          {signedAt ? (
            <>
              <dt className="text-ink-600">{t("signedAt")}</dt>
              <dd>
                <Instant at={signedAt.toISOString()} withSeconds />
              </dd>
            </>
          ) : null}
          {revokedAt ? (
            <>
              <dt className="text-ink-600">{t("revokedAt")}</dt>
              <dd>
                <Instant at={revokedAt.toISOString()} withSeconds />
                {reason ? ` (${reason})` : ""}
              </dd>
            </>
          ) : null}
          {isOurs ? (
            <>
              <dt className="text-ink-600">{t("own")}</dt>
              <dd>{t("now")}</dd>
            </>
          ) : null}
          {answers.map(({ source, url, thisUpdate, nextUpdate }) => (
            <div key={source} className="contents">
              <dt className="text-ink-600">{t(source)}</dt>
              <dd className="[overflow-wrap:anywhere]">
                {thisUpdate ? (
                  <>
                    {t("thisUpdate")} <Instant at={thisUpdate.toISOString()} withSeconds />,{" "}
                  </>
                ) : null}
                {nextUpdate ? (
                  <>
                    {t("nextUpdate")} <Instant at={nextUpdate.toISOString()} withSeconds />
                  </>
                ) : (
                  t("noNext")
                )}
                {url ? <span className="block font-mono text-mono text-ink-600">{url}</span> : null}
              </dd>
            </div>
          ))}
        </dl>
        {silence && silence !== "needless" ? (
          <p className="text-small text-ink-700">{t(`silence.${silence}`)}</p>
        ) : null}
        {askId ? <AskButton id={askId} /> : null}
      </div>
    </Sheet>
  );
}

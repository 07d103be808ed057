import { getTranslations } from "next-intl/server";
import { buttonClass } from "#components/ui/button.tsx";
import { HashChip } from "#components/ui/hash-chip.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Sheet } from "#components/ui/page.tsx";
import type { PresentedView } from "#lib/signing/presented/list-presented.ts";

interface PresentedListProps {
  readonly id: string;
  readonly presented: readonly PresentedView[];
  readonly mayDownload: boolean;
}

/** Certificates that signers brought along: what they claim, and that nobody has proven it. */
export async function PresentedList({ id, presented, mayDownload }: PresentedListProps) {
  const t = await getTranslations("app.presented");
  const own = await getTranslations("app.certificates");
  return (
    <Sheet title={t("title")}>
      <p className="px-4 pt-4 text-small text-ink-600 sm:px-6">{t("lead")}</p>
      <ul className="divide-y divide-line">
        {presented.map(({ id: presentedId, signer, subject, issuer, sha256, at, ...more }) => (
          <li
            key={presentedId}
            className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3 px-4 py-4 sm:px-6"
          >
            <div className="min-w-0 flex-1 basis-72">
              <p className="font-medium [overflow-wrap:anywhere]">{subject}</p>
              <p className="text-small text-ink-600 [overflow-wrap:anywhere]">{t("issuedBy", { issuer })}</p>
              <p className="text-small text-ink-600">
                {more.attachedBy === null
                  ? t("broughtBy", { signer })
                  : t("attachedBy", { signer, member: more.attachedBy })}{" "}
                <Instant at={at.toISOString()} />
              </p>
              {more.attachedBy === null ? null : (
                <ul className="text-small text-ink-600">
                  {more.documents.map((name) => (
                    <li key={name} className="[overflow-wrap:anywhere]">
                      {t("linkedTo", { document: name, signer })}
                    </li>
                  ))}
                </ul>
              )}
              <div className="mt-2 text-small">
                <HashChip
                  value={sha256}
                  label={own("hash")}
                  copyLabel={own("copy")}
                  copiedLabel={own("copied")}
                />
              </div>
            </div>
            {mayDownload ? (
              <a
                href={`/envelopes/${id}/presented/${presentedId}`}
                download
                className={buttonClass("secondary")}
              >
                .pem <span className="sr-only">{own("pemOf", { name: subject })}</span>
              </a>
            ) : null}
          </li>
        ))}
      </ul>
    </Sheet>
  );
}

import { CircleCheck, History } from "lucide-react";
import type { Metadata, Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { BackLink } from "#components/ui/back-link.tsx";
import { HashChip } from "#components/ui/hash-chip.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Page } from "#components/ui/page.tsx";
import { StatusPill } from "#components/ui/status-pill.tsx";
import { CUSTODY_PART_NAMES } from "#lib/evidence/core/package/custody-parts.ts";
import { listWordings, type WordingView } from "#lib/evidence/wordings/edit-wording.ts";
import { publicId } from "#lib/ids.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerPage } from "../../../_server/page.ts";
import { NewWordingButton } from "./new-wording.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.consents.wording"))("title") };
}

/** What custodians' declarations say, now and before, and which say which. */
export default async function WordingPage() {
  const ctx = await memberContext();
  const versions = await answerPage(() => listWordings(ctx));
  const t = await getTranslations("app.consents.wording");
  return (
    <Page
      title={t("title")}
      lead={t("lead")}
      width="reading"
      back={<BackLink href="/consents/notices" label={t("back")} />}
      actions={<NewWordingButton key={versions[0]!.version} parts={versions[0]!.parts} />}
    >
      <ul aria-label={t("versions")} className="flex flex-col gap-4">
        {versions.map((one) => (
          <Version key={one.version} one={one} />
        ))}
      </ul>
    </Page>
  );
}

async function Version({ one }: { readonly one: WordingView }) {
  const t = await getTranslations("app.consents.wording");
  const { version, parts, sha256, publishedAt, publishedBy, isCurrent, usedIn, uses } = one;
  const look = isCurrent
    ? ({ tone: "good", icon: CircleCheck } as const)
    : ({ tone: "neutral", icon: History } as const);
  return (
    <li className="rounded-card border border-line bg-paper px-4 py-4 sm:px-6">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="font-mono font-medium">{version}</span>
        <StatusPill {...look}>{t(isCurrent ? "current" : "earlier")}</StatusPill>
      </p>
      <p className="mt-1 text-small text-ink-600 [overflow-wrap:anywhere]">
        {publishedAt ? (
          <>
            {t("published", { name: publishedBy })} <Instant at={publishedAt.toISOString()} />
          </>
        ) : (
          t("builtIn")
        )}
      </p>
      <details className="mt-2">
        <summary className="cursor-pointer py-2 text-action-700">{t("read")}</summary>
        <dl className="mt-2 flex flex-col gap-3">
          {CUSTODY_PART_NAMES.map((name) => (
            <div key={name}>
              <dt className="text-small font-medium">{t(`parts.${name}`)}</dt>
              <dd className="font-serif whitespace-pre-line [overflow-wrap:anywhere]">{parts[name]}</dd>
            </div>
          ))}
        </dl>
      </details>
      <div className="mt-2 text-small">
        <HashChip value={sha256} label={t("hash")} copyLabel={t("copy")} copiedLabel={t("copied")} />
      </div>
      <p className="mt-2 text-small text-ink-700">{t("uses", { count: uses })}</p>
      {usedIn.length > 0 ? (
        <ul aria-label={t("usedIn", { version })} className="mt-1 flex flex-wrap gap-x-4 gap-y-1 text-small">
          {usedIn.map(({ packageId, envelopeId, shortId, at }) => (
            <li key={packageId}>
              <Link href={`/envelopes/${publicId("envelope", envelopeId)}` as Route} prefetch={false}>
                <span className="font-mono">{shortId}</span>
              </Link>{" "}
              · <Instant at={at.toISOString()} />
            </li>
          ))}
        </ul>
      ) : null}
    </li>
  );
}

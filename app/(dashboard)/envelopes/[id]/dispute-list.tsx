import { Download, Scale } from "lucide-react";
import { getTranslations } from "next-intl/server";
import { buttonClass } from "#components/ui/button.tsx";
import { HashChip } from "#components/ui/hash-chip.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Sheet } from "#components/ui/page.tsx";
import { RefreshNowAndThen } from "#components/ui/refresh-now-and-then.tsx";
import type { DisputeView } from "#lib/evidence/disputes/list-dispute-files.ts";
import { publicId } from "#lib/ids.ts";
import { DisputeButton } from "./dispute-button.tsx";

interface DisputeListProps {
  readonly id: string;
  readonly signers: readonly { readonly id: string; readonly name: string }[];
  readonly disputes: readonly DisputeView[];
  readonly mayHold: boolean;
  /** A full evidence package is ready. */
  readonly hasPackage: boolean;
}

/** The files that tell how a name got into the envelope, and a way to ask for one. */
export async function DisputeList({ id, signers, disputes, mayHold, hasPackage }: DisputeListProps) {
  const t = await getTranslations("app.disputes");
  return (
    <Sheet title={t("title")} aside={<DisputeButton id={id} signers={signers} mayHold={mayHold} />}>
      {disputes.some(({ isReady }) => !isReady) ? <RefreshNowAndThen /> : null}
      <p className="px-4 py-4 text-small text-ink-700 sm:px-6">{t("lead")}</p>
      <ul className="divide-y divide-line">
        {disputes.map((one) => (
          <DisputeRow key={one.id} id={id} one={one} hasPackage={hasPackage} />
        ))}
      </ul>
    </Sheet>
  );
}

async function DisputeRow(props: {
  readonly id: string;
  readonly one: DisputeView;
  readonly hasPackage: boolean;
}) {
  const { id, one, hasPackage } = props;
  const t = await getTranslations("app.disputes");
  const title = t("name", { name: one.name });
  const address = `/envelopes/${id}/files/disputes/${publicId("dispute", one.id)}`;
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3 px-4 py-4 sm:px-6">
      <div className="flex min-w-0 flex-1 basis-80 gap-3">
        <Scale aria-hidden="true" className="mt-0.5 size-5 shrink-0 text-action-700" />
        <div className="min-w-0 flex-1">
          <p className="font-medium [overflow-wrap:anywhere]">{title}</p>
          <p className="text-small text-ink-600">
            {t("asOf")} <Instant at={one.createdAt.toISOString()} />
          </p>
          {one.isReady ? (
            <div className="mt-2 text-small">
              <HashChip
                value={one.sha256!}
                label={t("hash")}
                copyLabel={t("copy")}
                copiedLabel={t("copied")}
              />
            </div>
          ) : (
            <p role="status" className="mt-1 text-small text-ink-700">
              {t("waiting")}
            </p>
          )}
        </div>
      </div>
      {one.isReady ? (
        <div className="flex flex-wrap gap-2">
          {[
            { href: address, label: t("download") },
            ...(hasPackage ? [{ href: `${address}/with-package`, label: t("downloadWithPackage") }] : []),
          ].map(({ href, label }) => (
            <a key={href} href={href} download className={buttonClass("secondary")}>
              <Download aria-hidden="true" className="size-5" />
              {label} <span className="sr-only">{title}</span>
            </a>
          ))}
        </div>
      ) : null}
    </li>
  );
}

import { Archive, Download } from "lucide-react";
import { getFormatter, getTranslations } from "next-intl/server";
import { buttonClass } from "#components/ui/button.tsx";
import { HashChip } from "#components/ui/hash-chip.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Sheet } from "#components/ui/page.tsx";
import { Progress } from "#components/ui/progress.tsx";
import { RefreshNowAndThen } from "#components/ui/refresh-now-and-then.tsx";
import type { PackageView } from "#lib/evidence/list-packages.ts";
import { publicId } from "#lib/ids.ts";
import { PackageButton } from "./package-button.tsx";

interface PackageListProps {
  readonly id: string;
  readonly packages: readonly PackageView[];
}

/** Evidence packages to keep, those that are being built, and a way to ask for another. */
export async function PackageList({ id, packages }: PackageListProps) {
  const t = await getTranslations("app.packages");
  const isBuilding = packages.some(({ state }) => state !== "ready");
  return (
    <Sheet title={t("title")} aside={<PackageButton id={id} />}>
      {isBuilding ? <RefreshNowAndThen /> : null}
      <p className="px-4 pt-4 text-small text-ink-700 sm:px-6">{t("lead")}</p>
      {packages.length === 0 ? <p className="px-4 py-5 text-ink-700 sm:px-6">{t("none")}</p> : null}
      <ul className="divide-y divide-line">
        {packages.map((one) => (
          <PackageRow key={one.id} id={id} one={one} />
        ))}
      </ul>
    </Sheet>
  );
}

async function PackageRow({ id, one }: { readonly id: string; readonly one: PackageView }) {
  const t = await getTranslations("app.packages");
  const format = await getFormatter();
  const { variant, hasNumbers, state, progress, sizeBytes, sha256, createdAt } = one;
  const name = t(hasNumbers ? "numbered" : "kind", { variant });
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3 px-4 py-4 sm:px-6">
      <div className="flex min-w-0 flex-1 basis-80 gap-3">
        <Archive aria-hidden="true" className="mt-0.5 size-5 shrink-0 text-action-700" />
        <div className="min-w-0 flex-1">
          <p className="font-medium">{name}</p>
          <p className="text-small text-ink-600">
            {t("asOf")} <Instant at={createdAt.toISOString()} />
            {sizeBytes === null
              ? null
              : ` · ${t("size", { size: format.number(sizeBytes / 1e6, { maximumFractionDigits: 1, minimumFractionDigits: 1 }) })}`}
          </p>
          {state === "ready" ? (
            <div className="mt-2 text-small">
              <HashChip value={sha256!} label={t("hash")} copyLabel={t("copy")} copiedLabel={t("copied")} />
            </div>
          ) : (
            <div className="mt-2 max-w-80" aria-live="polite">
              <p className="mb-1 text-small text-ink-700">{t(state)}</p>
              <Progress label={t(state)} value={state === "waiting" ? null : progress} />
            </div>
          )}
        </div>
      </div>
      {state === "ready" ? (
        <a
          href={`/envelopes/${id}/files/packages/${publicId("package", one.id)}`}
          download
          className={buttonClass("secondary")}
        >
          <Download aria-hidden="true" className="size-5" />
          {t("download")} <span className="sr-only">{name}</span>
        </a>
      ) : null}
    </li>
  );
}

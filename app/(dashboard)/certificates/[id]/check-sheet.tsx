import { getTranslations } from "next-intl/server";
import { Instant } from "#components/ui/instant.tsx";
import { Sheet } from "#components/ui/page.tsx";
import type { CheckView } from "#lib/evidence/certificate-checks/get-checks.ts";
import { VerdictPill } from "../checks/verdict-pill.tsx";

interface CheckSheetProps {
  readonly checks: readonly CheckView[];
  readonly nextAt: Date | null;
}

/** What was found each time the certificate was looked at again, and when it is next. */
export async function CheckSheet({ checks, nextAt }: CheckSheetProps) {
  const t = await getTranslations("app.certificateChecks");
  const [newest, ...earlier] = checks;
  return (
    <Sheet title={t("one")}>
      {newest ? (
        <ul>
          <CheckRow check={newest} />
        </ul>
      ) : (
        <p className="px-4 py-3 text-ink-700 sm:px-6">{t("never")}</p>
      )}
      {earlier.length > 0 ? (
        <details className="border-t border-line">
          <summary className="min-h-11 cursor-pointer px-4 py-3 font-medium sm:px-6">
            {t("earlier", { count: earlier.length })}
          </summary>
          <ul className="divide-y divide-line">
            {earlier.map((check) => (
              <CheckRow key={check.at.toISOString()} check={check} />
            ))}
          </ul>
        </details>
      ) : null}
      {nextAt ? (
        <p className="border-t border-line px-4 py-3 text-small text-ink-600 sm:px-6">
          {t("next")} <Instant at={nextAt.toISOString()} />
        </p>
      ) : null}
    </Sheet>
  );
}

async function CheckRow({ check: { at, verdict, reasons } }: { readonly check: CheckView }) {
  const t = await getTranslations("app.certificateChecks");
  return (
    <li className="flex flex-col gap-2 px-4 py-3 sm:px-6">
      <p className="flex flex-wrap items-center gap-3">
        <VerdictPill verdict={verdict} label={t(`verdicts.${verdict}`)} />
        <Instant at={at.toISOString()} />
      </p>
      {reasons.length === 0 ? <p className="text-small text-ink-700">{t("noReasons")}</p> : null}
      <ul className="list-disc ps-5 text-small text-ink-700">
        {reasons.map(({ code, message }) => (
          <li key={code} className="[overflow-wrap:anywhere]">
            {message}
          </li>
        ))}
      </ul>
    </li>
  );
}

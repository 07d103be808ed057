import type { Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { Sheet } from "#components/ui/page.tsx";
import { BUCKETS, type Bucket } from "#lib/signing/core/endings.ts";

const TONES: Readonly<Record<Bucket, string>> = {
  over: "text-bad-700",
  under30: "text-bad-700",
  under60: "text-warn-800",
  under90: "text-warn-800",
  later: "text-ink-900",
};

interface EndsSummaryProps {
  readonly counts: Readonly<Record<Bucket, number>>;
  /** Chosen on the list itself; null for all. */
  readonly chosen?: Bucket | null;
}

/** How many things end when; each count leads to those. */
export async function EndsSummary({ counts, chosen = null }: EndsSummaryProps) {
  const t = await getTranslations("app.keys.ends");
  return (
    <Sheet
      title={t("summary")}
      aside={
        <Link
          href={"/keys/ends" as Route}
          className="inline-flex min-h-11 items-center text-small sm:min-h-8"
        >
          {t("all")}
        </Link>
      }
    >
      <ul className="grid grid-cols-2 gap-px bg-line sm:grid-cols-5">
        {BUCKETS.map((bucket) => (
          <li key={bucket} className="bg-paper last:max-sm:col-span-2">
            <Link
              href={`/keys/ends?when=${bucket}` as Route}
              aria-current={chosen === bucket ? "true" : undefined}
              className={`flex min-h-16 flex-col px-4 py-3 no-underline hover:bg-canvas sm:px-6 ${chosen === bucket ? "bg-action-50" : ""}`}
            >
              <span
                className={`text-h3 font-semibold tabular-nums ${counts[bucket] === 0 ? "text-ink-600" : TONES[bucket]}`}
              >
                {counts[bucket]}
              </span>
              <span className="text-small text-ink-700">{t(`buckets.${bucket}`)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </Sheet>
  );
}

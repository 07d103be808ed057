import type { Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { Sheet } from "#components/ui/page.tsx";
import type { CareLine } from "#lib/retention/list-care.ts";

const PLACES: Readonly<Record<CareLine["kind"], string>> = {
  ends: "/keys/ends",
  templates: "/templates",
  purges: "/retention/queue",
  holds: "/retention/holds",
};

/** One line for each, that leads to where it is done. */
export async function LookAfter({ lines }: { readonly lines: readonly CareLine[] }) {
  const t = await getTranslations("app.home.care");
  return (
    <Sheet title={t("title")}>
      <ul aria-label={t("title")} className="divide-y divide-line">
        {lines.map(({ kind, count }) => (
          <li key={kind} className="relative px-4 py-3 hover:bg-canvas sm:px-6">
            <Link
              href={PLACES[kind] as Route}
              prefetch={false}
              className="block font-medium text-ink-900 no-underline before:absolute before:inset-0 hover:underline"
            >
              {t(kind, { count })}
            </Link>
            <p className="text-small text-ink-600">{t(`hints.${kind}`)}</p>
          </li>
        ))}
      </ul>
    </Sheet>
  );
}

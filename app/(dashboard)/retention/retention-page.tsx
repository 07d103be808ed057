import type { Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { Page } from "#components/ui/page.tsx";
import { countRetention } from "#lib/retention/get-schedule.ts";
import { memberContext } from "../../_server/context.ts";
import { answerPage } from "../../_server/page.ts";

const PARTS = ["schedule", "holds", "queue", "archive", "destroyed", "checks", "renewals"] as const;
type Part = (typeof PARTS)[number];

interface RetentionPageProps {
  readonly part: Part;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** One of the pages on how long things are kept, with the way to the others. */
export async function RetentionPage({ part, actions, children }: RetentionPageProps) {
  const ctx = await memberContext();
  const { holds, waiting } = await answerPage(() => countRetention(ctx));
  const t = await getTranslations("app.retention");
  const marks: Partial<Record<Part, number>> = { holds, queue: waiting };
  return (
    <Page title={t(`${part}.title`)} lead={t(`${part}.lead`)} actions={actions}>
      <nav aria-label={t("parts")} className="mb-6 border-b border-line">
        <ul className="flex flex-wrap">
          {PARTS.map((one) => (
            <li key={one}>
              <Link
                href={(one === "schedule" ? "/retention" : `/retention/${one}`) as Route}
                aria-current={one === part ? "page" : undefined}
                className="flex min-h-12 items-center gap-1.5 border-b-2 border-transparent px-2 text-small font-medium whitespace-nowrap text-ink-700 no-underline hover:text-ink-900 focus-visible:-outline-offset-2 focus-visible:shadow-none aria-[current]:border-action-700 aria-[current]:text-action-700 sm:px-3 sm:text-base"
              >
                {t(`${one}.tab`)}
                {marks[one] ? (
                  <span className="rounded-full bg-warn-50 px-2 text-small text-warn-800 tabular-nums">
                    {marks[one]}
                  </span>
                ) : null}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <div className="flex flex-col gap-6">{children}</div>
    </Page>
  );
}

import { FileCheck } from "lucide-react";
import { getTranslations } from "next-intl/server";
import { buttonClass } from "#components/ui/button.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { RefreshNowAndThen } from "#components/ui/refresh-now-and-then.tsx";
import type { KeyRecordView } from "#lib/evidence/key-records/download-key-record.ts";
import { Gated } from "../reason/gated.tsx";

interface RecordLinkProps {
  readonly record: KeyRecordView | null;
  readonly href: string;
  /** What it is about has ended, so that there is one or will be in a moment. */
  readonly isDue: boolean;
}

/** Where the sealed record is; while it is being made the page looks again. */
export async function RecordLink({ record, href, isDue }: RecordLinkProps) {
  const t = await getTranslations("app.keyWork");
  if (!record)
    return isDue ? (
      <p className="text-ink-700">
        {t("recordComing")}
        <RefreshNowAndThen />
      </p>
    ) : null;
  return (
    <div className="flex flex-wrap items-center gap-3">
      <Gated purpose="export" id={null}>
        <a href={href} download className={buttonClass("secondary")}>
          <FileCheck aria-hidden="true" className="size-5" />
          {t("record")}
        </a>
      </Gated>
      <span className="text-small text-ink-600">
        {t("recordMade")} <Instant at={record.createdAt.toISOString()} />
      </span>
    </div>
  );
}

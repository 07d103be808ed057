import { LockOpen } from "lucide-react";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { listHolds } from "#lib/retention/list-holds.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerPage } from "../../../_server/page.ts";
import { RetentionPage } from "../retention-page.tsx";
import { PlaceHoldButton } from "./hold-buttons.tsx";
import { HoldRow } from "./hold-row.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.retention.holds"))("title") };
}

/** Legal holds, those in force first. */
export default async function HoldsPage() {
  const ctx = await memberContext();
  const { holds, may, templates } = await answerPage(() => listHolds(ctx));
  const t = await getTranslations("app.retention.holds");
  return (
    <RetentionPage part="holds" actions={may.manage ? <PlaceHoldButton templates={templates} /> : null}>
      {holds.length === 0 ? (
        <EmptyState icon={LockOpen} title={t("empty")}>
          {t("emptyHint")}
        </EmptyState>
      ) : (
        <ul aria-label={t("title")} className="divide-y divide-line rounded-card border border-line bg-paper">
          {holds.map((hold) => (
            <HoldRow key={hold.id} hold={hold} mayManage={may.manage} />
          ))}
        </ul>
      )}
    </RetentionPage>
  );
}

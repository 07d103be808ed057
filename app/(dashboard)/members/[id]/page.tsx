import { FolderOutput } from "lucide-react";
import type { Metadata, Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Page } from "#components/ui/page.tsx";
import { listOwned } from "#lib/envelopes/hand-over.ts";
import { ENVELOPE_STATES } from "#lib/envelopes/list-envelopes.ts";
import { listColleagues } from "#lib/envelopes/share-envelope.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerPage } from "../../../_server/page.ts";
import { memberIdIn } from "../../../_server/params.ts";
import { HandOverForm } from "./hand-over-form.tsx";

interface Address {
  readonly params: Promise<{ id: string }>;
}

export async function generateMetadata({ params }: Address): Promise<Metadata> {
  const { owned } = await ownedOf((await params).id);
  return { title: (await getTranslations("app.handOver"))("title", { name: owned.name }) };
}

/** What a member is the sender of, and who is to be instead. */
export default async function MemberPage({ params }: Address) {
  const { id } = await params;
  const t = await getTranslations("app.handOver");
  const states = await getTranslations("app.states");
  const { owned, memberId } = await ownedOf(id);
  const { name, hasLeft, counts } = owned;
  const ctx = await memberContext();
  const heirs = (await answerPage(() => listColleagues(ctx))).filter(
    (one) => one.id !== memberId && ["owner", "admin", "sender"].includes(one.role),
  );
  const listed = ENVELOPE_STATES.filter((state) => (counts[state] ?? 0) > 0);
  return (
    <Page
      title={t("title", { name })}
      width="reading"
      heading={
        <>
          <Link href={"/members" as Route} className="mb-1 inline-flex min-h-8 items-center text-small">
            {t("back")}
          </Link>
          <h1 className="text-h2 [overflow-wrap:anywhere] sm:text-h1">{t("title", { name })}</h1>
        </>
      }
    >
      {listed.length === 0 ? (
        <EmptyState icon={FolderOutput} title={t("none")}>
          {t("noneHint", { name })}
        </EmptyState>
      ) : (
        <div className="flex flex-col gap-6">
          <Notice tone={hasLeft ? "warn" : "info"}>{t(hasLeft ? "left" : "here", { name })}</Notice>
          <dl className="divide-y divide-line rounded-card border border-line bg-paper">
            {listed.map((state) => (
              <div key={state} className="flex justify-between gap-4 px-4 py-3 sm:px-6">
                <dt className="font-medium">{states(state)}</dt>
                <dd className="text-ink-700 tabular-nums">{t("count", { count: counts[state] ?? 0 })}</dd>
              </div>
            ))}
          </dl>
          <HandOverForm id={id} heirs={heirs} />
        </div>
      )}
    </Page>
  );
}

async function ownedOf(id: string) {
  const ctx = await memberContext();
  return answerPage(async () => {
    const memberId = memberIdIn(id);
    return { memberId, owned: await listOwned(ctx, { memberId }) };
  });
}

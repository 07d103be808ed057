import { ShieldAlert, ShieldCheck } from "lucide-react";
import type { Metadata, Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { HashChip } from "#components/ui/hash-chip.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Page, Sheet } from "#components/ui/page.tsx";
import { type EventView, getEvent } from "#lib/evidence/explorer/get-event.ts";
import { publicId } from "#lib/ids.ts";
import { memberContext } from "../../../../_server/context.ts";
import { answerPage } from "../../../../_server/page.ts";
import { eventIdIn } from "../../../../_server/params.ts";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.auditExplorer"))("title") };
}

/** One event exactly as it was written, and whether it still holds. */
export default async function EventPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  const ctx = await memberContext();
  const event = await answerPage(async () => getEvent(ctx, { eventId: eventIdIn(id) }));
  const t = await getTranslations("app.auditExplorer.event");
  const title = t("title", { number: event.sequence });
  return (
    <Page
      title={title}
      width="reading"
      heading={
        <>
          <Link href={"/audit" as Route} className="mb-1 inline-flex min-h-8 items-center text-small">
            {t("back")}
          </Link>
          <h1 className="text-h2 sm:text-h1">{title}</h1>
        </>
      }
      lead={event.what}
    >
      <div className="flex flex-col gap-6">
        <WhatHappened event={event} />
        <Exactly event={event} />
        <Values event={event} />
      </div>
    </Page>
  );
}

interface PartProps {
  readonly event: EventView;
}

async function WhatHappened({ event }: PartProps) {
  const t = await getTranslations("app.auditExplorer.event");
  const { at, who, what, actor, envelope, type } = event;
  const text = (value: unknown) => (typeof value === "string" ? value : null);
  return (
    <Sheet title={t("facts")}>
      <dl className="divide-y divide-line">
        <Fact term={t("at")}>
          <Instant at={at.toISOString()} withSeconds />
        </Fact>
        <Fact term={t("who")}>{who.join(", ")}</Fact>
        <Fact term={t("what")}>{what}</Fact>
        {envelope ? (
          <Fact term={t("envelope")}>
            <Link href={`/envelopes/${publicId("envelope", envelope.id)}` as Route} className="underline">
              {envelope.title || envelope.shortId}
            </Link>{" "}
            <span className="font-mono text-small text-ink-600">{envelope.shortId}</span>
          </Fact>
        ) : null}
        {text(actor.ip) ? <Fact term={t("ip")}>{text(actor.ip)}</Fact> : null}
        {text(actor.userAgent) ? <Fact term={t("device")}>{text(actor.userAgent)}</Fact> : null}
        <Fact term={t("type")}>
          <span className="font-mono text-mono">{type}</span>
        </Fact>
      </dl>
    </Sheet>
  );
}

async function Exactly({ event: { hash, body, holds, leaf } }: PartProps) {
  const t = await getTranslations("app.auditExplorer.event");
  const place = leaf ? t(leaf.isCovered ? "covered" : "uncovered", { index: leaf.index }) : t("waiting");
  return (
    <Sheet title={t("exact")}>
      <div className="flex flex-col gap-4 px-4 py-4 sm:px-6">
        <p className={`flex items-center gap-2 ${holds ? "text-good-700" : "text-bad-700"}`}>
          {holds ? (
            <ShieldCheck aria-hidden="true" className="size-5 shrink-0" />
          ) : (
            <ShieldAlert aria-hidden="true" className="size-5 shrink-0" />
          )}
          {t(holds ? "holds" : "broken")}
        </p>
        <p className="text-ink-700">{t("exactLead")}</p>
        <h3 className="sr-only">{t("text")}</h3>
        <pre className="rounded-control border border-line bg-canvas p-3 font-mono text-mono whitespace-pre-wrap [overflow-wrap:anywhere]">
          {body}
        </pre>
      </div>
      <dl className="divide-y divide-line border-t border-line">
        <Fact term={t("hash")}>
          <HashChip value={hash} label={t("hash")} copyLabel={t("copy")} copiedLabel={t("copied")} />
        </Fact>
        <Fact term={t("place")}>{place}</Fact>
      </dl>
    </Sheet>
  );
}

async function Values({ event: { openings } }: PartProps) {
  const t = await getTranslations("app.auditExplorer.event");
  return (
    <Sheet title={t("values")}>
      {openings.length === 0 ? (
        <p className="px-4 py-4 text-ink-600 sm:px-6">{t("noValues")}</p>
      ) : (
        <dl className="divide-y divide-line">
          {openings.map(({ path, value }) => (
            <Fact key={path} term={<span className="font-mono text-mono">{path}</span>}>
              {value}
            </Fact>
          ))}
        </dl>
      )}
    </Sheet>
  );
}

function Fact({ term, children }: { readonly term: ReactNode; readonly children: ReactNode }) {
  return (
    <div className="grid gap-x-4 gap-y-1 px-4 py-3 sm:grid-cols-[11rem_minmax(0,1fr)] sm:px-6">
      <dt className="min-w-0 text-ink-600 [overflow-wrap:anywhere]">{term}</dt>
      <dd className="min-w-0 [overflow-wrap:anywhere]">{children}</dd>
    </div>
  );
}

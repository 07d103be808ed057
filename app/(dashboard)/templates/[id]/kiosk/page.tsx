import { CircleCheck, CircleDashed, CircleX } from "lucide-react";
import type { Metadata, Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { Instant } from "#components/ui/instant.tsx";
import { Page, Sheet } from "#components/ui/page.tsx";
import { StatusPill } from "#components/ui/status-pill.tsx";
import { hasPermission } from "#lib/authorize.ts";
import { getTemplate } from "#lib/envelopes/templates/get-template.ts";
import { publicId } from "#lib/ids.ts";
import { type KioskSessionView, listKioskSessions } from "#lib/signing/kiosk/walk-up.ts";
import { memberContext } from "../../../../_server/context.ts";
import { answerPage } from "../../../../_server/page.ts";
import { templateIdIn } from "../../../../_server/params.ts";
import { AttachButton } from "./attach-button.tsx";
import { KioskForm } from "./kiosk-button.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.stand"))("title") };
}

/** A template at a stand: this device for whoever walks up, and who came by so far. */
export default async function StandPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  const ctx = await memberContext();
  const t = await getTranslations("app.stand");
  const templateId = templateIdIn(id);
  const template = await answerPage(() => getTemplate(ctx, { templateId }));
  const sessions = await answerPage(() => listKioskSessions(ctx, { templateId }));
  const mayStart = template.may.use && template.currentVersion !== null && !template.isRetired;
  return (
    <Page
      title={t("title")}
      lead={
        <Link href={`/templates/${id}` as Route} className="underline">
          {template.name}
        </Link>
      }
    >
      <div className="flex flex-col gap-6">
        {mayStart ? (
          <Sheet title={t("here")}>
            <KioskForm id={id} title={template.name} />
          </Sheet>
        ) : null}
        {sessions.map((session) => (
          <Session
            key={session.id}
            session={session}
            mayAttach={hasPermission(ctx.actor, "envelope.manage")}
          />
        ))}
        {sessions.length === 0 ? <p className="text-ink-700">{t("none")}</p> : null}
      </div>
    </Page>
  );
}

const LOOKS = {
  signed: { tone: "good", icon: CircleCheck },
  left: { tone: "neutral", icon: CircleX },
  "under-way": { tone: "info", icon: CircleDashed },
} as const;

async function Session({
  session,
  mayAttach,
}: {
  readonly session: KioskSessionView;
  readonly mayAttach: boolean;
}) {
  const t = await getTranslations("app.stand");
  const { eventTitle, hostName, startedAt, state, visits } = session;
  return (
    <Sheet title={eventTitle} aside={<span className="text-small text-ink-600">{t(`states.${state}`)}</span>}>
      <p className="px-4 pt-3 text-small text-ink-600 sm:px-6">
        {t("by", { host: hostName })} <Instant at={startedAt.toISOString()} /> ·{" "}
        {t("signedCount", { count: visits.filter(({ signedAt }) => signedAt).length })}
      </p>
      {visits.length === 0 ? <p className="px-4 py-4 text-ink-700 sm:px-6">{t("nobody")}</p> : null}
      <ul className="divide-y divide-line">
        {visits.map(({ envelopeId, recipientId, name, at, signedAt, isVoided }) => {
          const what = signedAt ? "signed" : isVoided ? "left" : "under-way";
          const envelope = publicId("envelope", envelopeId);
          return (
            <li
              key={envelopeId}
              className="flex flex-wrap items-center justify-between gap-3 px-4 py-3 sm:px-6"
            >
              <span className="min-w-0 flex-1 basis-56">
                <Link
                  href={`/envelopes/${envelope}` as Route}
                  prefetch={false}
                  className="underline [overflow-wrap:anywhere]"
                >
                  {name}
                </Link>{" "}
                <span className="text-small text-ink-600">
                  <Instant at={(signedAt ?? at).toISOString()} />
                </span>
              </span>
              <StatusPill {...LOOKS[what]}>{t(what)}</StatusPill>
              {mayAttach && signedAt ? (
                <AttachButton envelope={envelope} recipientId={recipientId} name={name} />
              ) : null}
            </li>
          );
        })}
      </ul>
    </Sheet>
  );
}

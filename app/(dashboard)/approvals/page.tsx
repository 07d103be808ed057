import { CircleCheck } from "lucide-react";
import type { Metadata, Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Page, Sheet } from "#components/ui/page.tsx";
import { hasPermission } from "#lib/authorize.ts";
import type { Context } from "#lib/context.ts";
import { listApprovals } from "#lib/envelopes/approvals/approve-sending.ts";
import { listSendDuties, type SendDutyView } from "#lib/envelopes/approvals/send-duties.ts";
import { listRequiredSteps } from "#lib/envelopes/authentication/required-steps.ts";
import { listChoices } from "#lib/envelopes/organize.ts";
import { listMembers } from "#lib/identity/change-member.ts";
import { publicId } from "#lib/ids.ts";
import { memberContext } from "../../_server/context.ts";
import { NewDutyButton, RemoveDutyButton } from "./duty-acts.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.approvals"))("title") };
}

/** What waits for this member's word before it goes out, and whose envelopes need one. */
export default async function ApprovalsPage() {
  const ctx = await memberContext();
  const t = await getTranslations("app.approvals");
  const list = await getTranslations("app.list");
  const waiting = await listApprovals(ctx);
  return (
    <Page title={t("title")} lead={t("lead")}>
      <div className="flex flex-col gap-6">
        {waiting.length === 0 ? (
          <EmptyState icon={CircleCheck} title={t("empty")}>
            {t("emptyHint")}
          </EmptyState>
        ) : (
          <Sheet title={t("waiting")}>
            <ul aria-label={t("waiting")} className="divide-y divide-line">
              {waiting.map(({ envelopeId, title, shortId, askedBy, askedAt, note }) => (
                <li key={envelopeId} className="relative px-4 py-3 hover:bg-canvas sm:px-6">
                  <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
                    <Link
                      href={`/envelopes/${publicId("envelope", envelopeId)}/approval` as Route}
                      className="min-w-0 font-medium text-ink-900 no-underline [overflow-wrap:anywhere] before:absolute before:inset-0 hover:underline"
                    >
                      {title || list("untitled")}
                    </Link>
                    <span className="font-mono text-small text-ink-600">{shortId}</span>
                  </div>
                  <p className="text-small text-ink-600">
                    {t("askedBy", { name: askedBy })} <Instant at={askedAt.toISOString()} />
                  </p>
                  {note ? <p className="mt-1 [overflow-wrap:anywhere]">“{note}”</p> : null}
                </li>
              ))}
            </ul>
          </Sheet>
        )}
        {hasPermission(ctx.actor, "send-duty.manage") ? <Duties ctx={ctx} /> : null}
      </div>
    </Page>
  );
}

async function Duties({ ctx }: { readonly ctx: Context }) {
  const t = await getTranslations("app.approvals");
  const duties = await listSendDuties(ctx);
  const { teams, templates } = await listChoices(ctx);
  const classes = (await listRequiredSteps(ctx)).map(({ classId, name }) => ({ id: classId, name }));
  const members = (await listMembers(ctx)).map(({ id, name }) => ({ id, name }));
  return (
    <Sheet title={t("duties")} aside={<NewDutyButton {...{ members, teams, templates, classes }} />}>
      {duties.length === 0 ? (
        <p className="px-4 py-5 text-ink-700 sm:px-6">{t("noDuties")}</p>
      ) : (
        <ul aria-label={t("duties")} className="divide-y divide-line">
          {duties.map((duty) => (
            <Duty key={duty.id} duty={duty} />
          ))}
        </ul>
      )}
    </Sheet>
  );
}

async function Duty({ duty }: { readonly duty: SendDutyView }) {
  const t = await getTranslations("app.approvals");
  const whose = duty.memberId
    ? t("ofMember", { name: duty.memberName || t("gone") })
    : duty.teamId
      ? t("ofTeam", { name: duty.teamName || t("gone") })
      : t("ofEverybody");
  const which =
    duty.kind === "template"
      ? t("cases.template", { name: duty.templateName || t("gone") })
      : duty.kind === "class"
        ? t("cases.class", { name: duty.className || t("gone") })
        : duty.kind === "amount"
          ? t("cases.amount", { label: duty.label, amount: duty.amount })
          : t(`cases.${duty.kind}`);
  const sentence = t("sentence", { which, whose });
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2 sm:px-6">
      <span className="min-w-0 flex-1 basis-60 [overflow-wrap:anywhere]">{sentence}</span>
      <RemoveDutyButton id={duty.id} sentence={sentence} />
    </li>
  );
}

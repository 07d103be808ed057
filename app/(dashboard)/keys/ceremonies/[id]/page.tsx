import { CircleCheck, CircleDashed } from "lucide-react";
import type { Metadata, Route } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { HashChip } from "#components/ui/hash-chip.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Page, Sheet } from "#components/ui/page.tsx";
import { findKeyRecord } from "#lib/evidence/key-records/download-key-record.ts";
import { isUuid } from "#lib/ids.ts";
import type { CeremonyEntry, CeremonyView } from "#lib/signing/core/key-ceremony.ts";
import { getCeremony } from "#lib/signing/key-ceremonies/get-ceremonies.ts";
import { memberContext } from "../../../../_server/context.ts";
import { answerPage } from "../../../../_server/page.ts";
import { RecordLink } from "../../record-link.tsx";
import { CeremonyActs, StepForm } from "./ceremony-acts.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.keyWork.ceremonies"))("title") };
}

/** A key ceremony: the step that is next, what was recorded, and who has signed it off. */
export default async function CeremonyPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  if (!isUuid(id)) notFound();
  const ctx = await memberContext();
  const ceremony = await answerPage(() => getCeremony(ctx, { ceremonyId: id }));
  const record = await findKeyRecord(ctx, { kind: "ceremony", subjectId: id });
  const t = await getTranslations("app.keyWork.ceremonies");
  const { state, steps, may, brokenAt, entries } = ceremony;
  return (
    <Page
      title={ceremony.title}
      width="reading"
      lead={
        <Link href={"/keys/ceremonies" as Route} className="inline-flex min-h-11 items-center sm:min-h-8">
          {t("title")}
        </Link>
      }
    >
      <div className="flex flex-col gap-6">
        {state === "under-way" ? null : (
          <Notice tone={state === "completed" ? "good" : "warn"}>{t(`states.${state}`)}</Notice>
        )}
        {brokenAt === null ? null : <Notice tone="bad">{t("broken", { number: brokenAt + 1 })}</Notice>}
        <RecordLink record={record} href={`/keys/ceremonies/${id}/record`} isDue={state !== "under-way"} />
        {state === "under-way" ? <Next ceremony={ceremony} /> : null}
        {Object.values(may).some(Boolean) ? (
          <CeremonyActs id={id} may={may} stepCount={steps.length} />
        ) : null}
        <People ceremony={ceremony} />
        <Notes ceremony={ceremony} />
        <Script ceremony={ceremony} />
        {brokenAt === null && entries.length > 0 ? (
          <p className="text-small text-good-700">{t("holds")}</p>
        ) : null}
      </div>
    </Page>
  );
}

async function Next({ ceremony }: { readonly ceremony: CeremonyView }) {
  const t = await getTranslations("app.keyWork.ceremonies");
  const { id, nextStep: number, steps, may } = ceremony;
  if (number === null) return <Notice>{t("allDone")}</Notice>;
  const { say, expect } = steps[number - 1]!;
  return (
    <Sheet title={t("stepNumber", { number, total: steps.length })}>
      <div className="px-4 py-4 sm:px-6">
        <p className="text-small text-ink-600">{t("say")}</p>
        <p className="text-lead">{say}</p>
        {expect ? (
          <>
            <p className="mt-3 text-small text-ink-600">{t("expect")}</p>
            <p>{expect}</p>
          </>
        ) : null}
        {may.record ? <StepForm key={number} ceremonyId={id} number={number} /> : null}
      </div>
    </Sheet>
  );
}

async function People({ ceremony }: { readonly ceremony: CeremonyView }) {
  const t = await getTranslations("app.keyWork.ceremonies");
  return (
    <Sheet title={t("people")}>
      <ul className="divide-y divide-line">
        {ceremony.people.map(({ name, email, role, signedAt }) => (
          <li
            key={email}
            className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 px-4 py-3 sm:px-6"
          >
            <div className="min-w-0">
              <p className="font-medium [overflow-wrap:anywhere]">{name}</p>
              <p className="text-small text-ink-600 [overflow-wrap:anywhere]">
                {t(`roles.${role}`)} · {email}
              </p>
            </div>
            <p className="flex items-center gap-2 text-small text-ink-700">
              {signedAt ? (
                <>
                  <CircleCheck aria-hidden="true" className="size-4 text-good-700" />
                  {t("signedOff")} <Instant at={signedAt.toISOString()} />
                </>
              ) : (
                <>
                  <CircleDashed aria-hidden="true" className="size-4" />
                  {t("notYet")}
                </>
              )}
            </p>
          </li>
        ))}
      </ul>
    </Sheet>
  );
}

async function Notes({ ceremony }: { readonly ceremony: CeremonyView }) {
  const t = await getTranslations("app.keyWork.ceremonies");
  const rows = ceremony.entries.flatMap((entry): { entry: CeremonyEntry; label: string; text: string }[] => {
    if (entry.kind === "fact") return [{ entry, label: entry.label, text: entry.value }];
    if (entry.kind === "abandoned") return [{ entry, label: t("abandon"), text: entry.text }];
    if (entry.kind !== "deviation") return [];
    const label =
      entry.number === null
        ? t("deviations")
        : `${t("deviations")}, ${t("stepNumber", { number: entry.number, total: ceremony.steps.length })}`;
    return [{ entry, label, text: entry.text }];
  });
  if (rows.length === 0) return null;
  return (
    <Sheet title={t("facts")}>
      <dl className="flex flex-col gap-3 px-4 py-4 sm:px-6">
        {rows.map(({ entry, label, text }) => (
          <div key={entry.sequence}>
            <dt className="text-small text-ink-600">{label}</dt>
            <dd className="whitespace-pre-line [overflow-wrap:anywhere]">{text}</dd>
            <dd className="text-small text-ink-600">
              {t("by", { name: entry.by.name })} <Instant at={entry.at} withSeconds />
            </dd>
          </div>
        ))}
      </dl>
    </Sheet>
  );
}

async function Script({ ceremony }: { readonly ceremony: CeremonyView }) {
  const t = await getTranslations("app.keyWork.ceremonies");
  const { steps, entries, scriptName, scriptVersion, scriptSha256, place } = ceremony;
  return (
    <Sheet title={`${scriptName} (${scriptVersion})`}>
      <div className="flex flex-col gap-4 px-4 py-4 sm:px-6">
        <p className="text-small text-ink-700 [overflow-wrap:anywhere]">
          {t("place")}: {place}
        </p>
        <div>
          <HashChip value={scriptSha256} label={t("hash")} copyLabel={t("copy")} copiedLabel={t("copied")} />
        </div>
        <ol className="flex list-decimal flex-col gap-3 ps-6">
          {steps.map(({ say, expect }, index) => {
            const done = entries.find((one) => one.kind === "step" && one.number === index + 1);
            return (
              <li key={say} className={done ? "" : "text-ink-600"}>
                {say}
                {expect ? <span className="block text-small text-ink-600">{expect}</span> : null}
                {done?.kind === "step" ? (
                  <span className="mt-1 block border-s-2 border-good-700 ps-3 [overflow-wrap:anywhere]">
                    {done.output}
                    <span className="block text-small text-ink-600">
                      {done.initials} · <Instant at={done.at} withSeconds />
                    </span>
                  </span>
                ) : null}
              </li>
            );
          })}
        </ol>
      </div>
    </Sheet>
  );
}

import { Check, Download, X } from "lucide-react";
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { BackLink } from "#components/ui/back-link.tsx";
import { buttonClass } from "#components/ui/button.tsx";
import { HashChip } from "#components/ui/hash-chip.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Page, Sheet } from "#components/ui/page.tsx";
import { findKeyRecord } from "#lib/evidence/key-records/download-key-record.ts";
import { isUuid } from "#lib/ids.ts";
import { getKeyTest } from "#lib/signing/key-tests/get-tests.ts";
import { memberContext } from "../../../../_server/context.ts";
import { answerPage } from "../../../../_server/page.ts";
import { RecordLink } from "../../record-link.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.keyTests"))("oneTitle") };
}

/** The report of one test signing: each required audit field, present or missing, and what else was looked at. */
export default async function KeyTestPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  if (!isUuid(id)) notFound();
  const ctx = await memberContext();
  const test = await answerPage(() => getKeyTest(ctx, { testId: id }));
  const record = await findKeyRecord(ctx, { kind: "key-test", subjectId: test.eventId });
  const t = await getTranslations("app.keyTests");
  const isKnown = (name: string) => t.has(`checks.${name}` as never);
  return (
    <Page
      title={t("oneTitle")}
      width="reading"
      back={<BackLink href="/keys/tests" label={t("back")} />}
      lead={
        <>
          {t(`occasions.${test.occasion}`)}, <Instant at={test.testedAt.toISOString()} withSeconds />
        </>
      }
      actions={
        <a href={`/keys/tests/${id}/report.json`} download className={buttonClass("secondary")}>
          <Download aria-hidden="true" className="size-4" />
          {t("json")}
        </a>
      }
    >
      <div className="flex flex-col gap-6">
        <Notice tone={test.isPassed ? "good" : "bad"}>
          {t(test.isPassed ? "passedLong" : "failedLong")}
        </Notice>
        <RecordLink record={record} href={`/keys/tests/${id}/record`} isDue={test.occasion !== "first"} />
        <Sheet title={t("fields")}>
          <p className="px-4 pt-4 text-small text-ink-600 sm:px-6">{t("fieldsLead")}</p>
          <ul className="divide-y divide-line">
            {test.fields.map(({ field, isPresent, found }) => (
              <Line
                key={field}
                isGood={isPresent}
                label={t(`field.${field}`)}
                state={t(isPresent ? "present" : "missing")}
                found={found ?? ""}
              />
            ))}
          </ul>
        </Sheet>
        <Sheet title={t("checked")}>
          <ul className="divide-y divide-line">
            {test.checks.map(({ name, isGood, found }) => (
              <Line
                key={name}
                isGood={isGood}
                label={isKnown(name) ? t(`checks.${name}` as never) : name}
                state={t(isGood ? "holds" : "holdsNot")}
                found={found}
              />
            ))}
          </ul>
        </Sheet>
        <Sheet title={t("key")}>
          <div className="flex flex-col gap-3 px-4 py-4 sm:px-6">
            <p className="text-small text-ink-700">
              {test.provider} · {test.algorithm} · {test.level}
            </p>
            <HashChip
              value={test.certificateSha256}
              label={t("certificate")}
              copyLabel={t("copy")}
              copiedLabel={t("copied")}
            />
          </div>
        </Sheet>
      </div>
    </Page>
  );
}

interface LineProps {
  readonly isGood: boolean;
  readonly label: string;
  readonly state: string;
  readonly found: string;
}

function Line({ isGood, label, state, found }: LineProps) {
  const Icon = isGood ? Check : X;
  return (
    <li className="flex gap-3 px-4 py-3 sm:px-6">
      <Icon
        aria-hidden="true"
        className={`mt-0.5 size-5 shrink-0 ${isGood ? "text-good-700" : "text-bad-700"}`}
      />
      <div className="min-w-0">
        <p>
          <span className="font-medium">{label}</span>: {state}
        </p>
        {found ? <p className="text-small text-ink-600 [overflow-wrap:anywhere]">{found}</p> : null}
      </div>
    </li>
  );
}

import type { Metadata, Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { HashChip } from "#components/ui/hash-chip.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Page, Sheet } from "#components/ui/page.tsx";
import { findKeyRecord } from "#lib/evidence/key-records/download-key-record.ts";
import { EXPORT_LIFE_MS } from "#lib/signing/core/key-export.ts";
import { signingError } from "#lib/signing/errors.ts";
import { getKeyExport, type KeyExportView } from "#lib/signing/key-exports/get-key-exports.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerPage } from "../../../_server/page.ts";
import { RecordLink } from "../../keys/record-link.tsx";
import { ExportPill } from "../export-pill.tsx";
import { SignLine } from "./sign-line.tsx";
import { Steps } from "./steps.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.keyExports"))("oneTitle") };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** One request for a key: who asked, who decided, what is to be done now, and its chain of custody. */
export default async function KeyExportPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  const ctx = await memberContext();
  const view = await answerPage(async () => {
    if (!UUID.test(id)) throw signingError("not-found", "no export's id");
    return getKeyExport(ctx, { exportId: id });
  });
  const isOnItsWay = view.state === "ready" && view.delivery !== null && view.delivery.refusal === null;
  const refusals = await getTranslations("refusals");
  const record = await findKeyRecord(ctx, { kind: "custody", subjectId: view.id });
  const t = await getTranslations("app.keyExports");
  return (
    <Page
      title={`${t(`reasons.${view.reason}`)}: ${view.destination}`}
      width="reading"
      lead={
        <Link href={"/key-exports" as Route} className="print:hidden">
          {t("back")}
        </Link>
      }
      actions={<ExportPill state={view.state} label={t(`states.${view.state}`)} />}
    >
      <div className="flex flex-col gap-6">
        <Notice tone={view.state === "reviewed" ? "good" : "info"}>
          {t(isOnItsWay ? "sftp.onItsWay" : `situations.${view.state}`)}
        </Notice>
        {view.delivery?.refusal ? (
          <Notice tone="bad">{refusals(view.delivery.refusal as never)}</Notice>
        ) : null}
        <Steps
          id={view.id}
          may={view.may}
          isBuilding={view.state === "building" || isOnItsWay}
          hasCustody={view.custody.length > 0}
        />
        <RecordLink
          record={record}
          href={`/key-exports/${view.id}/record`}
          isDue={view.state === "received" || view.state === "reviewed" || view.state === "destroyed"}
        />
        <Facts view={view} />
        <Custody view={view} />
      </div>
    </Page>
  );
}

const approveBy = (requestedAt: Date): string =>
  new Date(requestedAt.getTime() + EXPORT_LIFE_MS).toISOString();

async function Facts({ view }: { readonly view: KeyExportView }) {
  const t = await getTranslations("app.keyExports");
  const open = t("open");
  const rows: readonly (readonly [string, ReactNode])[] = [
    [t("facts.key"), view.key ? `${t(`algorithms.${view.key.algorithm}`)}, ${view.key.serial}` : open],
    [t("facts.requestedBy"), view.requestedBy],
    [t("facts.requestedAt"), <Instant key="at" at={view.requestedAt.toISOString()} />],
    ...(view.state === "waiting"
      ? ([[t("facts.approveBy"), <Instant key="by" at={approveBy(view.requestedAt)} />]] as const)
      : []),
    [t("facts.purpose"), view.purpose],
    [t("facts.format"), t(`formats.${view.format}`)],
    [t("facts.runbook"), t("facts.runbookVersion", { version: view.runbookVersion })],
    [t("facts.recipient"), view.recipient],
    [
      t("facts.passphrase"),
      `${view.passphraseReaders.join(", ")} (${t(view.isPassphraseShown ? "facts.shown" : "facts.notShown")})`,
    ],
    [t("facts.contract"), view.contract],
    ...(view.delivery ? ([[t("facts.delivery"), view.delivery.place]] as const) : []),
    [t("facts.it"), view.approvedByIt ?? open],
    [t("facts.legal"), view.approvedByLegal ?? open],
    ...(view.refusal ? ([[t("facts.refusal"), `${view.refusedBy ?? ""}: ${view.refusal}`]] as const) : []),
    ...(view.review ? ([[t("facts.review"), `${view.reviewedBy ?? ""}: ${view.review}`]] as const) : []),
  ];
  return (
    <Sheet title={t("facts.title")}>
      <dl className="grid gap-x-6 gap-y-3 px-4 py-4 sm:grid-cols-[180px_1fr] sm:px-6">
        {rows.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-ink-600">{name}</dt>
            <dd className="-mt-3 [overflow-wrap:anywhere] sm:mt-0">{value}</dd>
          </div>
        ))}
        {view.sha256 ? (
          <div className="contents">
            <dt className="text-ink-600">{t("facts.file")}</dt>
            <dd className="-mt-3 sm:mt-0">
              <HashChip
                value={view.sha256}
                label={t("facts.hash")}
                copyLabel={t("facts.copy")}
                copiedLabel={t("facts.copied")}
              />
            </dd>
          </div>
        ) : null}
      </dl>
    </Sheet>
  );
}

async function Custody({ view }: { readonly view: KeyExportView }) {
  const t = await getTranslations("app.keyExports.custody");
  const { custody, custodyBrokenAt } = view;
  if (custody.length === 0) return null;
  return (
    <Sheet title={t("title")}>
      <div className="flex flex-col gap-4 px-4 py-4 sm:px-6">
        {custodyBrokenAt === null ? (
          <p className="text-good-700">{t("holds", { count: custody.length })}</p>
        ) : (
          <Notice tone="bad">{t("broken", { number: custodyBrokenAt + 1 })}</Notice>
        )}
        <p className="text-small text-ink-700 [overflow-wrap:anywhere]">{custody[0]!.item.description}</p>
        <ol className="flex flex-col gap-4">
          {custody.map((entry) => (
            <li
              key={entry.sequence}
              className="rounded-control border border-line px-4 py-3 break-inside-avoid"
            >
              <p className="font-medium">
                {entry.sequence + 1}. {t(`actions.${entry.action}`)}{" "}
                <Instant at={entry.at} withSeconds className="font-normal text-ink-600" />
              </p>
              <dl className="mt-1 grid gap-x-4 text-small sm:grid-cols-[120px_1fr]">
                {(
                  [
                    ...(entry.happenedOn ? [["happenedOn", entry.happenedOn] as const] : []),
                    ["released", entry.releasedBy],
                    ["received", entry.receivedBy],
                    ["from", entry.from],
                    ["to", entry.to],
                    ["channel", entry.channel],
                    ["purpose", entry.purpose],
                    ["authority", entry.authority],
                    ["hash", entry.sha256 ?? "–"],
                    ["condition", t(`conditions.${entry.isWhole === null ? "none" : String(entry.isWhole)}`)],
                    ...(entry.foundSha256 ? [["found", entry.foundSha256] as const] : []),
                    ...(entry.item.class ? [["class", entry.item.class] as const] : []),
                    ...(entry.item.madeAt
                      ? [["made", `${entry.item.madeBy ?? ""}, ${entry.item.madeAt}`] as const]
                      : []),
                  ] as const
                ).map(([name, value]) => (
                  <div key={name} className="contents">
                    <dt className="text-ink-600">{t(name)}</dt>
                    <dd className={`[overflow-wrap:anywhere] ${name === "hash" ? "font-mono" : ""}`}>
                      {value}
                    </dd>
                  </div>
                ))}
                {view.signatures
                  .filter(({ sequence }) => sequence === entry.sequence)
                  .map(({ side, name, at }) => (
                    <div key={side} className="contents">
                      <dt className="text-ink-600">{t(`signed.${side}`)}</dt>
                      <dd className="text-good-700 [overflow-wrap:anywhere]">
                        {name}, <Instant at={at.toISOString()} withSeconds />
                      </dd>
                    </div>
                  ))}
              </dl>
              {view.toSign
                .filter(({ sequence }) => sequence === entry.sequence)
                .map(({ sequence, side }) => (
                  <SignLine key={side} id={view.id} sequence={sequence} side={side} />
                ))}
            </li>
          ))}
        </ol>
        <p className="hidden text-small print:block">{t("signatures")}</p>
      </div>
    </Sheet>
  );
}

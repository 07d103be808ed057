import { Archive, Download, Folder, type LucideIcon, ShieldAlert, ShieldCheck, Tag } from "lucide-react";
import type { Metadata, Route } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { StatePill } from "#components/envelopes/state-pill.tsx";
import { buttonClass } from "#components/ui/button.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Page, Sheet } from "#components/ui/page.tsx";
import { hasPermission } from "#lib/authorize.ts";
import type { Actor } from "#lib/context.ts";
import { instantIn } from "#lib/envelopes/core/languages.ts";
import { signs } from "#lib/envelopes/core/roles.ts";
import { listFolders } from "#lib/envelopes/folders.ts";
import type { EnvelopeView } from "#lib/envelopes/get-envelope.ts";
import { listColleagues } from "#lib/envelopes/share-envelope.ts";
import { listDisputeFiles } from "#lib/evidence/disputes/list-dispute-files.ts";
import { listPackages } from "#lib/evidence/list-packages.ts";
import { publicId } from "#lib/ids.ts";
import { dayOf } from "#lib/retention/core/schedule.ts";
import { getRetention } from "#lib/retention/get-retention.ts";
import { listPaperCopies } from "#lib/signing/consent/paper-copies.ts";
import { listHostedLinks } from "#lib/signing/hosted-links/make-hosted-link.ts";
import { listHosted } from "#lib/signing/kiosk/use-kiosk.ts";
import { listAnswers } from "#lib/signing/list-answers.ts";
import { listKits } from "#lib/signing/offline/list-kits.ts";
import { listPresented } from "#lib/signing/presented/list-presented.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerPage } from "../../../_server/page.ts";
import { envelopeIdIn } from "../../../_server/params.ts";
import { OwnPartButton } from "../../own-part-button.tsx";
import { type PageLink, PageLinks } from "../../page-links.tsx";
import { Gated } from "../../reason/gated.tsx";
import { dayWords } from "../../retention/day-words.ts";
import { AnswerList } from "./answer-list.tsx";
import { CertificateList } from "./certificate-list.tsx";
import { CopyButton } from "./copy-button.tsx";
import { DisputeList } from "./dispute-list.tsx";
import { DocumentList } from "./document-list.tsx";
import { ExtendButton } from "./extend-button.tsx";
import { InPersonButton } from "./in-person-button.tsx";
import { LiveRefresh } from "./live-refresh.tsx";
import { loadEnvelope } from "./load-envelope.ts";
import { MoreMenu } from "./more-menu.tsx";
import { OfflineKits } from "./offline-kits.tsx";
import { PackageList } from "./package-list.tsx";
import { PaperCopies } from "./paper-copies.tsx";
import { PeopleList } from "./people-list.tsx";
import { PresentedList } from "./presented-list.tsx";
import { HoldNotice, RetentionSheet } from "./retention-sheet.tsx";
import { ScheduleCard } from "./schedule-card.tsx";
import { ShareSheet } from "./share-sheet.tsx";
import { situationOf } from "./situation.ts";
import { TombstonePage } from "./tombstone-page.tsx";
import { Trail } from "./trail.tsx";
import { trailRows } from "./trail-rows.ts";
import { VoidButton } from "./void-button.tsx";

interface Address {
  readonly params: Promise<{ id: string }>;
  readonly searchParams: Promise<{ sent?: string; show?: string }>;
}

export async function generateMetadata({ params }: Address): Promise<Metadata> {
  const { title, purgedAt, shortId } = await loadEnvelope((await params).id);
  return { title: purgedAt ? shortId : title || (await getTranslations("app.list"))("untitled") };
}

/** Where the member who looks is asked for something themselves, and not on a host's device. */
function ownPlaceIn({ state, recipients }: EnvelopeView, actor: Actor): string | null {
  if (state !== "sent" || actor.kind !== "member") return null;
  const own = recipients.find(
    ({ email, isTheirTurn, isDone, isInPerson }) =>
      email === actor.email && isTheirTurn && !isDone && !isInPerson,
  );
  return own?.id ?? null;
}

/** One envelope: where it is, who is awaited, and everything that proves what happened. */
export default async function EnvelopePage({ params, searchParams }: Address) {
  const { id } = await params;
  const envelope = await loadEnvelope(id);
  const { sent, show } = await searchParams;
  const isPrepared = envelope.state !== "draft" || envelope.scheduledAt !== null;
  // Its page, for a draft that is shared or handed over; else it is prepared.
  if (!isPrepared && envelope.may.manage && !(show === "1" && envelope.may.share))
    redirect(`/envelopes/${id}/prepare` as Route);
  const retention = await retentionOf(id);
  if (retention.destroyed)
    return (
      <TombstonePage left={retention.destroyed} mayCertify={retention.may.readAll}>
        <Gated purpose="download" id={id}>
          <TrailSheet id={id} envelope={envelope} />
        </Gated>
      </TombstonePage>
    );
  const t = await getTranslations("app.envelope");
  const { title, state, shortId, recipients, may, trailBrokenAt } = envelope;
  const isOver = ["completed", "declined", "voided", "expired"].includes(state);
  const name = title || (await getTranslations("app.list"))("untitled");
  const folders = await foldersOf();
  const folder = folders.find((one) => one.id === envelope.folderId);
  const situation = situationOf(envelope, await getTranslations("app.situation"));
  const copies = await copiesOf(id);
  const kits = await kitsOf(id);
  const hosted = await hostedOf(id);
  const hostedLinks = await hostedLinksOf(id, may.manage);
  const presented = await presentedOf(id);
  const answers = await answersOf(id);
  const packages = state === "completed" && may.download ? await packagesOf(id) : [];
  const ownPlace = ownPlaceIn(envelope, (await memberContext()).actor);
  const canCorrect =
    may.manage && state === "sent" && !retention.heldSince && envelope.signatureKind === "here";
  const isSigned = may.download && state === "completed";
  const files = `/envelopes/${id}/files`;
  const links: PageLink[] = [
    ...(!isPrepared && may.manage
      ? [{ id: "prepare", label: t("prepare"), href: `/envelopes/${id}/prepare`, letter: "p" }]
      : []),
    ...(canCorrect
      ? [{ id: "correct", label: t("correct"), href: `/envelopes/${id}/correct`, letter: "c" }]
      : []),
    ...(isSigned
      ? envelope.documents.map((document, index) => ({
          id: `download-${document.id}`,
          label: t("downloadNamed", { name: document.name }),
          href: `${files}/documents/${publicId("document", document.id)}/current`,
          isFile: true,
          ...(index === 0 ? { letter: "d" } : {}),
        }))
      : []),
  ];
  const isJustSent = sent === "1" && state === "sent";
  return (
    <Gated purpose="download" id={id}>
      <Page
        title={name}
        heading={
          <>
            <Link href={"/envelopes" as Route} className="mb-1 inline-flex min-h-8 items-center text-small">
              {t("back")}
            </Link>
            <h1 className="text-h2 [overflow-wrap:anywhere] sm:text-h1">{name}</h1>
          </>
        }
        lead={
          <span className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1">
            <StatePill state={envelope.scheduledAt ? "scheduled" : state} />
            <span className="font-mono text-small text-ink-600">{shortId}</span>
            {envelope.isFiledAway ? <Mark icon={Archive}>{t("archived")}</Mark> : null}
            {folder ? (
              <Mark icon={Folder}>
                <span className="sr-only">{t("inFolder")} </span>
                {folder.name}
              </Mark>
            ) : null}
            {envelope.tags.map((tag) => (
              <Mark key={tag} icon={Tag}>
                <span className="sr-only">{t("taggedAs")} </span>
                {tag}
              </Mark>
            ))}
          </span>
        }
        actions={
          <>
            {ownPlace ? (
              <OwnPartButton envelope={id} recipient={ownPlace} title={name} kind="primary" />
            ) : null}
            {!isPrepared && may.manage ? (
              <Link href={`/envelopes/${id}/prepare` as Route} className={buttonClass()}>
                {t("prepare")}
              </Link>
            ) : null}
            {state === "sent" && hosted.length > 0 ? (
              <InPersonButton id={id} names={hosted.map(({ name }) => name)} />
            ) : null}
            {may.manage && (state === "sent" || state === "expired") && !retention.heldSince ? (
              <ExtendButton
                id={id}
                title={name}
                state={state}
                date={envelope.expiresAt ? dayWords(dayOf(envelope.expiresAt)) : ""}
                expiresAt={state === "sent" ? (envelope.expiresAt?.toISOString() ?? null) : null}
              />
            ) : null}
            {canCorrect ? (
              <Link href={`/envelopes/${id}/correct` as Route} className={buttonClass("secondary")}>
                {t("correct")}
              </Link>
            ) : null}
            {may.manage && state === "sent" && !retention.heldSince ? (
              <VoidButton id={id} title={name} told={recipients.filter((one) => one.notifiedAt).length} />
            ) : null}
            {may.manage && state === "completed" ? <CopyButton id={id} /> : null}
            {may.download && state === "completed" && envelope.documents.length === 1 ? (
              <a
                href={`/envelopes/${id}/files/documents/${documentParam(envelope)}/current`}
                download
                className={buttonClass()}
              >
                <Download aria-hidden="true" className="size-5" />
                {t("downloadSigned")}
              </a>
            ) : null}
            {may.manage && envelope.documents.length > 0 ? (
              <MoreMenu
                {...{ id, isOver, folders }}
                folderId={envelope.folderId}
                tags={envelope.tags}
                isFiledAway={envelope.isFiledAway}
              />
            ) : null}
          </>
        }
      >
        <LiveRefresh id={id} isOver={isOver} />
        <PageLinks links={links} />
        <div className="flex flex-col gap-6">
          {trailBrokenAt !== null ? <BrokenTrail position={trailBrokenAt} /> : null}
          <div aria-live="polite">
            <Notice tone={situation.tone}>
              {isJustSent ? `${t("justSent")} ` : ""}
              {situation.text}
              {situation.delay ? <span className="mt-1 block text-small">{situation.delay}</span> : null}
            </Notice>
          </div>
          {envelope.scheduledAt ? (
            <ScheduleCard
              id={id}
              version={envelope.version}
              at={envelope.scheduledAt.toISOString()}
              timeZone={envelope.scheduledZone ?? "UTC"}
              words={instantIn("en", envelope.scheduledAt, envelope.scheduledZone ?? "UTC")}
              mayManage={may.manage}
            />
          ) : null}
          <HoldNotice retention={retention} />
          <PeopleList id={id} envelope={envelope} hostedLinks={hostedLinks} />
          {copies.length > 0 ? <PaperCopies copies={copies} mayManage={may.manage} /> : null}
          {kits.length > 0 ? (
            <OfflineKits
              {...{ kits, envelope, envelopeId: id }}
              mayManage={may.manage}
              mayDownload={may.download}
            />
          ) : null}
          <DocumentList id={id} envelope={envelope} />
          {answers.length > 0 ? <AnswerList id={id} answers={answers} mayDownload={may.download} /> : null}
          {state === "draft" ? null : <CertificateList id={id} envelope={envelope} />}
          {presented.length > 0 ? (
            <PresentedList id={id} presented={presented} mayDownload={may.download} />
          ) : null}
          {state === "completed" && may.download ? (
            <>
              <PackageList id={id} packages={packages} />
              <DisputeList
                id={id}
                signers={signersOf(envelope)}
                disputes={await disputesOf(id)}
                hasPackage={packages.some((one) => one.state === "ready" && one.variant === "full")}
                mayHold={hasPermission((await memberContext()).actor, "hold.manage")}
              />
            </>
          ) : null}
          {may.share ? (
            <ShareSheet
              id={id}
              ownerId={envelope.ownerId}
              readerIds={envelope.readerIds}
              helperIds={envelope.helperIds}
              colleagues={await colleaguesOf()}
            />
          ) : null}
          <RetentionSheet id={id} retention={retention} />
          <TrailSheet id={id} envelope={envelope} />
        </div>
      </Page>
    </Gated>
  );
}

/** Where it lies, and what it is marked with. */
function Mark({ icon: Icon, children }: { readonly icon: LucideIcon; readonly children: ReactNode }) {
  return (
    <span className="inline-flex max-w-full items-center gap-1 rounded-full border border-line bg-paper px-2 text-small text-ink-700">
      <Icon aria-hidden="true" className="size-3.5 shrink-0" />
      <span className="truncate">{children}</span>
    </span>
  );
}

async function foldersOf() {
  const ctx = await memberContext();
  const folders = await answerPage(() => listFolders(ctx));
  return folders.map(({ id, path }) => ({ id, name: path }));
}

async function colleaguesOf() {
  const ctx = await memberContext();
  return answerPage(() => listColleagues(ctx));
}

/** Who may not give links is not told of them. */
async function hostedLinksOf(id: string, mayManage: boolean): Promise<ReadonlyMap<string, Date>> {
  if (!mayManage) return new Map();
  const ctx = await memberContext();
  return answerPage(() => listHostedLinks(ctx, { envelopeId: envelopeIdIn(id) }));
}

async function presentedOf(id: string) {
  const ctx = await memberContext();
  return answerPage(() => listPresented(ctx, { envelopeId: envelopeIdIn(id) }));
}

async function answersOf(id: string) {
  const ctx = await memberContext();
  return answerPage(() => listAnswers(ctx, { envelopeId: envelopeIdIn(id) }));
}

async function copiesOf(id: string) {
  const ctx = await memberContext();
  return answerPage(() => listPaperCopies(ctx, { envelopeId: envelopeIdIn(id) }));
}

async function kitsOf(id: string) {
  const ctx = await memberContext();
  return answerPage(() => listKits(ctx, { envelopeId: envelopeIdIn(id) }));
}

async function hostedOf(id: string) {
  const ctx = await memberContext();
  return answerPage(() => listHosted(ctx, { envelopeId: envelopeIdIn(id) }));
}

async function retentionOf(id: string) {
  const ctx = await memberContext();
  return answerPage(() => getRetention(ctx, { envelopeId: envelopeIdIn(id) }));
}

async function packagesOf(id: string) {
  const ctx = await memberContext();
  return answerPage(() => listPackages(ctx, { envelopeId: envelopeIdIn(id) }));
}

async function disputesOf(id: string) {
  const ctx = await memberContext();
  return answerPage(() => listDisputeFiles(ctx, { envelopeId: envelopeIdIn(id) }));
}

const signersOf = ({ recipients }: EnvelopeView) =>
  recipients.filter(({ role }) => signs(role)).map(({ id, name }) => ({ id, name }));

const documentParam = ({ documents }: EnvelopeView) => `doc_${documents[0]!.id.replaceAll("-", "")}`;

async function BrokenTrail({ position }: { readonly position: number }) {
  const t = await getTranslations("app.trail");
  return (
    <div role="alert" className="rounded-card border-2 border-bad-700 bg-bad-50 p-5 text-bad-700">
      <p className="flex items-center gap-3 text-h3 font-semibold">
        <ShieldAlert aria-hidden="true" className="size-7 shrink-0" />
        {t("broken", { position })}
      </p>
      <p className="mt-2">{t("brokenLead", { position })}</p>
    </div>
  );
}

async function TrailSheet({ id, envelope }: { readonly id: string; readonly envelope: EnvelopeView }) {
  const t = await getTranslations("app.trail");
  const { trail, trailBrokenAt, may, hasAuditTrail, expiresAt, state } = envelope;
  return (
    <Sheet
      title={t("title")}
      aside={
        may.download ? (
          <div className="flex flex-wrap gap-2">
            {hasAuditTrail ? (
              <a href={`/envelopes/${id}/files/audit-trail`} download className={buttonClass("secondary")}>
                <Download aria-hidden="true" className="size-5" />
                {t("downloadPdf")}
              </a>
            ) : null}
            <a href={`/envelopes/${id}/files/events`} download className={buttonClass("quiet")}>
              <Download aria-hidden="true" className="size-5" />
              {t("downloadEvents")}
            </a>
            {(["json", "csv"] as const).map((form) => (
              <a
                key={form}
                href={`/envelopes/${id}/files/trail/${form}`}
                download
                className={buttonClass("quiet")}
              >
                {form.toUpperCase()}
                <span className="sr-only"> {t("sameEntries")}</span>
              </a>
            ))}
          </div>
        ) : null
      }
    >
      {trailBrokenAt === null ? (
        <p className="flex items-center gap-2 px-4 pt-4 text-small text-good-700 sm:px-6">
          <ShieldCheck aria-hidden="true" className="size-5 shrink-0" />
          {t("intact", { count: trail.length })}
        </p>
      ) : null}
      {expiresAt && state === "sent" ? (
        <p className="px-4 pt-1 text-small text-ink-600 sm:px-6">
          {t("expires")} <Instant at={expiresAt.toISOString()} />
        </p>
      ) : null}
      <Trail rows={await trailRows(envelope)} />
    </Sheet>
  );
}

import type { FollowedType } from "#lib/audit/core/followed-types.ts";
import { readEvent } from "#lib/audit/read-chain.ts";
import { checkpointEvent } from "#lib/audit/sign-checkpoint.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { tellAbuse } from "#lib/delivery/tell-abuse.ts";
import { mailInvitation, mailSignInLink } from "#lib/delivery/tell-account.ts";
import { type ApprovalNews, tellApproval } from "#lib/delivery/tell-approval.ts";
import { tellBackup } from "#lib/delivery/tell-backup.ts";
import { tellBadCertificates, tellFoundRevoked } from "#lib/delivery/tell-bad-certificates.ts";
import { tellCeremony } from "#lib/delivery/tell-ceremony.ts";
import { tellCode } from "#lib/delivery/tell-code.ts";
import { tellConsentChange } from "#lib/delivery/tell-consent-change.ts";
import { tellCopy } from "#lib/delivery/tell-copy.ts";
import { tellCorrected } from "#lib/delivery/tell-corrected.ts";
import { tellDue } from "#lib/delivery/tell-due.ts";
import { type Ending, tellExpiries } from "#lib/delivery/tell-expiries.ts";
import { type PlaceChange, tellKeyPlace } from "#lib/delivery/tell-key-place.ts";
import { type KeyTask, tellKeyTask } from "#lib/delivery/tell-key-task.ts";
import { tellLinkCode } from "#lib/delivery/tell-link-code.ts";
import { type Outcome, tellOutcome } from "#lib/delivery/tell-outcome.ts";
import { tellProgramAsked } from "#lib/delivery/tell-program-asked.ts";
import { tellRecipient } from "#lib/delivery/tell-recipient.ts";
import { tellReport } from "#lib/delivery/tell-report.ts";
import { tellReview } from "#lib/delivery/tell-review.ts";
import { tellRotation } from "#lib/delivery/tell-rotation.ts";
import { tellSealRenewal } from "#lib/delivery/tell-seal-renewal.ts";
import { type SenderNews, tellSender } from "#lib/delivery/tell-sender.ts";
import { tellUnsent } from "#lib/delivery/tell-unsent.ts";
import { isOfBulkJob, sendInTurn } from "#lib/envelopes/bulk/invitation-slots.ts";
import { drawFirstPage } from "#lib/envelopes/draw-first-page.ts";
import { buildPackage } from "#lib/evidence/build-package.ts";
import { continueCertificateCheck } from "#lib/evidence/certificate-checks/run-checks.ts";
import { completeEnvelope } from "#lib/evidence/complete-envelope.ts";
import { buildDisputeFile } from "#lib/evidence/disputes/build-dispute-file.ts";
import { sealKeyRecord } from "#lib/evidence/key-records/seal-key-record.ts";
import { proveAuthorityRotation } from "#lib/evidence/prove-authority-rotation.ts";
import { proveEarlierSeals } from "#lib/evidence/prove-earlier-seals.ts";
import { recordAuditTrail } from "#lib/evidence/record-audit-trail.ts";
import { buildReport } from "#lib/evidence/reports/build-report.ts";
import { requestFirstPackage, requestPackageOfAttached } from "#lib/evidence/request-package.ts";
import { lookAtSample } from "#lib/evidence/reviews/sample-review.ts";
import type {
  AccountId,
  CertificateId,
  DisputeId,
  EnvelopeId,
  EventId,
  MemberId,
  PackageId,
  RecipientId,
  ReportId,
} from "#lib/ids.ts";
import { doRun, isWatched, matchRules } from "#lib/integrations/rules/run-rules.ts";
import { publishStatus } from "#lib/pki/publish-status.ts";
import { rotateAuthority } from "#lib/pki/rotate-authority.ts";
import type { JobData } from "#lib/ports/queue.ts";
import { archiveEnvelope } from "#lib/retention/archive/archive-envelope.ts";
import { followArchived } from "#lib/retention/archive/keep-archive.ts";
import { tryArchivePlace } from "#lib/retention/archive/open-place.ts";
import { certifyDestruction } from "#lib/retention/certify-destruction.ts";
import type { NoticeKind } from "#lib/retention/core/hold-notice.ts";
import { REMINDER_DAYS } from "#lib/retention/core/schedule.ts";
import { tellCustodian } from "#lib/retention/custodians/tell-custodian.ts";
import { keepingFacts } from "#lib/retention/keeping-facts.ts";
import { purgeEnvelope } from "#lib/retention/purge-envelope.ts";
import { advanceEnvelope } from "#lib/signing/advance-envelope.ts";
import { backUpKeys } from "#lib/signing/key-care/back-up-keys.ts";
import { drillBackup } from "#lib/signing/key-care/drill-backup.ts";
import { makeStandby } from "#lib/signing/key-care/standby.ts";
import { buildKeyExport } from "#lib/signing/key-exports/build-key-export.ts";
import { deliverKeyExport } from "#lib/signing/key-exports/deliver-key-export.ts";
import { checkConnector } from "#lib/signing/keys/connectors.ts";
import { planReviews } from "#lib/signing/keys/reviews.ts";
import { prepareDocuments } from "#lib/signing/prepare-document.ts";
import { prepareAtProvider } from "#lib/signing/providers/prepare-at-provider.ts";
import { signAtProvider } from "#lib/signing/providers/sign-at-provider.ts";
import { startFromLink } from "#lib/signing/public-links/start-envelope.ts";
import { makeReplacement } from "#lib/signing/rotate-seal.ts";
import { sealEnvelope } from "#lib/signing/seal-envelope.ts";
import { listRemoteCredentials } from "#lib/signing/seals/list-remote-credentials.ts";
import { lookUpKeys } from "#lib/signing/seals/look-up-keys.ts";
import { makeSealKey } from "#lib/signing/seals/make-seal-key.ts";
import { placeImported } from "#lib/signing/seals/place-imported.ts";
import { renewSeal } from "#lib/signing/seals/renew-seal.ts";
import { testSeal } from "#lib/signing/seals/test-seal.ts";
import { trySftpPlace } from "#lib/signing/sftp-places/use-place.ts";
import { signRevision } from "#lib/signing/sign-revision.ts";

/** What a follower learns of the event it follows. */
export interface FollowedEvent {
  readonly id: EventId;
  readonly envelopeId: EnvelopeId | null;
  readonly data: Readonly<Record<string, unknown>>;
  readonly actor: Readonly<Record<string, unknown>>;
}

/** Reacts to one event; safe to run twice. */
export type Follower = (ctx: WorkerContext, event: FollowedEvent) => Promise<void>;

const publishRevocation: Follower = (ctx, { data }) =>
  publishStatus(ctx, { authorityId: data.authority as string, serial: data.serial as string });

const rotate: Follower = (ctx, { data }) =>
  rotateAuthority(ctx, {
    ...{ kind: data.kind as "tsa", replaces: data.replaces as string },
    rotationId: data.rotation as string,
  });
const proveAuthority: Follower = (ctx, { data }) =>
  proveAuthorityRotation(ctx, { rotationId: data.rotation as string });

const replaceSeal: Follower = (ctx, { data }) =>
  makeReplacement(ctx, { rotationId: data.rotation as string });
const proveSeals: Follower = async (ctx, { data }) => {
  const rotationId = data.rotation as string;
  await proveEarlierSeals(ctx, { rotationId });
};

const tellChecked: Follower = (ctx, { id: eventId, data }) =>
  tellBadCertificates(ctx, { eventId, runId: String(data.run) });
const tellRevoked: Follower = (ctx, { id: eventId, data }) =>
  tellFoundRevoked(ctx, {
    ...{ eventId, certificateId: data.certificate as CertificateId },
    ...{ revokedAt: new Date(String(data.revokedAt)), reason: String(data.reason) },
  });

const tellEnds: Follower = (ctx, { id: eventId, data }) =>
  tellExpiries(ctx, { eventId, endings: data.endings as unknown as readonly Ending[] });

const envelopeOf = ({ envelopeId }: FollowedEvent): EnvelopeId => {
  if (!envelopeId) throw new Error("an event of an envelope names it");
  return envelopeId;
};
const recipientOf = ({ data }: FollowedEvent) => data.recipient as RecipientId;

const prepare: Follower = async (ctx, event) => {
  await prepareDocuments(ctx, { envelopeId: envelopeOf(event) });
  await advanceEnvelope(ctx, { envelopeId: envelopeOf(event) });
};
const advance: Follower = (ctx, event) => advanceEnvelope(ctx, { envelopeId: envelopeOf(event) });
const sign: Follower = (ctx, event) =>
  signRevision(ctx, { envelopeId: envelopeOf(event), recipientId: recipientOf(event) });
const prepareThere: Follower = (ctx, event) =>
  prepareAtProvider(ctx, { envelopeId: envelopeOf(event), recipientId: recipientOf(event) });
const signThere: Follower = (ctx, event) =>
  signAtProvider(ctx, { envelopeId: envelopeOf(event), recipientId: recipientOf(event) });
const seal: Follower = (ctx, event) => sealEnvelope(ctx, { envelopeId: envelopeOf(event) });
/** How long an envelope is kept is for its papers to tell, and known to a room they do not know. */
const keepingOf = (ctx: WorkerContext, event: FollowedEvent) =>
  keepingFacts(ctx, { envelopeId: envelopeOf(event) });
const auditTrail: Follower = async (ctx, event) =>
  recordAuditTrail(ctx, { envelopeId: envelopeOf(event), keeping: await keepingOf(ctx, event) });
const complete: Follower = (ctx, event) => completeEnvelope(ctx, { envelopeId: envelopeOf(event) });
const gather: Follower = (ctx, event) => requestFirstPackage(ctx, { envelopeId: envelopeOf(event) });
const gatherAgain: Follower = (ctx, event) =>
  requestPackageOfAttached(ctx, { envelopeId: envelopeOf(event) });
const assemble: Follower = async (ctx, event) =>
  buildPackage(ctx, {
    packageId: event.data.package as PackageId,
    keeping: await keepingOf(ctx, event),
  });
const compile: Follower = (ctx, event) => buildReport(ctx, { reportId: event.data.report as ReportId });
const tellOfReport =
  (isLate: boolean): Follower =>
  (ctx, { id: eventId, data }) =>
    tellReport(ctx, { eventId, reportId: data.report as ReportId, isLate });
const tellOfReview =
  (isOverdue: boolean): Follower =>
  (ctx, { id: eventId, data }) =>
    tellReview(ctx, { eventId, reviewId: String(data.review), isOverdue });
const lookAtEach: Follower = (ctx, event) => lookAtSample(ctx, { reviewId: String(event.data.review) });
const explain: Follower = async (ctx, event) =>
  buildDisputeFile(ctx, {
    disputeId: event.data.dispute as DisputeId,
    keeping: await keepingOf(ctx, event),
  });
/** In its turn, where it belongs to a bulk job: the same job comes again when there is room. */
const invite: Follower = async (ctx, event) => {
  const about = { eventId: event.id, envelopeId: envelopeOf(event), recipientId: recipientOf(event) };
  const delaySeconds = await sendInTurn(ctx, about, () =>
    tellRecipient(ctx, { ...about, isReminder: false }),
  );
  if (delaySeconds === null) return;
  const job = { organizationId: ctx.organizationId, eventId: event.id, follower: "invite" };
  await inTransaction(ctx, (ctx) =>
    ctx.runtime.queue.add(ctx, "follower", { ...job, type: "recipient.invited" }, { delaySeconds }),
  );
};
const hasChanged = (data: Parameters<Follower>[1]["data"], wanted: string): boolean =>
  (data.changes as readonly { what: string }[]).some(({ what }) => what === wanted);
const tellChanged: Follower = (ctx, { id: eventId, data, ...event }) =>
  tellCorrected(ctx, {
    ...{ eventId, envelopeId: envelopeOf({ id: eventId, data, ...event }) },
    told: data.told as readonly RecipientId[],
    changed: data.people as readonly RecipientId[],
    hasNewMessage: hasChanged(data, "message"),
    hasNewExpiry: hasChanged(data, "expiry"),
  });
const mailCopy: Follower = (ctx, event) =>
  tellCopy(ctx, {
    ...{ eventId: event.id, envelopeId: envelopeOf(event), recipientId: recipientOf(event) },
    message: String(event.data.message ?? ""),
  });
const tellChange: Follower = async (ctx, { id: eventId, data }) => {
  const { id: noticeId } = data.notice as { readonly id: string };
  await tellConsentChange(ctx, { eventId, noticeId });
};
const reportUnsent: Follower = (ctx, event) =>
  tellUnsent(ctx, {
    ...{ eventId: event.id, envelopeId: envelopeOf(event) },
    at: new Date(String(event.data.from)),
  });
/** Mail to the sender that does not arrive is told to nobody: it would not arrive either. */
const reportReturned: Follower = async (ctx, event) => {
  if (event.data.recipient) await report("mailBack", "")(ctx, event);
};
const draw: Follower = (ctx, event) => drawFirstPage(ctx, { envelopeId: envelopeOf(event) });
const remind: Follower = async (ctx, event) => {
  await tellRecipient(ctx, {
    eventId: event.id,
    envelopeId: envelopeOf(event),
    recipientId: recipientOf(event),
    isReminder: true,
  });
};
const tell =
  (outcome: Outcome): Follower =>
  (ctx, event) =>
    tellOutcome(ctx, { eventId: event.id, envelopeId: envelopeOf(event), outcome });
const sendCode: Follower = (ctx, event) =>
  tellCode(ctx, {
    ...{ eventId: event.id, envelopeId: envelopeOf(event), recipientId: recipientOf(event) },
    challengeId: String(event.data.challenge),
  });
const sendLinkCode: Follower = (ctx, event) =>
  tellLinkCode(ctx, { eventId: event.id, requestId: String(event.data.request) });
const startFromPublicLink: Follower = (ctx, { data }) =>
  startFromLink(ctx, { requestId: String(data.request) });
const tellOf =
  (news: ApprovalNews): Follower =>
  (ctx, event) =>
    tellApproval(ctx, {
      ...{ eventId: event.id, envelopeId: envelopeOf(event), news, byId: String(event.actor.id ?? "") },
      ...{ name: String(event.actor.name ?? ""), text: String(event.data.reason ?? "") },
    });
const match: Follower = (ctx, { id }) => matchRules(ctx, { eventId: id });
const act: Follower = (ctx, { data }) => doRun(ctx, { runId: String(data.run) });
/** @param key under which the event has the person's own words. */
const report =
  (news: SenderNews, key: string): Follower =>
  (ctx, event) =>
    tellSender(ctx, {
      ...{ eventId: event.id, envelopeId: envelopeOf(event), recipientId: recipientOf(event), news },
      text: String(event.data[key] ?? ""),
    });
/** Who may still sign gets the link; when the time was over, the sender decides. */
const answerLink: Follower = async (ctx, event) => {
  if (event.data.answer === "mailed") await remind(ctx, event);
  else await report("linkAsked", "")(ctx, event);
};
const warn: Follower = (ctx, event) =>
  tellAbuse(ctx, {
    ...{ eventId: event.id, envelopeId: envelopeOf(event), recipientId: recipientOf(event) },
    ...{ reason: String(event.data.reason), details: String(event.data.details ?? "") },
  });
/** A withdrawal that ends the envelope is told as the decline it is. */
const reportWithdrawal: Follower = async (ctx, event) => {
  if (event.data.effect === "future") await report("consentWithdrawn", "reason")(ctx, event);
};
const mailLink: Follower = (ctx, event) =>
  mailSignInLink(ctx, { eventId: event.id, accountId: event.data.account as AccountId });
const welcome: Follower = (ctx, event) =>
  mailInvitation(ctx, {
    eventId: event.id,
    memberId: event.data.member as MemberId,
    inviter: String(event.actor.name ?? ""),
  });
const checkpoint: Follower = (ctx, event) => checkpointEvent(ctx.runtime, event.id);

const pack: Follower = (ctx, event) => buildKeyExport(ctx, { exportId: String(event.data.export) });

const deliverKey: Follower = (ctx, { data }) => deliverKeyExport(ctx, { exportId: String(data.export) });
const tryPlace: Follower = (ctx, { data }) => trySftpPlace(ctx, { placeId: String(data.place) });

const makeKey: Follower = (ctx, event) => makeSealKey(ctx, { sealId: String(event.data.seal) });
const renew: Follower = (ctx) => renewSeal(ctx);
const tellRenewal: Follower = (ctx, { id: eventId, data }) =>
  tellSealRenewal(ctx, {
    ...{ eventId, name: String(data.name), reason: String(data.reason) },
    until: new Date(String(data.until)),
  });
const listRemote: Follower = (ctx) => listRemoteCredentials(ctx);
const placeKey: Follower = (ctx, event) => placeImported(ctx, { sealId: String(event.data.seal) });
const lookUp: Follower = (ctx) => lookUpKeys(ctx);
const testKey: Follower = (ctx, event) => testSeal(ctx, { sealId: String(event.data.seal) });

const planFirstReviews: Follower = (ctx) => planReviews(ctx);
const recordProject: Follower = (ctx, { data }) =>
  sealKeyRecord(ctx, { kind: "project", subjectId: String(data.project) });
const recordCeremony: Follower = (ctx, { data }) =>
  sealKeyRecord(ctx, { kind: "ceremony", subjectId: String(data.ceremony) });
const recordCustody: Follower = (ctx, { data }) =>
  sealKeyRecord(ctx, { kind: "custody", subjectId: String(data.export) });
const testConnector: Follower = (ctx, { data }) => checkConnector(ctx, { provider: String(data.provider) });
const lookAtCertificates: Follower = (ctx) => continueCertificateCheck(ctx);
const recordCheck: Follower = (ctx, { data }) =>
  sealKeyRecord(ctx, { kind: "certificate-check", subjectId: String(data.run) });
/** The first key of an organization is tested while its first document waits: that report can be read, and is not sealed. */
const recordTest: Follower = async (ctx, { id, data }) => {
  if (data.occasion !== "first") await sealKeyRecord(ctx, { kind: "key-test", subjectId: id });
};
const tellPlace =
  (change: PlaceChange): Follower =>
  (ctx, { id, data }) =>
    tellKeyPlace(ctx, { eventId: id, change, data });
const tellFailed =
  (what: "backup" | "drill"): Follower =>
  (ctx, { id, data }) =>
    tellBackup(ctx, { eventId: id, what, refusal: String(data.refusal) });
const tellNotExchanged =
  (what: "authority" | "seal"): Follower =>
  (ctx, { id, data }) =>
    tellRotation(ctx, {
      ...{ eventId: id, what, rotationId: String(data.rotation), kind: String(data.kind ?? "seal") },
      failed: (data.failed ?? []) as readonly string[],
    });
const tellAsked: Follower = (ctx, { id: eventId, actor, data }) =>
  tellProgramAsked(ctx, {
    ...{ eventId, program: actor.kind === "program" ? String(actor.name) : "" },
    hashes: (data.hashes ?? []) as readonly string[],
  });
const prepareStandby: Follower = (ctx, { data }) => makeStandby(ctx, { standbyId: String(data.standby) });
const backUp: Follower = (ctx) => backUpKeys(ctx);
const drill: Follower = (ctx, { data }) =>
  drillBackup(ctx, { backupId: String(data.backup), by: String(data.by) });
const tellParticipants: Follower = (ctx, { id: eventId, data }) =>
  tellCeremony(ctx, {
    ...{ eventId, ceremonyId: String(data.ceremony), title: String(data.title) },
    people: data.people as readonly { member: MemberId; role: string }[],
  });
const tellTask =
  (task: KeyTask): Follower =>
  (ctx, { id, data }) =>
    tellKeyTask(ctx, { eventId: id, task, data });
const purge: Follower = (ctx, event) => purgeEnvelope(ctx, { envelopeId: envelopeOf(event) });
const tellOfHold: Follower = (ctx, { id: eventId, data }) =>
  tellCustodian(ctx, {
    ...{ eventId, custodianId: String(data.custodian) },
    ...{ kind: data.kind as NoticeKind, number: Number(data.number) },
  });
const announce: Follower = (ctx, { id: eventId, data }) =>
  tellDue(ctx, {
    ...{ eventId, envelopes: Number(data.envelopes) },
    earliest: new Date(`${String(data.dueOn)}T00:00:00Z`),
    isReminder: data.daysAhead === REMINDER_DAYS,
  });
const certify: Follower = (ctx, { data }) =>
  certifyDestruction(ctx, { destructionId: String(data.destruction) });

const archive: Follower = (ctx, event) => archiveEnvelope(ctx, { envelopeId: envelopeOf(event) });
const followArchive: Follower = (ctx, event) => followArchived(ctx, { envelopeId: envelopeOf(event) });
const tryArchive: Follower = (ctx, { data }) => tryArchivePlace(ctx, { placeId: String(data.place) });

/** Event → who reacts, by name. Each pair is a job of its own. */
export const FOLLOWERS: Readonly<Record<FollowedType, Readonly<Record<string, Follower>>>> = {
  "organization.created": { planReviews: planFirstReviews },
  "envelope.schedule-failed": { report: reportUnsent },
  "envelope.corrected": { tell: tellChanged, advance },
  "consent-notice.published": { tellChange },
  "mail.bounced": { report: reportReturned, match },
  "mail.refused": { report: reportReturned, match },
  "recipient.copied": { mail: mailCopy },
  "template.used": { match },
  "envelope.tagged": { match },
  "envelope.approval-asked": { tell: tellOf("approvalAsked") },
  "envelope.sending-approved": { tell: tellOf("sendingApproved"), match },
  "envelope.sending-returned": { tell: tellOf("sendingReturned") },
  "envelope.sent": { prepare, match },
  "recipient.invited": { invite, draw },
  "recipient.reminded": { remind },
  "recipient.reminder-held": { report: report("reminderHeld", "") },
  "recipient.signed": { sign, match },
  "recipient.approved": { advance, match },
  "recipient.acknowledged": { advance, match },
  "recipient.passed-on": { advance },
  "signer-credential.chosen": { prepare: prepareThere },
  "signer-credential.authorized": { sign: signThere },
  "signer-authorization.failed": { remind },
  "signature.made": { advance, match },
  "envelope.all-signed": { seal },
  "envelope.sealed": { auditTrail },
  "audit-trail.created": { complete },
  "envelope.completed": { tell: tell("completed"), checkpoint, gather, match },
  "package.requested": { assemble },
  "certificate.attached": { gatherAgain },
  "dispute.requested": { explain },
  "report.requested": { compile },
  "report.built": { tell: tellOfReport(false) },
  "report.late": { tell: tellOfReport(true) },
  "access-review.opened": { tell: tellOfReview(false) },
  "access-review.overdue": { tell: tellOfReview(true) },
  "sample-review.opened": { look: lookAtEach },
  "recipient.declined": { tell: tell("declined"), match },
  "offline-kit.kept": { report: report("offlineKept", "") },
  "recipient.lapsed": { report: report("lapsed", "") },
  "recipient.delegated": { report: report("delegated", "reason") },
  "link.requested": { answer: answerLink },
  "abuse.reported": { warn },
  "code.requested": { sendCode },
  "public-link.code-requested": { sendLinkCode },
  "document.viewed": { match },
  "bulk-job.finished": { match },
  "rule.matched": { act },
  "public-link.confirmed": { startFromPublicLink },
  "consent.withdrawn": { reportWithdrawal },
  "paper-copy.requested": { report: report("paperAsked", "address") },
  "contact.changed": { report: report("contactChanged", "contact") },
  "envelope.voided": { tell: tell("voided"), match },
  "envelope.expired": { tell: tell("expired"), match },
  "seal-key.requested": { makeKey },
  "seal-renewal.started": { makeKey, tell: tellRenewal },
  "seal-certificate.brought": { testKey },
  "remote-credentials.asked": { listRemote },
  "seal-credential.chosen": { testKey },
  "existing-keys.asked": { lookUp },
  "seal-key.chosen": { makeKey },
  "seal-key.imported": { testKey, placeKey },
  "seal-key.placed": { testKey },
  "seal-test.requested": { testKey },
  "key-export.granted": { pack },
  "key-export.built": { deliver: deliverKey },
  "key-export.delivery-asked": { deliver: deliverKey },
  "sftp-place.trial-asked": { tryOut: tryPlace },
  "key-export.received": { record: recordCustody },
  "key-export.handed-over": { record: recordCustody },
  "key-export.destroyed": { record: recordCustody },
  "key-export.reviewed": { record: recordCustody },
  "seal.tested": { record: recordTest },
  "certificate-check.begun": { look: lookAtCertificates },
  "certificate-check.ended": { record: recordCheck, tell: tellChecked },
  "key-export.review-due": { tell: tellTask("review-due") },
  "key-export.receipt-overdue": { tell: tellTask("receipt-overdue") },
  "key-export.mismatched": { tell: tellTask("hash-differs") },
  "key-provider.check-asked": { test: testConnector },
  "backup.failed": { tell: tellFailed("backup") },
  "restore.failed": { tell: tellFailed("drill") },
  "key-provider.lost": { tell: tellPlace("lost") },
  "key-provider.returned": { tell: tellPlace("returned") },
  "standby-key.asked": { make: prepareStandby },
  "standby-key.stood-in": { tell: tellPlace("stood-in") },
  "standby-key.stood-down": { tell: tellPlace("stood-down") },
  "key-backup.planned": { backUp },
  "key-backup.drill-asked": { drill },
  "key-project.step-due": { tell: tellTask("step-due") },
  "key-project.completed": { record: recordProject },
  "key-ceremony.started": { tell: tellParticipants },
  "key-ceremony.completed": { record: recordCeremony },
  "key-ceremony.abandoned": { record: recordCeremony },
  "sign-in-link.requested": { mailLink },
  "member.added": { welcome },
  "hold-notice.requested": { tell: tellOfHold },
  "purge.announced": { announce },
  "purge.approved": { purge },
  "envelope.purged": { certify, archive: followArchive },
  "envelope.held": { archive: followArchive },
  "envelope.freed": { archive: followArchive },
  "retention-class.chosen": { archive: followArchive },
  "contract-end.set": { archive: followArchive },
  "contract.ended": { match },
  "package.built": { archive },
  "archive-timestamp.renewed": { archive },
  "archive-place.set": { tryOut: tryArchive },
  "archive-place.trial-asked": { tryOut: tryArchive },
  "certificate.revoked": { publishRevocation, renew },
  "certificate.found-revoked": { tell: tellRevoked },
  "authority.rotation-asked": { rotate },
  "authority.rotation-begun": { rotate },
  "authority.rotated": { proveAuthority },
  "authority.renewed": { proveAuthority },
  "authority.rotation-failed": { tell: tellNotExchanged("authority") },
  "expiry-digest.made": { tellEnds },
  "seal.rotation-asked": { replaceSeal },
  "program-signing.asked": { tell: tellAsked },
  "seal.rotation-failed": { tell: tellNotExchanged("seal") },
  "seal.rotated": { proveSeals },
};

/**
 * Whether a follower has anything to do: what can be known without reading the event needs no job to find it out. Most
 * workspaces have no rules. Pages of a bulk job's thousands are drawn when their people come, in a tenth of a second.
 */
export async function isNeeded(ctx: WorkerContext, follower: string, data: JobData): Promise<boolean> {
  if (follower === "match") return isWatched(ctx, data.type!);
  if (follower !== "draw" || !data.envelopeId) return true;
  return !(await isOfBulkJob(ctx, data.envelopeId as EnvelopeId));
}

/** The event a job is about, as its follower gets it. */
export async function followedEvent(ctx: WorkerContext, id: EventId): Promise<FollowedEvent> {
  const { envelopeId, data, actor } = await readEvent(ctx, id);
  return { id, envelopeId, data, actor };
}

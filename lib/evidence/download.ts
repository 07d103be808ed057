import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { exportChain } from "#lib/audit/read-chain.ts";
import { authorizeError, requireOwn, requirePermission } from "#lib/authorize.ts";
import { concatSource, fromUtf8, pieces } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { requireReason } from "#lib/identity/access/require-reason.ts";
import type { CertificateId, DisputeId, DocumentId, EnvelopeId, FieldFileId, PackageId } from "#lib/ids.ts";
import { toPem } from "#lib/pki/core/certificates/pem.ts";
import type { OpenFile } from "#lib/ports/files.ts";
import { FILE_FORMS } from "./core/explorer/event-files.ts";
import { fileNameFor } from "./core/file-name.ts";
import { detachedSignature } from "./detached-signature.ts";
import { bundle } from "./disputes/dispute-bundle.ts";
import { loadDispute } from "./disputes/disputes-store.ts";
import { certificateFileName } from "./download-certificate.ts";
import { evidenceError } from "./errors.ts";
import { trailFile } from "./explorer/trail-file.ts";
import {
  type EnvelopeRecord,
  loadArchiveLine,
  loadAttachments,
  loadKeptFile,
  loadPackages,
  loadRecord,
  loadWhatIsLeft,
} from "./store.ts";
import { voidCopy } from "./void-copy.ts";

export interface Download {
  readonly fileName: string;
  readonly contentType: string;
  /** Null when it is only known at the end. */
  readonly sizeBytes: number | null;
  readonly bytes: ReadableStream<Uint8Array>;
}

export type Wanted =
  | { readonly kind: "document"; readonly documentId: DocumentId; readonly variant: "current" | "original" }
  /** What a signer gave in a field. */
  | { readonly kind: "attachment"; readonly fileId: FieldFileId }
  | { readonly kind: "audit-trail" }
  | { readonly kind: "events" }
  /** The same entries in plain words, as a list or a table. */
  | { readonly kind: "trail"; readonly form: "json" | "csv" }
  /** The signature that made a revision, by itself. */
  | { readonly kind: "signature"; readonly documentId: DocumentId; readonly revision: number }
  /** The newest full one that is ready, unless one is named. */
  | { readonly kind: "package"; readonly packageId: PackageId | null }
  | { readonly kind: "dispute"; readonly disputeId: DisputeId }
  /** The same with the newest full package, as one ZIP file. */
  | { readonly kind: "dispute-bundle"; readonly disputeId: DisputeId }
  | { readonly kind: "certificate"; readonly certificateId: CertificateId; readonly form: "der" | "pem" };

/**
 * Gives a file of an envelope to whoever may have it, and records that. Bytes are checked on the way: a wrong one
 * breaks the download off.
 *
 * @throws evidence/not-found, not-complete, reason-required, destroyed; authorize/not-allowed, not-a-member, link-ended
 */
export async function download(
  ctx: Context,
  input: { envelopeId: EnvelopeId; wanted: Wanted },
): Promise<Download> {
  const { envelopeId, wanted } = input;
  const found = await inTransaction(ctx, async (ctx) => {
    const load = wanted.kind === "events" || wanted.kind === "trail" ? loadWhatIsLeft : loadRecord;
    const record = await load(ctx, envelopeId);
    requireReader(ctx, record, wanted);
    const found = await findFile(ctx, record, wanted);
    const reason = await requireReason(ctx, "download", envelopeId);
    const actor = ctx.actor.kind === "recipient" ? ctx.actor.recipientId : undefined;
    await appendEvent(ctx, {
      type: "evidence.downloaded",
      envelopeId,
      data: { kind: wanted.kind, file: personal(found.fileName), recipient: actor, reason },
    });
    return found;
  });
  return { ...found, bytes: await found.open() };
}

function requireReader(ctx: Context, { envelope, recipients }: EnvelopeRecord, wanted: Wanted): void {
  const { actor } = ctx;
  if (actor.kind === "recipient") {
    if (actor.envelopeId !== envelope.id || actor.hasEnded)
      throw authorizeError("link-ended", "the link has ended");
    // The upload may hold what was taken away before anybody was asked to sign; events are the sender's to hand on.
    const isForMembers =
      wanted.kind === "events" ||
      wanted.kind === "trail" ||
      wanted.kind === "attachment" ||
      wanted.kind === "signature" ||
      wanted.kind === "package" ||
      wanted.kind === "dispute" ||
      wanted.kind === "dispute-bundle" ||
      (wanted.kind === "document" && wanted.variant === "original");
    if (isForMembers) throw authorizeError("not-a-member", `a recipient asks for ${wanted.kind}`);
    // Before completion a recipient may keep what they were asked to sign; afterwards all that proves it.
    const isUnderWay = envelope.state === "sent" || envelope.state === "sealing";
    const hasFinished = recipients.some(({ id, state }) => id === actor.recipientId && state === "finished");
    const isOpen =
      envelope.state === "completed" ||
      ((isUnderWay || (isVoidCopy(ctx, envelope) && hasFinished)) && wanted.kind === "document");
    if (!isOpen) throw evidenceError("not-complete", `envelope is ${envelope.state}`);
    requireShown(recipients.find(({ id }) => id === actor.recipientId)?.hiddenDocuments ?? [], wanted);
    return;
  }
  const member = requirePermission(ctx, "evidence.download");
  requireOwn(member, envelope, "envelope.read-all");
}

/** @throws evidence/not-found for a document that is kept from this person, and for what tells of it */
function requireShown(hidden: readonly DocumentId[], wanted: Wanted): void {
  if (hidden.length === 0) return;
  if (wanted.kind === "document" && hidden.includes(wanted.documentId))
    throw evidenceError("not-found", `document ${wanted.documentId}`);
  if (wanted.kind === "audit-trail") throw evidenceError("not-found", "the trail tells of every document");
}

/** Of what was withdrawn a recipient gets a copy that says so; what was signed itself is the sender's evidence. */
const isVoidCopy = ({ actor }: Context, { state }: EnvelopeRecord["envelope"]): boolean =>
  actor.kind === "recipient" && state === "voided";

interface Found extends Omit<Download, "bytes"> {
  open(): Promise<ReadableStream<Uint8Array>>;
}

/** One file of an envelope, not yet opened. @throws evidence/not-found, not-complete */
export async function findFile(ctx: Context, record: EnvelopeRecord, wanted: Wanted): Promise<Found> {
  switch (wanted.kind) {
    case "document":
      return findDocument(ctx, record, wanted);
    case "attachment":
      return findAttachment(ctx, record, wanted.fileId);
    case "audit-trail":
      return findAuditTrail(ctx, record);
    case "events":
      return inMemory(
        named(record, "events", "", "", ".jsonl"),
        "application/jsonl",
        fromUtf8(await exportChain(ctx, record.envelope.id)),
      );
    case "trail":
      return inMemory(
        named(record, "events", "", "", `.${wanted.form}`),
        FILE_FORMS[wanted.form].contentType,
        await trailFile(ctx, record.envelope.id, wanted.form),
      );
    case "signature":
      return findSignature(ctx, record, wanted);
    case "certificate":
      return findCertificate(record, wanted);
    case "package":
      return findPackage(ctx, record, wanted.packageId);
    case "dispute":
      return findDispute(ctx, record, wanted.disputeId);
    case "dispute-bundle":
      return findBundle(ctx, record, wanted.disputeId);
  }
}

function findDocument(
  ctx: Context,
  record: EnvelopeRecord,
  wanted: Extract<Wanted, { kind: "document" }>,
): Found {
  const document = record.documents.find(({ id }) => id === wanted.documentId);
  const revisions = record.revisions.filter(({ documentId }) => documentId === wanted.documentId);
  const [original] = revisions;
  if (!document || !original) throw evidenceError("not-found", `document ${wanted.documentId}`);
  const parts = wanted.variant === "original" ? [original] : revisions.filter(({ number }) => number >= 1);
  const newest = parts.at(-1) ?? original;
  const kind =
    wanted.variant === "original"
      ? "original"
      : record.envelope.state === "completed"
        ? "signed"
        : "unsigned";
  const name = record.documents.length > 1 ? document.name.replace(/\.pdf$/i, "") : "";
  if (isVoidCopy(ctx, record.envelope))
    return {
      fileName: named(record, "void", name, "", ".pdf"),
      ...{ contentType: "application/pdf", sizeBytes: null },
      open: () => voidCopy(ctx, record.envelope, document, parts),
    };
  return {
    fileName: named(record, kind, name, "", ".pdf"),
    contentType: "application/pdf",
    sizeBytes: newest.sizeBytes,
    open: () => streamRevisions(ctx, parts.length > 0 ? parts : [original]),
  };
}

/** A base file and its tails, one after the other. */
export async function streamRevisions(
  ctx: Context,
  parts: readonly { readonly fileKey: string }[],
): Promise<ReadableStream<Uint8Array>> {
  const { files } = ctx.runtime;
  const open: OpenFile[] = [];
  const close = () => {
    for (const file of open) file.close();
  };
  try {
    for (const { fileKey } of parts) open.push(await files.open(fileKey));
  } catch (error) {
    close();
    throw error;
  }
  const bytes = pieces(concatSource(...open));
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      try {
        const next = bytes.next();
        if (!next.done) return controller.enqueue(next.value);
        close();
        controller.close();
      } catch (error) {
        close();
        controller.error(error);
      }
    },
    cancel: close,
  });
}

async function findAuditTrail(ctx: Context, record: EnvelopeRecord): Promise<Found> {
  const artifact = record.artifacts.find(({ kind }) => kind === "audit-trail");
  if (!artifact) throw evidenceError("not-complete", "the audit trail is made at completion");
  const renewals = await loadArchiveLine(ctx, record.envelope.id);
  const tails = renewals.flatMap(({ tailKey }) => (tailKey ? [{ fileKey: tailKey }] : []));
  return {
    fileName: named(record, "audit trail", "", "", ".pdf"),
    contentType: "application/pdf",
    sizeBytes: renewals.at(-1)?.sizeBytes ?? artifact.sizeBytes,
    open: () => streamRevisions(ctx, [artifact, ...tails]),
  };
}

async function findSignature(
  ctx: Context,
  record: EnvelopeRecord,
  { documentId, revision }: Extract<Wanted, { kind: "signature" }>,
): Promise<Found> {
  const document = record.documents.find(({ id }) => id === documentId);
  const parts = record.revisions.filter(
    (one) => one.documentId === documentId && one.number >= 1 && one.number <= revision,
  );
  const made = parts.at(-1);
  const signature = made?.number === revision ? await detachedSignature(ctx, parts) : null;
  if (!document || !signature) throw evidenceError("not-found", `signature ${revision} of ${documentId}`);
  const name = `${document.name.replace(/\.pdf$/i, "")} revision ${revision}`;
  return inMemory(named(record, "signature", name, "", ".p7s"), "application/pkcs7-signature", signature);
}

async function findAttachment(ctx: Context, record: EnvelopeRecord, id: FieldFileId): Promise<Found> {
  const given = await loadAttachments(ctx, record.envelope.id);
  const found = given.find((one) => one.id === id) ?? (await loadKeptFile(ctx, record.envelope.id, id));
  if (!found) throw evidenceError("not-found", `attachment ${id}`);
  const { name, sizeBytes, fileKey } = found;
  const ending = /\.[A-Za-z0-9]{1,8}$/.exec(name)?.[0] ?? "";
  return {
    fileName: named(record, "attachment", name.slice(0, name.length - ending.length), "", ending),
    // Kept as it came: a browser saves it and does not open it as ours.
    contentType: "application/octet-stream",
    sizeBytes,
    open: () => ctx.runtime.files.stream(fileKey),
  };
}

function findCertificate(record: EnvelopeRecord, wanted: Extract<Wanted, { kind: "certificate" }>): Found {
  const certificate = record.certificates.find(({ id }) => id === wanted.certificateId);
  if (!certificate) throw evidenceError("not-found", `certificate ${wanted.certificateId}`);
  const signer = record.recipients.find(({ id }) => id === certificate.recipientId);
  const { envelope, organization } = record;
  const { der } = certificate;
  const isPem = wanted.form === "pem";
  const of = {
    ...{ certificate, organization, envelope: certificate.envelopeId ? envelope : null },
    signerName: signer?.name ?? null,
  };
  return inMemory(
    certificateFileName(of, isPem ? ".pem" : ".cer"),
    isPem ? "application/x-pem-file" : "application/pkix-cert",
    isPem ? fromUtf8(toPem(der)) : der,
  );
}

async function findPackage(ctx: Context, record: EnvelopeRecord, id: PackageId | null): Promise<Found> {
  const packages = await loadPackages(ctx, record.envelope.id);
  const found = id
    ? packages.find((one) => one.id === id)
    : packages.find(({ state, variant }) => state === "ready" && variant === "full");
  if (id && !found) throw evidenceError("not-found", `package ${id}`);
  const { state, fileKey, sizeBytes, variant } = found ?? { state: "waiting" as const };
  if (state !== "ready" || !fileKey || sizeBytes == null)
    throw evidenceError("package-not-ready", `package ${id ?? "of the envelope"}`);
  const kind = variant === "redacted" ? "evidence redacted" : "evidence";
  return {
    fileName: named(record, kind, "", "", ".zip"),
    contentType: "application/zip",
    sizeBytes,
    open: () => ctx.runtime.files.stream(fileKey),
  };
}

async function findDispute(ctx: Context, record: EnvelopeRecord, id: DisputeId): Promise<Found> {
  const { envelopeId, recipientId, fileKey, sizeBytes } = await loadDispute(ctx, id);
  if (envelopeId !== record.envelope.id) throw evidenceError("not-found", `dispute file ${id}`);
  if (!fileKey || sizeBytes === null) throw evidenceError("dispute-not-ready", `dispute file ${id}`);
  const name = record.recipients.find((one) => one.id === recipientId)?.name ?? "";
  return {
    fileName: named(record, "dispute file", name, "", ".pdf"),
    contentType: "application/pdf",
    sizeBytes,
    open: () => ctx.runtime.files.stream(fileKey),
  };
}

async function findBundle(ctx: Context, record: EnvelopeRecord, id: DisputeId): Promise<Found> {
  const dispute = await findDispute(ctx, record, id);
  const { fileKey, sha256, createdAt } = await loadDispute(ctx, id);
  const packages = await loadPackages(ctx, record.envelope.id);
  const newest = packages.find(({ state, variant }) => state === "ready" && variant === "full");
  if (!newest?.fileKey || !newest.sha256) throw evidenceError("package-not-ready", "no full package");
  const stored = [
    { name: "dispute-file.pdf", fileKey: fileKey!, sha256: sha256! },
    { name: "evidence-package.zip", fileKey: newest.fileKey, sha256: newest.sha256 },
  ];
  return {
    fileName: dispute.fileName.replace(/\.pdf$/, ".zip"),
    contentType: "application/zip",
    sizeBytes: null,
    open: () => bundle(ctx, stored, createdAt),
  };
}

function inMemory(fileName: string, contentType: string, bytes: Uint8Array): Found {
  const open = async () =>
    new Blob([bytes as Uint8Array<ArrayBuffer>]).stream() as ReadableStream<Uint8Array>;
  return { fileName, contentType, sizeBytes: bytes.length, open };
}

function named(
  { envelope, organization }: EnvelopeRecord,
  kind: string,
  name: string,
  serial: string,
  ending: string,
): string {
  const date = (envelope.endedAt ?? envelope.changedAt).toISOString().slice(0, 10);
  const parts = { title: envelope.title, envelope: envelope.shortId, kind, name, serial, date };
  return fileNameFor(organization.settings.fileNamePattern, parts, ending);
}

import "server-only";
import { envelopesError } from "#lib/envelopes/errors.ts";
import { evidenceError } from "#lib/evidence/errors.ts";
import {
  type CertificateId,
  type DisputeId,
  type DocumentId,
  type EnvelopeId,
  type EventId,
  type MemberId,
  type PackageId,
  parsePublicId,
  type ReportId,
  type TemplateId,
} from "#lib/ids.ts";

/** The envelope an address names. @throws envelopes/not-found */
export function envelopeIdIn(text: string): EnvelopeId {
  const id = parsePublicId<EnvelopeId>("envelope", text);
  if (!id) throw envelopesError("not-found", "no envelope's id");
  return id;
}

/** @throws envelopes/member-not-found */
export function memberIdIn(text: string): MemberId {
  const id = parsePublicId<MemberId>("member", text);
  if (!id) throw envelopesError("member-not-found", "no member's id");
  return id;
}

/** @throws envelopes/document-not-found */
export function documentIdIn(text: string): DocumentId {
  const id = parsePublicId<DocumentId>("document", text);
  if (!id) throw envelopesError("document-not-found", "no document's id");
  return id;
}

/** @throws envelopes/document-not-found */
export function certificateIdIn(text: string): CertificateId {
  const id = parsePublicId<CertificateId>("certificate", text);
  if (!id) throw envelopesError("document-not-found", "no certificate's id");
  return id;
}

/** @throws envelopes/document-not-found */
export function packageIdIn(text: string): PackageId {
  const id = parsePublicId<PackageId>("package", text);
  if (!id) throw envelopesError("document-not-found", "no package's id");
  return id;
}

/** @throws evidence/event-not-found */
export function eventIdIn(text: string): EventId {
  const id = parsePublicId<EventId>("event", text);
  if (!id) throw evidenceError("event-not-found", "no event's id");
  return id;
}

/** @throws evidence/not-found */
export function disputeIdIn(text: string): DisputeId {
  const id = parsePublicId<DisputeId>("dispute", text);
  if (!id) throw evidenceError("not-found", "no dispute file's id");
  return id;
}

/** @throws evidence/not-found */
export function reportIdIn(text: string): ReportId {
  const id = parsePublicId<ReportId>("report", text);
  if (!id) throw evidenceError("not-found", "no report's id");
  return id;
}

/** @throws envelopes/template-not-found */
export function templateIdIn(text: string): TemplateId {
  const id = parsePublicId<TemplateId>("template", text);
  if (!id) throw envelopesError("template-not-found", "no template's id");
  return id;
}

import { hasPermission, requireGrant, requireOwn, requirePermission } from "#lib/authorize.ts";
import { fromBase64Url, fromUtf8, toBase64Url, toUtf8 } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { type CertificateId, type DocumentId, type EnvelopeId, isUuid } from "#lib/ids.ts";
import { lastAnswer } from "#lib/pki/certificate-statuses.ts";
import { type Certificate, parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { type CertificateView, viewCertificate } from "#lib/pki/core/view/certificate-view.ts";
import { type ChainView, viewChain } from "#lib/pki/core/view/inspect.ts";
import { publishedAnswers } from "#lib/pki/published.ts";
import type { CertificateKind } from "#lib/pki/search-certificates.ts";
import { loadCapture } from "./capture/store.ts";
import {
  type CertificateRecord,
  countSigned,
  loadCertificate,
  loadSigned,
  type SeenBy,
  type SignedPlace,
  type SignedRow,
} from "./certificates-store.ts";
import {
  type RevocationFacts,
  type RevocationSentence,
  revocationSentence,
} from "./core/revocation-words.ts";
import { inspectionTerms } from "./inspect-certificates.ts";
import { heapOf } from "./statuses/heap-of.ts";
import { type Silence, whomToAsk } from "./statuses/learn-status.ts";

const PAGE_SIZE = 50;

/** A certificate of the organization's index, with everything known of it. */
export interface CertificateDetails {
  readonly id: CertificateId;
  readonly kind: CertificateKind;
  readonly view: CertificateView;
  readonly chain: ChainView;
  readonly revocation: RevocationView;
  /** What it was issued for or brought to; null for all others. */
  readonly envelope: { readonly id: EnvelopeId; readonly title: string } | null;
  /** What its key signed, as far as this member may see it: a part of it, the oldest first. */
  readonly signed: readonly SignedDocument[];
  /** All of that. */
  readonly signedTotal: number;
  /** Where the next part begins; null on the last. */
  readonly nextCursor: string | null;
  /** Whether it was captured at completion, and why; null for a seal and before. */
  readonly capture: {
    readonly isCaptured: boolean;
    readonly ruleName: string | null;
    readonly reason: string | null;
    readonly at: Date;
  } | null;
  readonly may: { readonly download: boolean; readonly ask: boolean };
}

/** Whether it was revoked, by whom that was said, and until when that counts. */
export interface RevocationView extends RevocationFacts {
  readonly sentence: RevocationSentence;
  /** When it signed last, which the sentence is about; null for never. */
  readonly signedAt: Date | null;
  readonly answers: readonly {
    readonly source: "ocsp" | "crl";
    readonly url: string | null;
    readonly thisUpdate: Date | null;
    readonly nextUpdate: Date | null;
  }[];
  readonly isOurs: boolean;
  /** Why its authority cannot be asked; null where it can, and for ours. */
  readonly silence: Silence | null;
}

export interface SignedDocument {
  readonly signatureId: string;
  readonly documentId: DocumentId;
  readonly documentName: string;
  readonly envelopeId: EnvelopeId;
  readonly envelopeTitle: string;
  readonly revision: number;
  readonly kind: string;
  /** Of the document with this signature in it. */
  readonly sha256: string;
  readonly signedAt: Date;
}

/**
 * One certificate of the index. Whoever sees an envelope sees its signers' certificates; seals are everybody's.
 *
 * @param input `cursor`: where the part of what it signed begins; one that is not ours begins at the first.
 * @throws evidence/not-found; authorize/not-allowed
 */
export async function getCertificate(
  ctx: Context,
  input: { readonly certificateId: CertificateId; readonly cursor?: string | null },
): Promise<CertificateDetails> {
  const member = requirePermission(ctx, "envelope.read");
  const { record, capture } = await inTransaction(ctx, async (ctx) => {
    const record = await loadCertificate(ctx, input.certificateId);
    requireReader(ctx, record);
    return { record, capture: await loadCapture(ctx, input.certificateId) };
  });
  const details = await detailsOf(ctx, record, { after: parseCursor(input.cursor ?? ""), limit: PAGE_SIZE });
  return {
    ...details,
    capture: capture && {
      ...{ isCaptured: capture.isCaptured, ruleName: capture.ruleName },
      ...{ reason: capture.reason, at: capture.at },
    },
    may: {
      download: hasPermission(member, "evidence.download"),
      ask:
        hasPermission(member, "certificate.read") &&
        !details.revocation.isOurs &&
        details.revocation.silence === null,
    },
  };
}

/** @throws authorize/not-allowed, not-in-scope */
export function requireReader(ctx: Context, { envelope }: CertificateRecord): void {
  const actor = requireGrant(ctx, "envelope.read", "certificates:read");
  if (envelope && actor.kind === "member") requireOwn(actor, envelope, "envelope.read-all");
}

/**
 * A seal signs for everybody: each member sees what is theirs to see, and of a signer's certificate the envelope that is
 * shared with them; null for all.
 */
function seenBy(ctx: Context, { envelope }: CertificateRecord): SeenBy | null {
  const actor = requireGrant(ctx, "envelope.read", "certificates:read");
  if (actor.kind === "api-key" || hasPermission(actor, "envelope.read-all")) return null;
  return { ownerId: actor.memberId, envelopeId: envelope?.id ?? null };
}

/** What the page shows and the files say. */
export async function detailsOf(
  ctx: Context,
  record: CertificateRecord,
  part: { readonly after: SignedPlace | null; readonly limit: number },
): Promise<Omit<CertificateDetails, "may" | "capture">> {
  const { certificate: row, envelope } = record;
  const seen = seenBy(ctx, record);
  const { rows, counted } = await inTransaction(ctx, async (ctx) => ({
    rows: await loadSigned(ctx, row.id, { seen, after: part.after, limit: part.limit + 1 }),
    counted: await countSigned(ctx, row.id, seen),
  }));
  const signed = rows.slice(0, part.limit);
  const certificate = parseCertificate(row.der);
  const terms = await inspectionTerms(ctx);
  const heap = await heapOf(ctx, row);
  const signedAt = counted.lastAt ?? record.signedAt;
  const revocation = await revocationOf(ctx, record, { certificate, heap, signedAt });
  const said = revocation.asOf || revocation.revokedAt ? revocation : null;
  return {
    ...{ id: row.id, kind: row.kind, revocation },
    view: viewCertificate({ ...terms, certificate, heap, revocation: said, isSigner: isSigner(row.kind) }),
    chain: viewChain(certificate, heap, terms),
    envelope: envelope ? { id: envelope.id, title: envelope.title } : null,
    signed: signed.map(({ sizeBytes: _, doneAt: __, ...one }) => one),
    signedTotal: counted.total,
    nextCursor: rows.length > part.limit ? cursorAfter(signed.at(-1)!) : null,
  };
}

const isSigner = (kind: CertificateKind) => kind === "signer" || kind === "seal" || kind === "presented";

interface Known {
  readonly certificate: Certificate;
  readonly heap: readonly Certificate[];
  readonly signedAt: Date | null;
}

async function revocationOf(
  ctx: Context,
  { certificate: row, revokedAt, reason }: CertificateRecord,
  { certificate, heap, signedAt }: Known,
): Promise<RevocationView> {
  const { authorityId } = row;
  if (authorityId !== null || row.kind === "authority") {
    const answers = authorityId
      ? await publishedAnswers(ctx.runtime, { authorityId, serial: row.serial })
      : [];
    const facts = { revokedAt, reason, asOf: ctx.now() };
    const urls = { ocsp: certificate.ocspUrls[0] ?? null, crl: certificate.crlUrls[0] ?? null };
    return {
      ...{ ...facts, signedAt, sentence: revocationSentence(facts, signedAt) },
      answers: answers.map((one) => ({ ...one, url: urls[one.source] })),
      ...{ isOurs: true, silence: null },
    };
  }
  const answer = await inTransaction(ctx, (ctx) => lastAnswer(ctx, row.sha256));
  const whom = whomToAsk({ certificate, heap, at: ctx.now() });
  const facts = {
    ...{ revokedAt: answer?.revokedAt ?? null, reason: answer?.reason ?? null },
    asOf: answer?.thisUpdate ?? null,
  };
  return {
    ...{ ...facts, signedAt, sentence: revocationSentence(facts, signedAt) },
    answers: answer
      ? [answer].map(({ source, url, thisUpdate, nextUpdate }) => ({ source, url, thisUpdate, nextUpdate }))
      : [],
    ...{ isOurs: false, silence: typeof whom === "string" ? whom : null },
  };
}

const cursorAfter = ({ doneAt, signatureId }: SignedRow): string =>
  toBase64Url(fromUtf8(`${doneAt}|${signatureId}`));

/** A cursor we did not make starts from the first. */
function parseCursor(cursor: string): SignedPlace | null {
  const [doneAt = "", id = ""] = toUtf8(fromBase64Url(cursor)).split("|");
  return isUuid(id) && /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?[+-]\d\d(:\d\d)?$/.test(doneAt)
    ? { doneAt, id }
    : null;
}

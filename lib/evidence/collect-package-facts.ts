import { exportChain, readChain } from "#lib/audit/read-chain.ts";
import { equalBytes } from "#lib/bytes.ts";
import { type Context, inTransaction, type WorkerContext } from "#lib/context.ts";
import { publicId } from "#lib/ids.ts";
import { publishedTrust } from "#lib/pki/published.ts";
import type { FileHandle } from "#lib/ports/files.ts";
import { loadBrought } from "./capture/store.ts";
import { anchorAbove } from "./core/anchor-above.ts";
import type { TrailEntry } from "./core/audit-trail-facts.ts";
import type { KeepingFacts } from "./core/keeping-facts.ts";
import type { PackageDocument, PackageFacts, PackageOrder } from "./core/package/package-facts.ts";
import { evidenceError } from "./errors.ts";
import { logProof } from "./log-proof.ts";
import {
  type EnvelopeRecord,
  loadArchiveLine,
  loadAttachments,
  loadNotices,
  loadPageImages,
  loadReceived,
  type PackageRow,
  type RevisionRow,
} from "./store.ts";
import { trailFacts } from "./trail-facts.ts";
import { wordingWith } from "./wordings/edit-wording.ts";

const LIMITS = { timeoutMs: 300_000 };

/** Everything a package is made from, as it was when the package was asked for. */
export async function collectPackageFacts(
  ctx: WorkerContext,
  record: EnvelopeRecord,
  row: Pick<PackageRow, "createdAt" | "lastSequence" | "id" | "variant" | "batesPrefix" | "wordingId">,
  keeping: KeepingFacts,
): Promise<PackageFacts> {
  const { envelope, organization } = record;
  const { config } = ctx.runtime;
  const { root, issuing } = await ctx.runtime.authorities();
  const anchors = await anchorsOf(ctx, record);
  const at = row.createdAt;
  const documents: PackageDocument[] = [];
  for (const document of record.documents)
    documents.push(await documentFacts(ctx, record, document, { anchors, at }));
  const reports = new Map(documents.map(({ id, report }) => [id, report]));
  const trail = await trailFacts(ctx, record, reports, { keeping, until: row.lastSequence, at });
  const head = (await readChain(ctx, envelope.id)).entries.find(
    ({ sequence }) => sequence === row.lastSequence,
  )!;
  const lines = (await exportChain(ctx, envelope.id)).split("\n");
  const { custodyWording, notices, pages, brought, attachments, received } = await inTransaction(
    ctx,
    async (ctx) => ({
      brought: await loadBrought(ctx, envelope.id),
      attachments: await loadAttachments(ctx, envelope.id),
      received: await loadReceived(
        ctx,
        record.documents.map(({ id }) => id),
      ),
      notices: await loadNotices(ctx),
      custodyWording: await wordingWith(ctx, row.wordingId),
      pages: await loadPageImages(
        ctx,
        record.documents.map(({ id }) => id),
      ),
    }),
  );
  const agreed = new Set(
    trail.entries
      .filter(({ type }) => type === "consent.given")
      .map(({ data }) => (data.notice as { sha256?: string } | undefined)?.sha256),
  );
  return {
    order: orderOf(row, trail.entries.at(-1)!),
    trail,
    custodyWording,
    eventsJsonl: `${lines.slice(0, row.lastSequence + 1).join("\n")}\n`,
    log: await logProof(ctx, head.id),
    organizationId: ctx.organizationId,
    completedAt: envelope.endedAt ?? at,
    expiresAt: envelope.expiresAt,
    auditTrail: await auditTrailFacts(ctx, record, { anchors, at }),
    documents,
    received: received.map(({ name, sha256 }) => ({ name, sha256 })),
    attachments: attachments.map(({ name, sha256, label, recipientId }) => ({
      ...{ name, sha256, label, recipientId },
    })),
    notices: notices
      .filter(({ sha256 }) => agreed.has(sha256))
      .map(({ version, locale, body, sha256 }) => ({ version, locale, body, sha256 })),
    pages: pages
      .filter(({ createdAt }) => createdAt <= at)
      .map(({ documentId, revision, page, widthPx, heightPx, sha256, renderer, createdAt }) => ({
        ...{ documentId, revision, page: page + 1, widthPx, heightPx, sha256, renderer, drawnAt: createdAt },
      })),
    certificates: record.certificates.map(({ kind, recipientId, der }) => ({ kind, recipientId, der })),
    brought: brought
      .filter((one) => one.at <= at)
      .map(({ recipientId, der, chainPem, eventId, at, attachedBy }) => ({
        ...{ recipientId, der, chainPem, eventId, at, isAttachedLater: attachedBy !== null },
      })),
    rootDer: root.certificateDer,
    otherAnchors: anchors.filter((der) => !equalBytes(der, root.certificateDer)),
    issuingDer: issuing.certificateDer,
    timestampSource:
      config.tsaUrl === null ? "the installation’s own authority" : ctx.runtime.timestamps.name,
    printsMarginId: organization.settings.printsMarginId,
  };
}

function orderOf(
  row: Pick<PackageRow, "id" | "variant" | "batesPrefix" | "createdAt">,
  { actor, data }: TrailEntry,
): PackageOrder {
  const text = (value: unknown) => (typeof value === "string" ? value : "");
  return {
    ...{ id: publicId("package", row.id), variant: row.variant, batesPrefix: row.batesPrefix },
    askedAt: row.createdAt,
    askedBy: actor.kind === "member" ? { name: text(actor.name), email: text(actor.email) } : null,
    ...{ reason: text(data.reason), matter: text(data.matter), preparedFor: text(data.preparedFor) },
  };
}

/** The files of a sealed document, with whatever renewed its time-stamps until then. */
export const sealedParts = ({ revisions }: EnvelopeRecord, documentId: string, at: Date): RevisionRow[] =>
  revisions.filter((one) => one.documentId === documentId && one.number >= 1 && one.createdAt <= at);

export interface SealedTrail {
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly parts: readonly { readonly fileKey: string }[];
}

/** The files of the audit trail, likewise. @throws evidence/not-complete */
export async function trailParts(ctx: Context, record: EnvelopeRecord, at: Date): Promise<SealedTrail> {
  const artifact = record.artifacts.find(({ kind }) => kind === "audit-trail");
  if (!artifact) throw evidenceError("not-complete", "the audit trail is made at completion");
  const line = await inTransaction(ctx, (ctx) => loadArchiveLine(ctx, record.envelope.id));
  const renewals = line.filter(({ madeAt, tailKey }) => madeAt <= at && tailKey !== null);
  const newest = renewals.at(-1);
  return {
    sha256: newest?.sha256 ?? artifact.sha256,
    sizeBytes: newest?.sizeBytes ?? artifact.sizeBytes,
    parts: [artifact, ...renewals.map(({ tailKey }) => ({ fileKey: tailKey! }))],
  };
}

interface Terms {
  readonly anchors: readonly Uint8Array[];
  readonly at: Date;
}

/** Every root of the installation, and where brought certificates of this envelope end. */
async function anchorsOf(ctx: WorkerContext, { certificates }: EnvelopeRecord): Promise<Uint8Array[]> {
  const { roots } = await publishedTrust(ctx.runtime);
  const all = [...roots, ...certificates.flatMap(anchorAbove)];
  return all.filter((one, index) => all.findIndex((other) => equalBytes(one, other)) === index);
}

async function documentFacts(
  ctx: WorkerContext,
  record: EnvelopeRecord,
  { id, name, pages }: EnvelopeRecord["documents"][number],
  terms: Terms,
): Promise<PackageDocument> {
  const { at } = terms;
  const parts = sealedParts(record, id, at);
  const original = record.revisions.find(({ documentId, number }) => documentId === id && number === 0);
  const newest = parts.at(-1);
  if (!original || !newest) throw evidenceError("not-complete", `document ${id}`);
  const { report, evidence } = await examine(ctx, parts, name, terms);
  return {
    ...{ id, name, report, ...evidence, pages: pages.length },
    ...{ originalBytes: original.sizeBytes, originalSha256: original.sha256 },
    ...{ sealedBytes: newest.sizeBytes, sealedSha256: newest.sha256 },
  };
}

async function auditTrailFacts(ctx: WorkerContext, record: EnvelopeRecord, terms: Terms) {
  const { parts, sha256, sizeBytes } = await trailParts(ctx, record, terms.at);
  const { report } = await examine(ctx, parts, "audit-trail.pdf", terms);
  return { sha256, sizeBytes, report };
}

async function examine(
  ctx: WorkerContext,
  parts: readonly { fileKey: string }[],
  name: string,
  { anchors, at }: Terms,
) {
  const { files, sandbox } = ctx.runtime;
  const handles = await Promise.all(parts.map(({ fileKey }) => files.handle(fileKey)));
  try {
    const sources = handles.map(({ key, path, dataKey }): FileHandle => ({ key, path, dataKey }));
    return await sandbox.run(
      "examine",
      // Newer lists would make the same package another one.
      { files: sources, name, anchors, crls: [], now: at },
      LIMITS,
    );
  } finally {
    await Promise.all(handles.map((handle) => handle.release()));
  }
}

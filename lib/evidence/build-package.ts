import { crc32 } from "node:zlib";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requireSystem } from "#lib/authorize.ts";
import { fromUtf8, toHex, toUtf8 } from "#lib/bytes.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import type { PackageId } from "#lib/ids.ts";
import { reached } from "#lib/signing/steps.ts";
import { verifierPage } from "#lib/verifier-page.ts";
import { collectPackageFacts, sealedParts, trailParts } from "./collect-package-facts.ts";
import type { KeepingFacts } from "./core/keeping-facts.ts";
import { asicManifest } from "./core/package/asic.ts";
import { type ListedFile, manifestBytes, sumsOf } from "./core/package/manifest.ts";
import {
  ASIC_MANIFEST,
  ASIC_SIGNATURE,
  MANIFEST,
  MANIFEST_SIGNATURE,
  MANIFEST_TIMESTAMP,
  ROOT_STATUS,
  SEAL_STATUS,
  SUMS,
} from "./core/package/names.ts";
import type { PackageFacts, PackageFile } from "./core/package/package-facts.ts";
import { storedNames } from "./core/package/package-files.ts";
import { packageWords } from "./core/package/package-words.ts";
import { inZipOrder, writeZip, type ZipInput } from "./core/zip/write-zip.ts";
import { evidenceError } from "./errors.ts";
import { lookAt, scanned } from "./scanned-files.ts";
import { sealStatus, signDetached, signManifest } from "./sign-manifest.ts";
import {
  changePackage,
  type EnvelopeRecord,
  loadAttachments,
  loadPackage,
  loadReceived,
  loadRecord,
  type PackageRow,
} from "./store.ts";

type Bytes = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** A file on its way into a package. */
interface Entry {
  readonly name: string;
  readonly about: string;
  readonly isPersonal: boolean;
  /** What the database says it is; null for what is made now. */
  readonly sha256: string | null;
  open(): Bytes | Promise<AsyncIterable<Uint8Array>>;
}

interface Hashed extends Entry, ListedFile, ZipInput {
  readonly sha256: string;
  open(): Bytes | Promise<AsyncIterable<Uint8Array>>;
}

/**
 * Builds an evidence package and keeps it: every file hashed, the list of them signed and time-stamped, all in one
 * ZIP file. What was signed is kept before the ZIP file is written, so that a second run gives the same bytes.
 *
 * @throws keys/unavailable, timestamps/unavailable, files/unavailable: the job comes again
 */
export async function buildPackage(
  ctx: WorkerContext,
  input: { readonly packageId: PackageId; readonly keeping: KeepingFacts },
): Promise<void> {
  requireSystem(ctx);
  const { packageId, keeping } = input;
  const { row, record } = await inTransaction(ctx, async (ctx) => {
    const row = await loadPackage(ctx, packageId);
    return { row, record: await loadRecord(ctx, row.envelopeId) };
  });
  if (row.state === "ready") return;
  const facts = await collectPackageFacts(ctx, record, row, keeping);
  reached("package: facts collected");
  const made = await ctx.runtime.sandbox.run(
    "packageFiles",
    { facts, paper: record.organization.settings.paper, verifierHtml: await verifierPage() },
    { timeoutMs: 300_000 },
  );
  const entries: Entry[] = [
    ...(await storedEntries(ctx, record, facts)),
    ...[...made, ...(await statusFiles(ctx, row))].map((file) => ({
      ...{ name: file.name, about: file.about, isPersonal: file.isPersonal, sha256: null },
      open: () => [file.bytes],
    })),
  ];
  const progress = progressOf(ctx, packageId, entries.length * 2 + 4);
  const hashed: Hashed[] = [];
  for (const entry of inZipOrder(entries)) {
    hashed.push(await look(entry));
    await progress();
  }
  reached("package: hashed");
  const listed = await listing(hashed, row);
  const manifest = manifestBytes(facts, ...listed.lists);
  const { cms, timestamp } = await signedOnce(ctx, row, manifest);
  const container = asicManifest(listed.files, { manifest, cms, timestamp });
  const signature = await asicSignedOnce(ctx, row, container);
  reached("package: signed");
  const about = [
    [MANIFEST, manifest],
    [MANIFEST_SIGNATURE, cms],
    [MANIFEST_TIMESTAMP, timestamp],
    [ASIC_MANIFEST, container],
    [ASIC_SIGNATURE, signature],
  ] as const;
  const files: ZipInput[] = [...listed.files, ...about.map(([name, bytes]) => inMemory(name, bytes))];
  await store(
    ctx,
    row,
    files.map((file) => watched(file, progress)),
    facts.completedAt,
  );
}

/** The status of the seal's certificate, asked for once and kept: the list of files covers it. */
async function statusFiles(ctx: WorkerContext, row: PackageRow): Promise<PackageFile[]> {
  let { sealOcsp, rootCrl } = row;
  if (!sealOcsp || !rootCrl) {
    ({ sealOcsp, rootCrl } = await sealStatus(ctx));
    await inTransaction(ctx, (ctx) => changePackage(ctx, row.id, { sealOcsp, rootCrl }));
  }
  const words = packageWords();
  const files = [
    { name: SEAL_STATUS, bytes: sealOcsp, about: words("about.ocsp"), isPersonal: false },
    { name: ROOT_STATUS, bytes: rootCrl, about: words("about.crl"), isPersonal: false },
  ];
  return files.filter(({ bytes }) => bytes.length > 0);
}

/** Documents as uploaded and as sealed, and the audit trail, read from the store when their turn comes. */
async function storedEntries(
  ctx: WorkerContext,
  record: EnvelopeRecord,
  facts: PackageFacts,
): Promise<Entry[]> {
  const names = storedNames(facts);
  const at = facts.order.askedAt;
  const { attachments, received } = await inTransaction(ctx, async (ctx) => ({
    attachments: await loadAttachments(ctx, record.envelope.id),
    received: await loadReceived(
      ctx,
      record.documents.map(({ id }) => id),
    ),
  }));
  const trail = await trailParts(ctx, record, at);
  const read = (parts: readonly { readonly fileKey: string }[]) => () => scanned(ctx, parts);
  return [
    {
      ...names.trail,
      sha256: trail.sha256,
      open: read(trail.parts),
    },
    ...attachments.map(
      (row, index): Entry => ({
        ...names.attachments[index]!,
        sha256: row.sha256,
        open: read([row]),
      }),
    ),
    ...received.map(
      (row, index): Entry => ({
        ...names.received[index]!,
        sha256: row.sha256,
        open: read([row]),
      }),
    ),
    ...record.documents.flatMap(({ id }, index): Entry[] => {
      const parts = sealedParts(record, id, at);
      const original = record.revisions.find(({ documentId, number }) => documentId === id && number === 0)!;
      const { signed, original: upload } = names.documents[index]!;
      return [
        { ...signed, sha256: parts.at(-1)!.sha256, open: read(parts) },
        { ...upload, sha256: original.sha256, open: read([original]) },
      ];
    }),
  ];
}

/** Reads a file once for all that must be known of it before it is written. */
async function look(entry: Entry): Promise<Hashed> {
  const known = await lookAt(await entry.open());
  if (entry.sha256 !== null && entry.sha256 !== known.sha256)
    throw evidenceError("seal-does-not-hold", `${entry.name} is not what was stored`);
  return { ...entry, ...known };
}

/** What goes in and what stays out, with the list for `sha256sum` as one file more. */
async function listing(hashed: readonly Hashed[], { variant }: PackageRow) {
  const plain = ({ name, sizeBytes, sha256, about }: ListedFile): ListedFile => ({
    ...{ name, sizeBytes, sha256, about },
  });
  const isIn = ({ isPersonal }: Hashed) => variant === "full" || !isPersonal;
  const kept = hashed.filter(isIn);
  const sums = await look({
    ...{ name: SUMS, about: packageWords()("about.sums"), isPersonal: false, sha256: null },
    open: () => [fromUtf8(sumsOf(kept))],
  });
  const files = inZipOrder([...kept, sums]);
  const withheld = hashed.filter((one) => !isIn(one));
  return { files, lists: [files.map(plain), withheld.map(plain)] as const };
}

function inMemory(name: string, bytes: Uint8Array): ZipInput {
  return { name, sizeBytes: bytes.length, crc32: crc32(bytes), open: () => [bytes] };
}

/** Signs a list of files once: the same list gets the signature that is kept already. */
async function signedOnce(ctx: WorkerContext, row: PackageRow, manifest: Uint8Array) {
  const text = toUtf8(manifest);
  const { manifestCms: cms, manifestTimestamp: timestamp } = row;
  if (row.manifest === text && cms && timestamp) return { cms, timestamp };
  await inTransaction(ctx, (ctx) =>
    changePackage(ctx, row.id, { manifest: text, manifestCms: null, manifestTimestamp: null, asicCms: null }),
  );
  const signed = await signManifest(ctx, manifest, {
    ...{ kind: "package", subjectId: row.id, envelopeId: row.envelopeId },
  });
  await inTransaction(ctx, (ctx) =>
    changePackage(ctx, row.id, { manifestCms: signed.cms, manifestTimestamp: signed.timestamp }),
  );
  return signed;
}

/** The list of the container follows from what was signed before it, so that it needs not be kept beside its signature. */
async function asicSignedOnce(ctx: WorkerContext, row: PackageRow, list: Uint8Array): Promise<Uint8Array> {
  const { asicCms } = await inTransaction(ctx, (ctx) => loadPackage(ctx, row.id));
  if (asicCms) return asicCms;
  const signed = await signDetached(ctx, list, {
    ...{ kind: "package", subjectId: row.id, envelopeId: row.envelopeId },
  });
  await inTransaction(ctx, (ctx) => changePackage(ctx, row.id, { asicCms: signed }));
  return signed;
}

async function store(
  ctx: WorkerContext,
  row: PackageRow,
  files: readonly ZipInput[],
  at: Date,
): Promise<void> {
  const { runtime, organizationId } = ctx;
  const { id, envelopeId, variant } = row;
  const attempt = toHex(runtime.random(4));
  const fileKey = `org/${organizationId}/envelopes/${envelopeId}/package-${id}-${attempt}.zip.enc`;
  const { sha256, sizeBytes } = await runtime.files.put(fileKey, writeZip(files, at));
  reached("package: stored");
  await inTransaction(ctx, async (ctx) => {
    const { state } = await loadPackage(ctx, id, true);
    if (state === "ready") return;
    const readyAt = ctx.now();
    await changePackage(ctx, id, { state: "ready", fileKey, sha256, sizeBytes, readyAt });
    await appendEvent(ctx, {
      type: "package.built",
      envelopeId,
      data: { package: id, variant, sha256, sizeBytes },
    });
  });
}

/** Says how far the work is, not more often than twice a second. */
function progressOf(ctx: WorkerContext, id: PackageId, total: number): () => Promise<void> {
  let [done, saidAt] = [0, 0];
  return async () => {
    done++;
    const now = Date.now();
    if (now - saidAt < 500) return;
    saidAt = now;
    await inTransaction(ctx, (ctx) => changePackage(ctx, id, { state: "building", done, total }));
  };
}

function watched(file: ZipInput, progress: () => Promise<void>): ZipInput {
  return {
    ...file,
    async open() {
      await progress();
      return (async function* () {
        yield* await file.open();
      })();
    },
  };
}

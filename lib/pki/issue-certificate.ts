import type { Connection } from "#db/client.ts";
import { sha256, toHex } from "#lib/bytes.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { type CertificateId, type EnvelopeId, type RecipientId, uuidV7 } from "#lib/ids.ts";
import type { WorkerRuntime } from "#lib/runtime.ts";
import { issuerWith } from "./core/certificates/authorities.ts";
import {
  type CertificateDraft,
  type Issuer,
  signCertificate,
} from "./core/certificates/draft-certificate.ts";
import { draftSeal, draftSigner } from "./core/certificates/leaves.ts";
import type { AuthenticationMethod } from "./core/certificates/profiles.ts";
import { gathered } from "./gather.ts";
import { PARTITION_SIZE, pointersTo } from "./pointers.ts";
import {
  loadEnvelopeNames,
  loadIsStaging,
  type NewCertificate,
  type NewSerial,
  reserveSerials,
  saveIssued,
  saveSerials,
} from "./store.ts";

export interface IssuedCertificate {
  readonly id: CertificateId;
  readonly der: Uint8Array;
  /** From its issuer up to and with the root, DER each. */
  readonly chain: readonly Uint8Array[];
}

/** Clocks of validators are not ours: a certificate is valid from a little before it is used. */
const BACKDATE_MS = 300_000;

export interface SignerSubject {
  readonly envelopeId: EnvelopeId;
  readonly recipientId: RecipientId;
  /** As signed. */
  readonly name: string;
  readonly email: string;
  readonly methods: readonly AuthenticationMethod[];
  /** Hash of the audit event that records the person's act: 32 bytes. */
  readonly authorizingEventSha256: Uint8Array;
  readonly publicKey: Uint8Array;
}

/** A certificate for one person and one envelope, on the record before it is used. @throws pki/name-unfit */
export async function issueSignerCertificate(
  ctx: WorkerContext,
  subject: SignerSubject,
): Promise<IssuedCertificate> {
  const { envelopeId, recipientId, name, ...rest } = subject;
  const pairwiseId = pairwiseIdOf(ctx.organizationId, subject.email);
  const of = { envelopeId, recipientId, words: [name, subject.email] };
  return issue(ctx, "signer", of, (common, issuer) =>
    draftSigner({ ...rest, ...common, commonName: commonNameOf(name), pairwiseId }, issuer),
  );
}

/** A certificate for an organization's own key. @throws pki/name-unfit */
export async function issueSealCertificate(
  ctx: WorkerContext,
  subject: { readonly organizationName: string; readonly publicKey: Uint8Array },
): Promise<IssuedCertificate> {
  const organization = commonNameOf(subject.organizationName);
  const name = [
    ["O", organization],
    ["CN", organization],
  ] as const;
  const { publicKey } = subject;
  return issue(
    ctx,
    "seal",
    { envelopeId: null, recipientId: null, words: [subject.organizationName] },
    (common, issuer) => draftSeal({ ...common, name, publicKey }, issuer),
  );
}

/** As much of a name as a certificate takes: what is on record must not wait for one for ever. RFC 5280 appendix A.1 */
export const commonNameOf = (name: string): string => [...name].slice(0, 64).join("").trimEnd();

interface CommonRequest {
  readonly serial: Uint8Array;
  readonly notBefore: Date;
  readonly pointers: ReturnType<typeof pointersTo>;
  readonly isTest: boolean;
}

/** It never changes, so each process asks once. */
const staging = new WeakMap<object, Map<string, boolean>>();

async function isStaging(ctx: WorkerContext): Promise<boolean> {
  const known = staging.get(ctx.runtime) ?? new Map<string, boolean>();
  staging.set(ctx.runtime, known);
  const before = known.get(ctx.organizationId);
  if (before !== undefined) return before;
  const found = await inTransaction(ctx, loadIsStaging);
  known.set(ctx.organizationId, found);
  return found;
}

interface CertificateOrigin {
  readonly envelopeId: EnvelopeId | null;
  readonly recipientId: RecipientId | null;
  /** What people will look for it by, beside what stands in it. */
  readonly words: readonly string[];
}

/** Intent and serial first, then the signature, then the certificate's hash: nothing leaves that is not on record. */
async function issue(
  ctx: WorkerContext,
  kind: "signer" | "seal",
  { words, ...of }: CertificateOrigin,
  draft: (common: CommonRequest, issuer: Issuer) => CertificateDraft,
): Promise<IssuedCertificate> {
  const { runtime, organizationId } = ctx;
  const { issuing } = await runtime.authorities();
  const at = ctx.now();
  const partition = await nextPartition(runtime, issuing.id);
  const common = {
    serial: runtime.random(16),
    notBefore: new Date(at.getTime() - BACKDATE_MS),
    pointers: pointersTo(runtime.config.baseUrl, issuing.id, partition),
    isTest: await isStaging(ctx),
  };
  const drafted = draft(common, issuerWith(issuing.certificateDer, issuing.key));
  const { subject, issuer, notBefore, notAfter, serialHex: serial } = drafted;
  const authorityId = issuing.id;
  const { intend, keep } = deskOf(ctx);
  await intend({ authorityId, serial, profile: kind, intendedAt: at, notAfter, partition });
  const der = await signCertificate(drafted, issuing.key);
  const hash = toHex(sha256(der));
  const id = uuidV7(at.getTime(), runtime.random(10)) as CertificateId;
  const row = { organizationId, id, kind, ...of, authorityId, serial, sha256: hash, der };
  const stands = { subject, issuer, notBefore, notAfter, createdAt: ctx.now() };
  await keep({
    ...row,
    ...stands,
    searchText: [...words, subject, issuer, serial, hash].join("\n"),
  });
  return { id, der, chain: [issuing.certificateDer, ...issuing.chain] };
}

/** While one waits for the disk, the other is prepared. */
const LANES = 2;

/** Where what is issued at the same time goes on record together: each waits for the disk, and one wait does for all. */
interface Desk {
  readonly intend: (row: NewSerial) => Promise<void>;
  readonly keep: (row: NewCertificate) => Promise<void>;
}

const desks = new WeakMap<object, Map<string, Desk>>();

function deskOf(ctx: WorkerContext): Desk {
  const { connection, organizationId } = ctx;
  const ofConnection = desks.get(connection) ?? new Map<string, Desk>();
  desks.set(connection, ofConnection);
  const known = ofConnection.get(organizationId);
  if (known) return known;
  const desk: Desk = {
    intend: gathered(async (rows) => {
      await saveSerials(connection, rows);
      return rows.map(() => undefined);
    }),
    keep: gathered(
      async (rows: readonly NewCertificate[]) => {
        await inTransaction(ctx, (ctx) => keepIssued(ctx, rows));
        return rows.map(() => undefined);
      },
      { lanes: LANES, onIdle: () => ofConnection.delete(organizationId) },
    ),
  };
  ofConnection.set(organizationId, desk);
  return desk;
}

async function keepIssued(ctx: WorkerContext, rows: readonly NewCertificate[]): Promise<void> {
  const envelopeIds = [...new Set(rows.flatMap(({ envelopeId }) => envelopeId ?? []))];
  const names = await loadEnvelopeNames(ctx, envelopeIds);
  const named = rows.map((row) => {
    const ofEnvelope = (row.envelopeId && names.get(row.envelopeId)) ?? [];
    return { ...row, searchText: [row.searchText, ...ofEnvelope].join("\n").toLowerCase() };
  });
  await saveIssued(ctx, named);
}

type NextSerial = (input: null) => Promise<number>;

const reserved = new WeakMap<object, Map<string, NextSerial>>();
const BLOCK = 50;

/**
 * The part of the authority's revocation list for its next certificate. Serial numbers are set aside by blocks, so
 * that those who issue at the same time do not wait for each other; what a block has left at the end is lost.
 */
async function nextPartition({ database }: WorkerRuntime, authorityId: string): Promise<number> {
  const ofDatabase = reserved.get(database) ?? new Map<string, NextSerial>();
  reserved.set(database, ofDatabase);
  const next = ofDatabase.get(authorityId) ?? serialsOf(database.db, authorityId);
  ofDatabase.set(authorityId, next);
  return Math.floor((await next(null)) / PARTITION_SIZE);
}

/** Counts; whoever comes when a block is used up waits for one that does for all who wait. */
function serialsOf(db: Connection, authorityId: string): NextSerial {
  let block = { next: 0, end: 0 };
  const refill = gathered(async (inputs: readonly null[]) => {
    const found: number[] = [];
    while (found.length < inputs.length && block.next < block.end) found.push(block.next++);
    const missing = inputs.length - found.length;
    if (missing === 0) return found;
    const first = await reserveSerials(db, authorityId, missing + BLOCK);
    block = { next: first + missing, end: first + missing + BLOCK };
    return [...found, ...Array.from({ length: missing }, (_, index) => first + index)];
  });
  return async (input) => (block.next < block.end ? block.next++ : refill(input));
}

/** The same for one address within one organization, and telling nothing of either to anybody else. */
function pairwiseIdOf(organizationId: string, email: string): string {
  return toHex(sha256(new TextEncoder().encode(`${organizationId}\n${email}`))).slice(0, 32);
}

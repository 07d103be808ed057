import type { AuthorityCheck, SealProof } from "#db/schema/keys.ts";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission, requireSystem } from "#lib/authorize.ts";
import { type Context, inTransaction, type WorkerContext } from "#lib/context.ts";
import {
  type AuthorityRotationRow,
  changeAuthorityRotation,
  loadAuthorityRotation,
  loadAuthorityRotations,
} from "./authority-rotations-store.ts";
import { parseCertificate } from "./core/certificates/certificate.ts";
import { toPem } from "./core/certificates/pem.ts";
import { pkiError } from "./errors.ts";
import { isFounder } from "./founder.ts";
import { type AuthorityRow, loadAuthorities } from "./store.ts";

export interface AuthorityFacts {
  readonly subject: string;
  readonly issuer: string;
  readonly algorithm: string;
  readonly provider: string;
  readonly serial: string;
  readonly sha256: string;
  readonly notAfter: Date;
}

export interface AuthorityRotationView {
  readonly id: string;
  readonly kind: AuthorityRotationRow["kind"];
  readonly state: AuthorityRotationRow["state"];
  readonly from: AuthorityFacts;
  /** Null until the successor is in use. */
  readonly to: AuthorityFacts | null;
  readonly checks: readonly AuthorityCheck[];
  /** Null until earlier documents were validated. */
  readonly proof: SealProof | null;
  readonly cause: AuthorityRotationRow["cause"];
  /** Null where nobody asked on a page. */
  readonly startedBy: string | null;
  readonly startedAt: Date;
  /** Null where it was to be at once. */
  readonly plannedAt: Date | null;
  /** The code of a refusal: nothing was made to be tried. */
  readonly refusal: string | null;
  readonly switchedAt: Date | null;
}

const MOST = 20;

/** The exchanges of authorities, newest first; empty for everybody but who set the installation up. */
export async function listAuthorityRotations(ctx: Context): Promise<AuthorityRotationView[]> {
  requirePermission(ctx, "key.manage");
  if (!(await isFounder(ctx))) return [];
  const authorities = await loadAuthorities(ctx.connection);
  const rows = await inTransaction(ctx, (ctx) => loadAuthorityRotations(ctx, MOST));
  return rows.map((row) => viewOf(row, authorities));
}

/** @throws pki/not-found */
export async function getAuthorityRotation(
  ctx: Context,
  input: { readonly rotationId: string },
): Promise<AuthorityRotationView> {
  requirePermission(ctx, "key.manage");
  const row = await inTransaction(ctx, (ctx) => loadAuthorityRotation(ctx, input.rotationId));
  if (!row) throw pkiError("not-found", `rotation ${input.rotationId}`);
  return viewOf(row, await loadAuthorities(ctx.connection));
}

/** The certificate of the authority that was replaced, PEM: a copy to keep. @throws pki/not-found */
export async function replacedCertificate(ctx: Context, input: { readonly rotationId: string }) {
  requirePermission(ctx, "key.manage");
  const row = await inTransaction(ctx, (ctx) => loadAuthorityRotation(ctx, input.rotationId));
  const from = row && (await loadAuthorities(ctx.connection)).find(({ id }) => id === row.fromId);
  if (!from) throw pkiError("not-found", `rotation ${input.rotationId}`);
  const bytes = new TextEncoder().encode(toPem(from.certificateDer));
  const fileName = `${from.subject.replaceAll(/[^\w-]+/g, "-")}.pem`;
  return { fileName, sizeBytes: bytes.length, bytes: new Blob([bytes]).stream() };
}

/** When the successor took over; null where it did not, and where the proof is there. */
export async function switchedAuthority(ctx: WorkerContext, rotationId: string): Promise<Date | null> {
  requireSystem(ctx);
  const row = await inTransaction(ctx, (ctx) => loadAuthorityRotation(ctx, rotationId));
  return row?.state === "switched" ? row.switchedAt : null;
}

/** Keeps what the check of earlier documents found. */
export async function recordAuthorityProof(
  ctx: WorkerContext,
  rotationId: string,
  proof: SealProof,
): Promise<void> {
  requireSystem(ctx);
  await inTransaction(ctx, async (ctx) => {
    const row = await loadAuthorityRotation(ctx, rotationId);
    if (row?.state !== "switched") return;
    await changeAuthorityRotation(ctx, rotationId, { proof, state: "proved" });
    const good = proof.documents.filter(({ isGood }) => isGood).length;
    const counts = { documents: proof.documents.length, good };
    const data = { rotation: rotationId, kind: row.kind, ...counts };
    await appendEvent(ctx, { type: "authority.rotation-proved", envelopeId: null, data });
  });
}

function viewOf(row: AuthorityRotationRow, authorities: readonly AuthorityRow[]): AuthorityRotationView {
  const factsOf = (id: string | null) => {
    const found = authorities.find((one) => one.id === id);
    return found ? facts(found) : null;
  };
  const { id, kind, state, cause, checks, proof, refusal, fromId, toId } = row;
  const { memberName: startedBy, createdAt: startedAt, plannedAt, switchedAt } = row;
  const shown = { id, kind, state, cause, checks, proof, refusal, startedBy, startedAt, plannedAt };
  return { ...shown, switchedAt, from: factsOf(fromId)!, to: factsOf(toId) };
}

function facts({ certificateDer, certificateSha256, keyProvider, notAfter }: AuthorityRow): AuthorityFacts {
  const { subject, issuer, key, serialHex } = parseCertificate(certificateDer);
  return {
    ...{ subject: subject.text, issuer: issuer.text, algorithm: key.name, provider: keyProvider },
    ...{ serial: serialHex, sha256: certificateSha256, notAfter },
  };
}

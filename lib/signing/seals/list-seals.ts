import type { SealCheck } from "#db/schema/seals.ts";
import { requireGrant } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { CertificateId } from "#lib/ids.ts";
import { parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { shortName } from "#lib/pki/core/view/short-name.ts";
import { findOpenRotation } from "../rotation-store.ts";
import { loadActiveSeal } from "../store.ts";
import { type BroughtSealRow, listBroughtSeals, listRegistered } from "./store.ts";

/** What seals, and what is on its way to. */
export interface SealsView {
  /** Null before the first document is certified. */
  readonly current: CurrentSeal | null;
  readonly brought: readonly BroughtSeal[];
  readonly registered: readonly RegisteredCertificate[];
}

export interface CurrentSeal {
  readonly certificateId: CertificateId;
  readonly subject: string;
  readonly issuer: string;
  readonly notAfter: Date;
  readonly algorithm: string;
  /** Where its key is. */
  readonly provider: string;
  /** Another authority's certificate. */
  readonly isBrought: boolean;
}

export interface BroughtSeal {
  readonly id: string;
  readonly origin: BroughtSealRow["origin"];
  readonly state: BroughtSealRow["state"];
  readonly name: string;
  readonly algorithm: string;
  readonly provider: string | null;
  readonly issuer: string | null;
  readonly notAfter: Date | null;
  readonly certificateSha256: string | null;
  /** Null while no test has been made of this certificate. */
  readonly checks: readonly SealCheck[] | null;
  readonly waitingFor: string | null;
  readonly createdAt: Date;
  /** It was asked for by itself, since the certificate of another ends. */
  readonly isRenewal: boolean;
  /** The rotation that is under way with it. */
  readonly rotationId: string | null;
}

export interface RegisteredCertificate {
  readonly id: string;
  readonly use: "anchor" | "chain";
  readonly subject: string;
  readonly sha256: string;
  readonly notAfter: Date;
}

/** The organization's seal and the keys that were brought to become it. */
export async function listSeals(ctx: Context): Promise<SealsView> {
  requireGrant(ctx, "seal.manage", "keys:read");
  return inTransaction(ctx, async (ctx) => {
    const active = await loadActiveSeal(ctx);
    const rotation = await findOpenRotation(ctx);
    return {
      current: active && {
        certificateId: active.certificate.id,
        subject: shortName(parseCertificate(active.certificate.der).subject),
        issuer: shortName(parseCertificate(active.certificate.der).issuer),
        notAfter: active.certificate.notAfter,
        algorithm: active.key.algorithm,
        provider: active.key.provider,
        isBrought: active.certificate.authorityId === null,
      },
      brought: (await listBroughtSeals(ctx)).map((row) => ({
        ...viewOf(row),
        rotationId: rotation?.sealId === row.id ? rotation.id : null,
      })),
      registered: (await listRegistered(ctx)).map(({ id, use, subject, sha256, notAfter }) => ({
        ...{ id, use, subject, sha256, notAfter },
      })),
    };
  });
}

/** A brought key as it is shown. */
export function viewOf(row: BroughtSealRow): BroughtSeal {
  const { id, origin, state, algorithm, provider, certificateSha256, checks, waitingFor, createdAt } = row;
  const certificate = row.certificateDer && parseCertificate(row.certificateDer);
  return {
    ...{ id, origin, state, algorithm, provider, certificateSha256, checks, waitingFor, createdAt },
    name: certificate ? shortName(certificate.subject) : (row.subject.at(-1)?.[1] ?? ""),
    issuer: certificate ? shortName(certificate.issuer) : null,
    notAfter: certificate ? certificate.notAfter : null,
    isRenewal: row.renews !== null,
    rotationId: null,
  };
}

import { appendEvent } from "#lib/audit/append-event.ts";
import { requireSystem } from "#lib/authorize.ts";
import { type Context, inTransaction, type WorkerContext } from "#lib/context.ts";
import { isRefusal } from "#lib/errors.ts";
import { uuidV7 } from "#lib/ids.ts";
import { encodeName, type NameParts } from "#lib/pki/core/asn1/names.ts";
import { type Certificate, parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { KEY_ALGORITHMS } from "#lib/pki/core/key-algorithms.ts";
import { shortName } from "#lib/pki/core/view/short-name.ts";
import { type RenewalReason, renewalReason } from "../core/key-dates.ts";
import { loadPolicy } from "../keys/store.ts";
import { loadSettings, lockSeal } from "../store.ts";
import { requireNotRevoked } from "./brought-status.ts";
import {
  type BroughtSealRow,
  findBroughtInUse,
  isBeingRenewed,
  loadKeyOf,
  saveBroughtSeal,
} from "./store.ts";

/**
 * Begins to renew the certificate that seals documents, when another's authority issued it and it ends soon, has ended
 * or was revoked: a new key is wanted, and with it a request of the same name for that authority. Once for each
 * certificate, also when the request is given up. A remote signing service renews what it keeps itself.
 */
export async function renewSeal(ctx: WorkerContext, classDays = 0): Promise<void> {
  requireSystem(ctx);
  const inUse = await inTransaction(ctx, findBroughtInUse);
  if (!inUse || inUse.origin === "remote") return;
  const isRevoked = await isRevokedByAuthority(ctx, inUse);
  const { sealAlgorithm } = ctx.runtime.keys;
  await inTransaction(ctx, async (ctx) => {
    await lockSeal(ctx);
    const seal = await findBroughtInUse(ctx);
    if (seal?.id !== inUse.id || (await isBeingRenewed(ctx, seal.id))) return;
    const certificate = parseCertificate(seal.certificateDer!);
    const reason = await reasonFor(ctx, seal, { certificate, isRevoked, classDays });
    if (!reason) return;
    const algorithm = KEY_ALGORITHMS.find((one) => one === seal.algorithm) ?? sealAlgorithm;
    const { organizationId } = ctx;
    const at = ctx.now();
    const id = uuidV7(at.getTime(), ctx.runtime.random(10));
    const subject = await subjectFor(ctx, seal, certificate);
    await saveBroughtSeal(ctx, {
      ...{ organizationId, id, origin: "request", state: "key-wanted", subject, algorithm },
      wantedProvider: seal.origin === "chosen" ? seal.provider : seal.wantedProvider,
      ...{ renews: seal.id, createdBy: null, createdAt: at, changedAt: at },
    });
    const facts = { certificate: seal.certificateSha256, name: shortName(certificate.subject) };
    await appendEvent(ctx, {
      type: "seal-renewal.started",
      envelopeId: null,
      data: {
        ...{ seal: id, renews: seal.id, reason, algorithm, ...facts },
        until: certificate.notAfter.toISOString(),
      },
    });
  });
}

async function isRevokedByAuthority(ctx: WorkerContext, seal: BroughtSealRow): Promise<boolean> {
  try {
    await requireNotRevoked(ctx, { der: seal.certificateDer!, chainPem: seal.chainPem! });
    return false;
  } catch (error) {
    if (isRefusal(error, "signing/seal-revoked")) return true;
    throw error;
  }
}

interface Renewal {
  readonly certificate: Certificate;
  readonly isRevoked: boolean;
  /** For how many days more it has to be valid for a document that waits. */
  readonly classDays: number;
}

async function reasonFor(
  ctx: Context,
  { certificateId }: BroughtSealRow,
  { certificate, isRevoked, classDays }: Renewal,
): Promise<RenewalReason | null> {
  const key = certificateId && (await loadKeyOf(ctx, certificateId));
  if (isRevoked || key?.blockedAt) return "revoked";
  if (!key?.isActive) return null;
  const { leastSealDays } = await loadPolicy(ctx);
  return renewalReason(certificate.notAfter, Math.max(leastSealDays, classDays), ctx.now());
}

/** As the first request said; of a certificate that came with its key, what a request can carry. */
async function subjectFor(ctx: Context, seal: BroughtSealRow, { subject }: Certificate): Promise<NameParts> {
  if (seal.origin === "request" || seal.origin === "chosen") return seal.subject as NameParts;
  const parts = subject.parts.flatMap(({ attribute, value }) =>
    value !== null && canBeAsked([attribute, value]) ? ([[attribute, value]] as unknown as NameParts) : [],
  );
  if (parts.some(([attribute]) => attribute === "CN" || attribute === "O")) return parts;
  const { name } = await loadSettings(ctx);
  return [
    ["O", name.slice(0, 64)],
    ["CN", name.slice(0, 64)],
  ];
}

function canBeAsked(part: readonly [string, string]): boolean {
  try {
    return encodeName([part] as unknown as NameParts).length > 0;
  } catch {
    return false;
  }
}

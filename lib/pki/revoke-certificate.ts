import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { type CertificateId, uuidV7 } from "#lib/ids.ts";
import { forgetAnswers } from "./answers-at-hand.ts";
import { parseCertificate } from "./core/certificates/certificate.ts";
import { pkiError } from "./errors.ts";
import { requireFounder } from "./founder.ts";
import {
  blockSealKey,
  changeAuthority,
  isSealBlocked,
  loadAuthorities,
  loadCertificate,
  loadIssuedAt,
  saveRevocation,
  saveRevocationNote,
} from "./store.ts";

/** Reasons a person may give; the others of RFC 5280 §5.3.1 are about other kinds of lists. */
export const REVOCATION_REASONS = [
  "unspecified",
  "keyCompromise",
  "caCompromise",
  "affiliationChanged",
  "superseded",
  "cessationOfOperation",
  "privilegeWithdrawn",
] as const;

const Input = z.object({
  target: z.union([
    z.object({ certificateId: z.uuid().transform((id) => id as CertificateId) }),
    z.object({ authorityId: z.uuid() }),
  ]),
  reason: z.enum(REVOCATION_REASONS),
  /** Why, in the person's own words. */
  note: z.string().trim().max(1000).default(""),
  /** When the key was lost, as far as anybody knows; not in the future. */
  invalidSince: z.date().nullable().default(null),
});

export interface Revoked {
  readonly sha256: string;
  readonly revokedAt: Date;
}

/**
 * Revokes a signer's, a seal's or an authority's certificate: from now on its authority says so to whoever asks,
 * and the key is used no more. Of a certificate that another's authority issued only the key is blocked.
 *
 * @throws pki/already-revoked, not-found, not-revocable (a root: nobody is above it), not-the-founder
 */
export async function revokeCertificate(ctx: Context, input: z.input<typeof Input>): Promise<Revoked> {
  const actor = requirePermission(ctx, "key.manage");
  const { target, reason, note, invalidSince: given } = Input.parse(input);
  const invalidSince = given && wholeSeconds(given);
  const found =
    "authorityId" in target
      ? await findAuthority(ctx, target.authorityId)
      : await findCertificate(ctx, target.certificateId);
  const revokedAt = wholeSeconds(ctx.now());
  if (invalidSince && invalidSince > ctx.now()) throw pkiError("not-revocable", "a loss in the future");
  await inTransaction(ctx, async (ctx) => {
    const { issuerId: authorityId, serial, sha256, kind } = found;
    const change = { revokedAt, revocationReason: reason, invalidSince };
    const isNew = authorityId
      ? await saveRevocation(ctx.connection, { authorityId, serial }, change)
      : !found.isBlocked;
    if (!isNew) throw pkiError("already-revoked", `${serial} of ${authorityId}`);
    if ("authorityId" in target)
      await changeAuthority(ctx.connection, target.authorityId, { isActive: false });
    else await blockSealKey(ctx, target.certificateId, revokedAt);
    await saveRevocationNote(ctx, {
      ...{ organizationId: ctx.organizationId, id: uuidV7(revokedAt.getTime(), ctx.runtime.random(10)) },
      ...{ certificateId: "authorityId" in target ? null : target.certificateId, sha256, reason, note },
      ...{ memberId: actor.memberId, memberName: actor.name, revokedAt, invalidSince },
    });
    await appendEvent(ctx, {
      type: "certificate.revoked",
      envelopeId: null,
      data: {
        ...{ kind, authority: authorityId, serial, certificateSha256: sha256, reason },
        ...{ revokedAt: revokedAt.toISOString(), invalidSince: invalidSince?.toISOString() },
        note: note === "" ? undefined : personal(note),
      },
    });
  });
  forgetAnswers(ctx.runtime);
  return { sha256: found.sha256, revokedAt };
}

/** As lists and responses write it. */
const wholeSeconds = (at: Date): Date => new Date(Math.floor(at.getTime() / 1000) * 1000);

interface Found {
  readonly kind: string;
  /** The authority of ours that issued it and answers for it; null when another's has to be told. */
  readonly issuerId: string | null;
  /** Its key is blocked already. */
  readonly isBlocked?: boolean;
  readonly serial: string;
  readonly sha256: string;
}

async function findCertificate(ctx: Context, id: CertificateId): Promise<Found> {
  const row = await inTransaction(ctx, (ctx) => loadCertificate(ctx, id));
  if (!row) throw pkiError("not-found", `certificate ${id}`);
  const { kind, authorityId, serial, sha256 } = row;
  if (authorityId === null) {
    // Only its own authority can revoke it; here its key is blocked.
    if (kind !== "seal") throw pkiError("not-revocable", "another's authority issued it");
    return { kind, issuerId: null, serial, sha256, isBlocked: await isSealBlocked(ctx, id) };
  }
  const isOurs = await loadIssuedAt(ctx.connection, authorityId, serial);
  if (!isOurs) throw pkiError("not-revocable", "another's authority issued it");
  return { kind, issuerId: authorityId, serial, sha256 };
}

async function findAuthority(ctx: Context, id: string): Promise<Found> {
  await requireFounder(ctx);
  const rows = await loadAuthorities(ctx.connection);
  const row = rows.find((row) => row.id === id);
  if (!row) throw pkiError("not-found", `authority ${id}`);
  const { kind, issuerId, certificateDer, certificateSha256: sha256, isActive } = row;
  if (!issuerId) throw pkiError("not-revocable", "nobody is above a root");
  // Its successor needs the root, and there must always be one that can sign.
  const issuer = rows.find(({ id }) => id === issuerId);
  if (isActive && kind !== "cross" && issuer?.keyRemovedAt) throw pkiError("key-away", `successor of ${id}`);
  return { kind, issuerId, serial: parseCertificate(certificateDer).serialHex, sha256 };
}

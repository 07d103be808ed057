import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { CertificateId } from "#lib/ids.ts";
import { type AuthorityView, authoritiesOf } from "#lib/pki/list-authorities.ts";
import { type ReviewKind, type Urgency, urgencyOf } from "../core/key-dates.ts";
import { findOpenRotation } from "../rotation-store.ts";
import { type KeyPolicy, loadPolicy, loadReviews, loadSealKeys } from "./store.ts";

export type KeyState = "in-use" | "new" | "replaced" | "compromised" | "revoked" | "away" | "expired";

/** A key with its certificate, as the page shows it. */
export interface KeyItem {
  readonly kind: "seal" | AuthorityView["kind"];
  /** Of the certificate or of the authority: what a change of it names. */
  readonly certificateId: CertificateId | null;
  readonly authorityId: string | null;
  readonly name: string;
  readonly provider: string;
  readonly algorithm: string;
  readonly sha256: string;
  readonly state: KeyState;
  readonly until: Date;
  readonly urgency: Urgency;
  /** Null where nobody counts. */
  readonly signatures: number | null;
  readonly lastUsedAt: Date | null;
  readonly listUntil: Date | null;
}

export interface ReviewItem {
  readonly id: string;
  readonly kind: ReviewKind;
  readonly dueAt: Date;
  readonly isOverdue: boolean;
  readonly doneAt: Date | null;
  readonly doneBy: string | null;
  readonly note: string | null;
}

export interface KeysView {
  readonly seals: readonly KeyItem[];
  readonly authorities: readonly KeyItem[];
  readonly reviews: readonly ReviewItem[];
  readonly policy: KeyPolicy;
  readonly openRotationId: string | null;
  readonly isRootAway: boolean;
}

/** Every key and certificate that signs for the organization, and for the installation where it set that up. */
export async function listKeys(ctx: Context): Promise<KeysView> {
  requirePermission(ctx, "key.manage");
  const authorities = (await authoritiesOf(ctx)).map((one) => authorityItem(one, ctx.now()));
  return inTransaction(ctx, async (ctx) => ({
    seals: await sealItems(ctx),
    authorities,
    reviews: (await loadReviews(ctx)).map(({ id, kind, dueAt, doneAt, doneBy, note }) => ({
      ...{ id, kind, dueAt, doneAt, doneBy, note },
      isOverdue: doneAt === null && dueAt <= ctx.now(),
    })),
    policy: await loadPolicy(ctx),
    openRotationId: (await findOpenRotation(ctx))?.id ?? null,
    isRootAway: authorities.some(({ kind, state }) => kind === "root" && state === "away"),
  }));
}

/** Everything with an end that somebody has to see coming. The caller has asked who wants to know. */
export async function endingKeys(ctx: Context): Promise<KeyItem[]> {
  const authorities = (await authoritiesOf(ctx)).map((one) => authorityItem(one, ctx.now()));
  const seals = await inTransaction(ctx, sealItems);
  return [...seals, ...authorities].filter(({ state }) => state === "in-use" || state === "away");
}

async function sealItems(ctx: Context): Promise<KeyItem[]> {
  const rows = await loadSealKeys(ctx);
  return rows.map(({ key, certificate, revokedAt, signatures, lastUsedAt }) => {
    const { notAfter: until } = certificate;
    return {
      ...{ kind: "seal", certificateId: key.certificateId, authorityId: null, name: certificate.subject },
      ...{ provider: key.provider, algorithm: key.algorithm, sha256: certificate.sha256, until },
      state: sealState(key, revokedAt, until, ctx.now()),
      urgency: urgencyOf("seal", until, ctx.now()),
      ...{ signatures: signatures ?? 0, lastUsedAt, listUntil: null },
    };
  });
}

interface SealFacts {
  readonly blockedAt: Date | null;
  readonly replacedAt: Date | null;
  readonly isActive: boolean;
}

function sealState(
  { blockedAt, replacedAt, isActive }: SealFacts,
  revokedAt: Date | null,
  until: Date,
  now: Date,
): KeyState {
  if (blockedAt) return "compromised";
  if (revokedAt) return "revoked";
  if (until <= now) return "expired";
  if (isActive) return "in-use";
  return replacedAt ? "replaced" : "new";
}

function authorityItem(one: AuthorityView, now: Date): KeyItem {
  const { id, kind, name, provider, algorithm, sha256, usableUntil: until, listUntil } = one;
  return {
    ...{ kind, certificateId: null, authorityId: id, name, provider, algorithm, sha256, until, listUntil },
    state: authorityState(one, now),
    urgency: urgencyOf(kind, until, now),
    ...{ signatures: null, lastUsedAt: null },
  };
}

function authorityState({ revokedAt, notAfter, keyRemovedAt, isInUse }: AuthorityView, now: Date): KeyState {
  if (revokedAt) return "revoked";
  if (notAfter <= now) return "expired";
  if (!isInUse) return "replaced";
  return keyRemovedAt ? "away" : "in-use";
}

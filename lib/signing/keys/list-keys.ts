import { hasPermission, type Permission, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { CertificateId } from "#lib/ids.ts";
import { parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { type AuthorityView, authoritiesOf } from "#lib/pki/list-authorities.ts";
import { type ReviewKind, type Urgency, urgencyOf } from "../core/key-dates.ts";
import { isExportable } from "../core/key-export.ts";
import { loadStandby } from "../key-care/store.ts";
import { findOpenRotation } from "../rotation-store.ts";
import { type BroughtSealRow, listBroughtSeals } from "../seals/store.ts";
import { type KeyPolicy, loadOrganization, loadPolicy, loadReviews, loadSealKeys } from "./store.ts";

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
  /** Whether a copy of it can be made out of its place. */
  readonly isExportable: boolean;
  /** It can, and the organization forbids such keys: it signs nothing. */
  readonly isForbidden: boolean;
  /** Whose it is; null for the installation's. */
  readonly owner: string | null;
  /** The report of its test signing; null for the installation's. */
  readonly testId: string | null;
  /** What whoever looks may do with it. */
  readonly rights: readonly KeyRight[];
}

export type KeyRight = "rotate" | "block" | "ask-export" | "approve-it" | "approve-legal";

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
  const authorities = (await authoritiesOf(ctx)).map((one) => {
    const item = authorityItem(one, ctx.now());
    const isLost = item.state === "revoked" || item.state === "expired";
    const rights: KeyRight[] = [
      ...(item.state === "in-use" ? (["rotate"] as const) : []),
      ...(isLost || one.kind === "root" ? [] : (["block"] as const)),
    ];
    return { ...item, rights };
  });
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

export type EndingKey = Pick<KeyItem, "kind" | "name" | "algorithm" | "certificateId" | "sha256" | "until">;

/**
 * Everything with an end that somebody has to see coming: what is in use, and what shall take its place. The caller has
 * asked who wants to know.
 */
export async function endingKeys(ctx: Context): Promise<EndingKey[]> {
  const authorities = (await authoritiesOf(ctx)).map((one) => authorityItem(one, ctx.now()));
  const seals = await inTransaction(ctx, async (ctx) => [
    ...(await loadSealKeys(ctx)).filter(await waitsForUse(ctx)).map((row) => sealItem(row, ctx.now())),
    ...(await listBroughtSeals(ctx)).flatMap(broughtItem),
  ]);
  const isLive = ({ state }: KeyItem) => state === "in-use" || state === "away";
  return [...seals, ...authorities.filter(isLive)];
}

/** Whether a seal key signs, or may do so any day: a standby, the one it stands in for, a rotation's next. */
async function waitsForUse(ctx: Context): Promise<(row: SealRow) => boolean> {
  const standby = await loadStandby(ctx);
  const next = (await findOpenRotation(ctx))?.toKeyId;
  const ready = new Set([standby?.signingKeyId, standby?.insteadOfId, next]);
  return ({ key, certificate, revokedAt }) => {
    const state = sealState(key, revokedAt, certificate.notAfter, ctx.now());
    return state === "in-use" || ((state === "new" || state === "replaced") && ready.has(key.id));
  };
}

/** One that another's authority certified and that seals nothing yet. */
function broughtItem(row: BroughtSealRow): EndingKey[] {
  const { state, algorithm, certificateId, certificateDer, certificateSha256: sha256 } = row;
  if (!certificateDer || !sha256 || (state !== "certified" && state !== "tested")) return [];
  const { subject, notAfter: until } = parseCertificate(certificateDer);
  return [{ kind: "seal", name: subject.text, algorithm, certificateId, sha256, until }];
}

type SealRow = Awaited<ReturnType<typeof loadSealKeys>>[number];

async function sealItems(ctx: Context): Promise<KeyItem[]> {
  const { name } = await loadOrganization(ctx);
  const { forbidsExportable } = await loadPolicy(ctx);
  return (await loadSealKeys(ctx)).map((row) => {
    const item = sealItem(row, ctx.now());
    const isForbidden = item.isExportable && forbidsExportable;
    return { ...item, isForbidden, owner: name, rights: sealRights(ctx, item) };
  });
}

function sealRights({ actor }: Context, { state, isExportable }: KeyItem): KeyRight[] {
  const isLost = state === "compromised" || state === "revoked";
  const may = (right: KeyRight, permission: Permission, isSo = true) =>
    isSo && hasPermission(actor, permission) ? [right] : [];
  return [
    ...may("rotate", "key.manage", state === "in-use"),
    ...may("block", "key.manage", !isLost),
    ...may("ask-export", "key-export.request", isExportable),
    ...may("approve-it", "key-export.approve-it", isExportable),
    ...may("approve-legal", "key-export.approve-legal", isExportable),
  ];
}

function sealItem({ key, certificate, revokedAt, signatures, lastUsedAt }: SealRow, now: Date): KeyItem {
  const { notAfter: until } = certificate;
  return {
    ...{ kind: "seal", certificateId: key.certificateId, authorityId: null, name: certificate.subject },
    ...{ provider: key.provider, algorithm: key.algorithm, sha256: certificate.sha256, until },
    state: sealState(key, revokedAt, until, now),
    urgency: urgencyOf("seal", until, now),
    ...{ signatures: signatures ?? 0, lastUsedAt, listUntil: null },
    ...{ isExportable: isExportable(key.provider), isForbidden: false, owner: null, rights: [] },
    testId: key.testId,
  };
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
    ...{ signatures: null, lastUsedAt: null, testId: null, owner: null },
    // Of the authorities only a root's key is ever taken out, on the command line.
    ...{ isExportable: kind === "root" && provider === "software", isForbidden: false, rights: [] },
  };
}

function authorityState({ revokedAt, notAfter, keyRemovedAt, isInUse }: AuthorityView, now: Date): KeyState {
  if (revokedAt) return "revoked";
  if (notAfter <= now) return "expired";
  if (!isInUse) return "replaced";
  return keyRemovedAt ? "away" : "in-use";
}

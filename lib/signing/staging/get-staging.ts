import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { findStagingOf } from "#lib/identity/find-staging.ts";
import type { OrganizationId } from "#lib/ids.ts";
import { parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { shortName } from "#lib/pki/core/view/short-name.ts";
import { type BroughtSealRow, listBroughtSeals, listRegistered } from "../seals/store.ts";
import { hasSealed } from "./store.ts";

export const STAGING_STEPS = [
  ...["opened", "brought", "active", "sealed"],
  ...["carried", "broughtHere", "testedHere", "activeHere"],
] as const;

export interface StagingView {
  /** The one that is open now is the one for trials. */
  readonly isHere: boolean;
  /** Null when nothing was opened yet. */
  readonly staging: {
    readonly id: OrganizationId;
    readonly createdAt: Date;
    readonly isMember: boolean;
  } | null;
  /** Whose trials these are. */
  readonly real: { readonly id: OrganizationId; readonly isMember: boolean };
  /** In their order; null for whoever cannot look into both workspaces. */
  readonly steps:
    | readonly { readonly step: string; readonly isDone: boolean; readonly isThere: boolean }[]
    | null;
  /** The certificate that is being tried, once there is one. */
  readonly certificate: string | null;
  /** Certificates registered for trials and not for real. */
  readonly toCarry: number;
}

/** What was tried out, and what is left to do until the same holds for real. */
export async function getStaging(ctx: Context): Promise<StagingView> {
  requirePermission(ctx, "staging.open");
  const { staging, real, isHere, createdAt } = await findStagingOf(ctx);
  const places = {
    isHere,
    staging: staging && { id: staging.id, createdAt: createdAt!, isMember: staging.ctx !== null },
    real: { id: real.id, isMember: real.ctx !== null },
  };
  if (!staging?.ctx || !real.ctx) return { ...places, steps: null, certificate: null, toCarry: 0 };
  const there = await stateOf(staging.ctx);
  const here = await stateOf(real.ctx);
  // The furthest of those that were tried: what is in use, else what passed, else the newest.
  const tried = there.brought.toSorted((a, b) => rank(b) - rank(a))[0] ?? null;
  const same = tried
    ? here.brought.find((one) => one.certificateSha256 === tried.certificateSha256)
    : undefined;
  const toCarry = there.registered.filter(
    ({ sha256 }) => !here.registered.some((one) => one.sha256 === sha256),
  );
  const done: Readonly<Record<string, boolean>> = {
    opened: true,
    brought: tried !== null && rank(tried) > 0,
    active: tried !== null && tried.state === "active",
    sealed: tried?.certificateId
      ? await inTransaction(staging.ctx, (ctx) => hasSealed(ctx, tried.certificateId!))
      : false,
    carried: tried !== null && toCarry.length === 0,
    broughtHere: same !== undefined,
    testedHere: same !== undefined && rank(same) > 0,
    activeHere: same?.state === "active",
  };
  return {
    ...places,
    steps: STAGING_STEPS.map((step, at) => ({ step, isDone: done[step] ?? false, isThere: at < 4 })),
    certificate: tried?.certificateDer ? shortName(parseCertificate(tried.certificateDer).subject) : null,
    toCarry: toCarry.length,
  };
}

async function stateOf(ctx: Context) {
  return inTransaction(ctx, async (ctx) => ({
    brought: (await listBroughtSeals(ctx)).filter(({ certificateSha256 }) => certificateSha256 !== null),
    registered: await listRegistered(ctx),
  }));
}

/** How far one came: in use, or every check of its test signing passed. */
function rank({ state, checks }: BroughtSealRow): number {
  if (state === "active") return 2;
  return checks !== null && checks.length > 0 && checks.every(({ isGood }) => isGood) ? 1 : 0;
}

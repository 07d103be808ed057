import type { AuthorityCheck } from "#db/schema/keys.ts";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requireSystem } from "#lib/authorize.ts";
import { type Context, inTransaction, type WorkerContext } from "#lib/context.ts";
import { isRefusal } from "#lib/errors.ts";
import { uuidV7 } from "#lib/ids.ts";
import type { SigningKey } from "#lib/ports/keys.ts";
import type { WorkerRuntime } from "#lib/runtime.ts";
import { nextOf } from "./authority-plan.ts";
import {
  changeAuthorityRotation,
  loadAuthorityRotation,
  saveAuthorityRotation,
} from "./authority-rotations-store.ts";
import { failedIn, TrialFailed, tryMade } from "./authority-trial.ts";
import { createAuthority, crossCertify } from "./create-authority.ts";
import { pkiError } from "./errors.ts";
import { type AuthorityRow, loadAuthorities, lockAuthorities } from "./store.ts";

export interface Rotation {
  readonly kind: "root" | "issuing" | "tsa" | "ocsp" | "log";
  /** The authority in use when it was asked for: another one is left alone, so that twice is once. */
  readonly replaces: string;
  /** What was asked for on a page; none on the command line. */
  readonly rotationId?: string;
  /** The root's key, when it is not kept here. */
  readonly rootKey?: SigningKey;
}

/**
 * Puts a successor in an authority's place once it has done what it is for. The one before keeps its key: it goes on
 * saying which of its certificates are revoked. A new root and those before it vouch for each other, as far as their keys
 * are here; with it come a new issuing and a new time-stamping authority.
 *
 * @throws pki/profile-broken where the trial fails and nobody looks at a page for what was found
 */
export async function rotateAuthority(ctx: WorkerContext, rotation: Rotation): Promise<void> {
  requireSystem(ctx);
  const { rotationId } = rotation;
  try {
    const made = await inTransaction(ctx, (inner) => exchange(inner, ctx.runtime, rotation));
    if (made) await ctx.runtime.renewAuthorities();
  } catch (error) {
    const checks = error instanceof TrialFailed ? error.checks : [];
    const refusal = isRefusal(error) ? error.code : null;
    if (!(error instanceof TrialFailed) && refusal === null) throw error;
    const failed = refusal ? [refusal] : failedIn(checks);
    if (!rotationId) throw refusal ? error : pkiError("profile-broken", failed.join(", "), { cause: error });
    await inTransaction(ctx, (ctx) => giveUp(ctx, rotation, { checks, refusal, failed }));
  }
}

interface Failure {
  readonly checks: readonly AuthorityCheck[];
  /** Why nothing was made to be tried. */
  readonly refusal: string | null;
  readonly failed: readonly string[];
}

/** The one in use goes on. */
async function giveUp(
  ctx: Context,
  { kind, rotationId }: Rotation,
  { checks, refusal, failed }: Failure,
): Promise<void> {
  const row = rotationId ? await loadAuthorityRotation(ctx, rotationId) : null;
  if (row?.state !== "making") return;
  await changeAuthorityRotation(ctx, row.id, { state: "failed", checks, refusal });
  const data = { rotation: row.id, kind, failed };
  await appendEvent(ctx, { type: "authority.rotation-failed", envelopeId: null, data });
}

async function exchange(ctx: Context, runtime: WorkerRuntime, rotation: Rotation): Promise<boolean> {
  const { kind, replaces, rootKey } = rotation;
  const { connection } = ctx;
  await lockAuthorities(connection);
  const before = await loadAuthorities(connection);
  const current = nextOf(before, kind);
  if (current?.id !== replaces) {
    await giveUp(ctx, rotation, { checks: [], refusal: null, failed: ["another came first"] });
    return false;
  }
  await createAuthority(runtime, connection, before, kind, kind === "root" || !rootKey ? {} : { rootKey });
  const next = nextOf(await loadAuthorities(connection), kind)!;
  const isCrossCertified =
    kind === "root" && (await joinRoots(ctx, runtime, { before, next, current, rootKey }));
  if (kind === "root")
    for (const below of ["issuing", "tsa"] as const)
      await createAuthority(runtime, connection, await loadAuthorities(connection), below);
  const checks = await tryMade(runtime, await loadAuthorities(connection), kind);
  const rotationId = await recordSwitch(ctx, rotation, { next, checks });
  const data = { rotation: rotationId, kind, from: current.id, to: next.id };
  const facts = {
    ...data,
    certificateSha256: next.certificateSha256,
    tried: checks.map(({ of, name }) => `${of} ${name}`),
  };
  await appendEvent(ctx, {
    type: "authority.rotated",
    envelopeId: null,
    data: kind === "root" ? { ...facts, isCrossCertified } : facts,
  });
  return true;
}

interface Roots {
  readonly before: readonly AuthorityRow[];
  readonly next: AuthorityRow;
  readonly current: AuthorityRow;
  readonly rootKey: SigningKey | undefined;
}

/**
 * The new root vouches for every one before it: seals go on with certificates from under those. Each whose key is here
 * vouches for the new one.
 *
 * @returns whether the root in use until now did
 */
async function joinRoots(ctx: Context, runtime: WorkerRuntime, roots: Roots): Promise<boolean> {
  const { before, next, current, rootKey } = roots;
  const { connection } = ctx;
  const nextKey = await keyOf(runtime, next);
  let isVouchedFor = false;
  // The newest last: of several ways to a root, signatures carry the one that was made last.
  for (const earlier of before.filter(({ kind }) => kind === "root").toReversed()) {
    await crossCertify(runtime, connection, { root: earlier, by: next, key: nextKey });
    const given = earlier.id === current.id ? rootKey : undefined;
    const key = given ?? (earlier.keyRemovedAt ? null : await keyOf(runtime, earlier));
    if (!key) continue;
    await crossCertify(runtime, connection, { root: next, by: earlier, key });
    isVouchedFor ||= earlier.id === current.id;
  }
  return isVouchedFor;
}

const keyOf = (runtime: WorkerRuntime, { keyProvider, keyId }: AuthorityRow): Promise<SigningKey> =>
  runtime.keys.provider(keyProvider).open(keyId);

/** @returns the rotation's id. */
async function recordSwitch(
  ctx: Context,
  { kind, replaces, rotationId }: Rotation,
  { next, checks }: { readonly next: AuthorityRow; readonly checks: readonly AuthorityCheck[] },
): Promise<string> {
  const switched = { state: "switched", toId: next.id, checks, switchedAt: ctx.now() } as const;
  if (rotationId) {
    await changeAuthorityRotation(ctx, rotationId, switched);
    return rotationId;
  }
  const id = uuidV7(ctx.now().getTime(), ctx.runtime.random(10));
  const row = {
    organizationId: ctx.organizationId,
    id,
    kind,
    fromId: replaces,
    memberName: null,
    cause: "command",
  } as const;
  await saveAuthorityRotation(ctx, { ...row, ...switched, createdAt: ctx.now() });
  return id;
}

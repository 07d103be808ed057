import { sql } from "drizzle-orm";
import type { Connection } from "#db/client.ts";
import type { AuthorityCheck } from "#db/schema/keys.ts";
import { appendEvent } from "#lib/audit/append-event.ts";
import { type Context, createContext, inTransaction } from "#lib/context.ts";
import { isRefusal } from "#lib/errors.ts";
import { type OrganizationId, uuidV7 } from "#lib/ids.ts";
import type { WorkerRuntime } from "#lib/runtime.ts";
import { AUTHORITY_KINDS, isDue, nextOf, usableUntil } from "./authority-plan.ts";
import { hasFailedSince, saveAuthorityRotation } from "./authority-rotations-store.ts";
import { failedIn, TrialFailed, tryMade, tryOne } from "./authority-trial.ts";
import { createAuthority } from "./create-authority.ts";
import { type AuthorityRow, firstOrganization, loadAuthorities, lockAuthorities } from "./store.ts";

type Kind = (typeof AUTHORITY_KINDS)[number];

const DAY_MS = 86_400_000;

/**
 * Makes what is missing, and a successor for each authority whose time is nearly up. Another process that comes at the
 * same time waits and finds them. Each is tried before it is used and stands in the log of the organization that set
 * the installation up; before there is one, there is no log to write to. Where a successor cannot be made, the one in
 * use goes on as long as it can.
 *
 * @returns all authorities.
 */
export async function renewDue(runtime: WorkerRuntime): Promise<AuthorityRow[]> {
  const { db } = runtime.database;
  const founder = await firstOrganization(db);
  const isNew = (await loadAuthorities(db)).length === 0;
  if (!founder || isNew) return makeFirst(runtime);
  const organizationId = founder as OrganizationId;
  const ctx = createContext(runtime, { organizationId, actor: { kind: "system", job: "authorities" } });
  for (const kind of AUTHORITY_KINDS) await renew(ctx, runtime, kind);
  return loadAuthorities(db);
}

async function makeFirst(runtime: WorkerRuntime): Promise<AuthorityRow[]> {
  return runtime.database.db.transaction(async (transaction) => {
    await lockAuthorities(transaction);
    for (const kind of AUTHORITY_KINDS) {
      const rows = await loadAuthorities(transaction);
      if (isDue(rows, kind, runtime.now())) await createAuthority(runtime, transaction, rows, kind);
    }
    return loadAuthorities(transaction);
  });
}

async function renew(ctx: Context, runtime: WorkerRuntime, kind: Kind): Promise<void> {
  try {
    await inTransaction(ctx, (ctx) => renewWithin(ctx, runtime, kind));
  } catch (error) {
    const current = nextOf(await loadAuthorities(runtime.database.db), kind);
    if (!current || usableUntil(current) <= runtime.now()) throw error;
    runtime.log.error({ err: error, kind }, "an authority was not renewed; the one in use goes on");
    if (error instanceof TrialFailed || isRefusal(error))
      await inTransaction(ctx, (ctx) => noteFailure(ctx, kind, current.id, error));
  }
}

/**
 * A responder for an issuing authority that has a successor: what it issued is asked about for years.
 *
 * @param isUsable whether one will do. @returns all authorities. @throws TrialFailed
 */
export async function renewResponder(
  runtime: WorkerRuntime,
  issuing: AuthorityRow,
  isUsable: (row: AuthorityRow) => boolean,
): Promise<AuthorityRow[]> {
  const { db } = runtime.database;
  const organizationId = (await firstOrganization(db)) as OrganizationId | null;
  const make = async (connection: Connection) => {
    await lockAuthorities(connection);
    const rows = await loadAuthorities(connection);
    if (rows.some(isUsable)) return null;
    const before = rows.find((row) => row.kind === "ocsp" && row.issuerId === issuing.id);
    await createAuthority(runtime, connection, rows, "ocsp", { issuing });
    const after = await loadAuthorities(connection);
    const next = after.find(isUsable)!;
    const checks = await tryOne(runtime, next, after);
    if (checks.some(({ isGood }) => !isGood)) throw new TrialFailed(checks);
    return { before, next, checks };
  };
  if (!organizationId) await db.transaction(make);
  else {
    const ctx = createContext(runtime, { organizationId, actor: { kind: "system", job: "authorities" } });
    await inTransaction(ctx, async (ctx) => {
      await ctx.connection.execute(NOT_LONG);
      const made = await make(ctx.connection);
      if (made) await tell(ctx, "ocsp", made);
    });
  }
  return loadAuthorities(db);
}

// Whoever asks for the authorities may hold the log for longer than this can wait.
const NOT_LONG = sql`set local lock_timeout = '10s'`;

async function renewWithin(ctx: Context, runtime: WorkerRuntime, kind: Kind): Promise<void> {
  const { connection } = ctx;
  await connection.execute(NOT_LONG);
  await lockAuthorities(connection);
  const rows = await loadAuthorities(connection);
  if (!isDue(rows, kind, ctx.now())) return;
  // A responder is in use for its authority only: with a new authority comes one after the responder of the last.
  const before = nextOf(rows, kind) ?? rows.find((row) => row.kind === kind);
  await createAuthority(runtime, connection, rows, kind);
  const after = await loadAuthorities(connection);
  const checks = await tryMade(runtime, after, kind);
  await tell(ctx, kind, { before, next: nextOf(after, kind)!, checks });
}

interface Made {
  readonly before: AuthorityRow | undefined;
  readonly next: AuthorityRow;
  readonly checks: readonly AuthorityCheck[];
}

async function tell(ctx: Context, kind: Kind, { before, next, checks }: Made): Promise<void> {
  const rotation = before && (await keep(ctx, kind, before.id, { state: "switched", toId: next.id, checks }));
  const { certificateSha256, id: to } = next;
  const data = { rotation, kind, from: before?.id, to, certificateSha256, tried: triedIn(checks) };
  await appendEvent(ctx, { type: "authority.renewed", envelopeId: null, data });
}

const triedIn = (checks: readonly { readonly of: string; readonly name: string }[]): string[] =>
  checks.map(({ of, name }) => `${of} ${name}`);

/** Once a day: it is tried again every few minutes. */
async function noteFailure(
  ctx: Context,
  kind: Kind,
  fromId: string,
  error: TrialFailed | (Error & { readonly code: string }),
): Promise<void> {
  await lockAuthorities(ctx.connection);
  if (await hasFailedSince(ctx, fromId, new Date(ctx.now().getTime() - DAY_MS))) return;
  const isTried = error instanceof TrialFailed;
  const checks = isTried ? error.checks : [];
  const rotation = await keep(ctx, kind, fromId, {
    ...{ state: "failed", checks, refusal: isTried ? null : error.code },
  });
  const data = { rotation, kind, failed: isTried ? failedIn(checks) : [error.code] };
  await appendEvent(ctx, { type: "authority.rotation-failed", envelopeId: null, data });
}

type Outcome = Pick<
  Parameters<typeof saveAuthorityRotation>[1],
  "state" | "toId" | "checks" | "refusal" | "switchedAt"
>;

/** @returns the id of the row that tells of it. */
async function keep(ctx: Context, kind: Kind, fromId: string, outcome: Outcome): Promise<string> {
  const at = ctx.now();
  const id = uuidV7(at.getTime(), ctx.runtime.random(10));
  await saveAuthorityRotation(ctx, {
    ...{ organizationId: ctx.organizationId, id, kind, fromId, cause: "renewal", createdAt: at },
    ...{ ...outcome, switchedAt: outcome.state === "switched" ? at : null },
  });
  return id;
}

import { sql } from "drizzle-orm";
import { type Context, createContext, inTransaction } from "#lib/context.ts";
import type { OrganizationId } from "#lib/ids.ts";
import type { Runtime, WorkerRuntime } from "#lib/runtime.ts";
import { signAuthorized } from "./sign-authorized.ts";
import { type AuthorizationRow, loadAuthorization, moveAuthorization } from "./store.ts";

// The web process holds no key: a worker signs what was redeemed, while the program waits. Every worker hears of it;
// the row says which of them signs, and that is one.

const ASKED = "program_signing_asked";
const ANSWERED = "program_signing_answered";
const PATIENCE_MS = 20_000;

interface Desk {
  readonly waiting: Map<string, () => void>;
  readonly ready: Promise<unknown>;
}

const desks = new WeakMap<object, Desk>();

/**
 * Waits until a worker has signed what an authorization was redeemed for. Where none begins in time, none ever will.
 *
 * @returns how the authorization ended, or where it stands when a worker is at it and needs longer
 */
export async function signAtDesk(
  ctx: Context,
  id: string,
): Promise<Pick<AuthorizationRow, "signatures" | "refusal">> {
  const desk = deskOf(ctx.runtime);
  await desk.ready;
  let timer: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      desk.waiting.set(id, resolve);
      timer = setTimeout(resolve, PATIENCE_MS);
      askDesk(ctx, id).catch(reject);
    });
  } finally {
    clearTimeout(timer);
    desk.waiting.delete(id);
  }
  return inTransaction(ctx, async (ctx) => {
    const late = { state: "failed", refusal: "csc/not-signed" } as const;
    const ended = await moveAuthorization(ctx, id, "redeemed", late);
    return ended ?? (await loadAuthorization(ctx, id)) ?? { signatures: null, refusal: "csc/not-signed" };
  });
}

/** Tells the workers what is to be signed, and waits for none of them. */
export async function askDesk({ organizationId, runtime }: Context, id: string): Promise<void> {
  await runtime.database.db.execute(sql`select pg_notify(${ASKED}, ${`${organizationId} ${id}`})`);
}

function deskOf({ database }: Runtime): Desk {
  const known = desks.get(database);
  if (known) return known;
  const waiting: Desk["waiting"] = new Map();
  const ready = database.listen(ANSWERED, (id) => waiting.get(id)?.());
  const desk = { waiting, ready };
  desks.set(database, desk);
  ready.catch(() => desks.delete(database));
  return desk;
}

/** Signs, in a worker, what programs were allowed to have signed; until the database is closed. */
export async function serveSigningDesk(runtime: WorkerRuntime): Promise<void> {
  await runtime.database.listen(ASKED, (payload) => {
    serve(runtime, payload).catch((error: unknown) => runtime.log.error({ err: error }, "signing desk"));
  });
}

async function serve(runtime: WorkerRuntime, payload: string): Promise<void> {
  const [organizationId = "", authorizationId = ""] = payload.split(" ");
  const ctx = createContext(runtime, {
    organizationId: organizationId as OrganizationId,
    actor: { kind: "system", job: "signing desk" },
  });
  if (!(await signAuthorized(ctx, { authorizationId }))) return;
  await runtime.database.db.execute(sql`select pg_notify(${ANSWERED}, ${authorizationId})`);
}

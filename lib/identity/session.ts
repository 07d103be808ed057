import { appendEvent } from "#lib/audit/append-event.ts";
import { requireMember } from "#lib/authorize.ts";
import { fromBase64Url, sha256 } from "#lib/bytes.ts";
import { type Context, createContext, inTransaction, type RequestFacts, type Visitor } from "#lib/context.ts";
import { type OrganizationId, uuidV7 } from "#lib/ids.ts";
import type { Runtime } from "#lib/runtime.ts";
import { identityError } from "./errors.ts";
import {
  changeSession,
  findMemberships,
  type LoginPurpose,
  loadAccount,
  loadSession,
  type Membership,
  saveSession,
  takeLoginToken,
} from "./store.ts";

const SESSION_MS = 12 * 3_600_000;
const IDLE_MS = 2 * 3_600_000;
const TOUCH_MS = 60_000;

/**
 * Opens a session for whoever holds a login token; the token is gone afterwards.
 *
 * @throws identity/token-refused when it is unknown, used, too old, or the account is in no organization
 */
export async function openSession(
  visitor: Visitor,
  input: { readonly token: string; readonly purposes: readonly LoginPurpose[] },
): Promise<{ sessionId: string; name: string; email: string }> {
  const { runtime, request } = visitor;
  const token = await takeLoginToken(
    runtime,
    sha256(fromBase64Url(input.token.slice(0, 100))),
    input.purposes,
  );
  const account = token ? await loadAccount(runtime, token.accountId) : null;
  const [membership] = account ? await findMemberships(runtime, account.id) : [];
  if (!token || !account || !membership) throw identityError("token-refused", "unknown, used or too old");
  const at = runtime.now();
  const method = token.purpose === "session" ? "password" : "email-link";
  const sessionId = uuidV7(at.getTime(), runtime.random(10));
  await saveSession(runtime, {
    id: sessionId,
    accountId: account.id,
    currentOrganizationId: membership.organizationId,
    method,
    ip: request.ip,
    userAgent: request.userAgent.slice(0, 500),
    createdAt: at,
    lastSeenAt: at,
    expiresAt: new Date(at.getTime() + SESSION_MS),
  });
  const ctx = createContext(runtime, {
    organizationId: membership.organizationId,
    actor: {
      ...{ kind: "member", ...membership, accountId: account.id },
      ...{ name: account.name, email: account.email, method },
    },
    request,
  });
  await inTransaction(ctx, (ctx) =>
    appendEvent(ctx, {
      type: "session.started",
      envelopeId: null,
      data: { session: sessionId, method: token.purpose },
    }),
  );
  return { sessionId, name: account.name, email: account.email };
}

export interface OpenedSession {
  readonly ctx: Context;
  readonly organizationName: string;
  readonly memberships: readonly Membership[];
}

/**
 * Who a session belongs to, with the organization they work in. Null when it has ended, one way or another.
 *
 * @param by `page` for what an open page asks by itself: nobody is there by that, and the session ends as if unused.
 */
export async function readSession(
  runtime: Runtime,
  sessionId: string,
  request: RequestFacts,
  by: "person" | "page" = "person",
): Promise<OpenedSession | null> {
  const session = await loadSession(runtime, sessionId);
  const now = runtime.now().getTime();
  if (!session || now - session.lastSeenAt.getTime() > IDLE_MS) return null;
  const account = await loadAccount(runtime, session.accountId);
  const memberships = account ? await findMemberships(runtime, account.id) : [];
  const current = memberships.find(({ organizationId }) => organizationId === session.currentOrganizationId);
  const membership = current ?? memberships[0];
  if (!account || !membership) return null;
  if (by === "person" && now - session.lastSeenAt.getTime() > TOUCH_MS)
    await changeSession(runtime.database.db, session, { lastSeenAt: runtime.now() });
  const { organizationId, memberId, role, leads, folders } = membership;
  const actor = {
    kind: "member",
    memberId,
    role,
    ...(leads.length > 0 ? { leads } : {}),
    ...(folders.read.length + folders.act.length > 0 ? { folders } : {}),
    accountId: account.id,
    name: account.name,
    email: account.email,
    method: session.method,
  } as const;
  return {
    ctx: createContext(runtime, { organizationId, actor, request }),
    organizationName: membership.organizationName,
    memberships,
  };
}

/** Signs out: one's own session is over in every window and on the server. @throws identity/session-ended */
export async function endSession(ctx: Context, sessionId: string): Promise<void> {
  const { accountId } = requireMember(ctx);
  await inTransaction(ctx, async (ctx) => {
    const isEnded = await changeSession(ctx.connection, { id: sessionId, accountId }, { endedAt: ctx.now() });
    if (!isEnded) throw identityError("session-ended", "no open session of this account");
    await appendEvent(ctx, { type: "session.ended", envelopeId: null, data: { session: sessionId } });
  });
}

/** Works in another of one's organizations from now on. @throws identity/session-ended */
export async function switchOrganization(
  opened: OpenedSession,
  input: { readonly sessionId: string; readonly organizationId: OrganizationId },
): Promise<void> {
  if (!opened.memberships.some(({ organizationId }) => organizationId === input.organizationId))
    throw identityError("session-ended", "not a member there");
  const { accountId } = requireMember(opened.ctx);
  const change = { currentOrganizationId: input.organizationId };
  const isChanged = await changeSession(opened.ctx.connection, { id: input.sessionId, accountId }, change);
  if (!isChanged) throw identityError("session-ended", "no open session of this account");
}

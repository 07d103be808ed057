import { appendEvent } from "#lib/audit/append-event.ts";
import { fromUtf8, sha256 } from "#lib/bytes.ts";
import { type Context, createContext, inTransaction, type Visitor } from "#lib/context.ts";
import { apiCallError, prefixOf } from "../core/api-scopes.ts";
import { countTries, isFirstInWindow, limitRate, networkOf } from "../limit-rate.ts";
import { isWithin } from "./networks.ts";
import { type ApiKeyRow, findApiKey, loadKeyBySecret, touchApiKey } from "./store.ts";

const WRONG_KEYS = { tries: 60, windowSeconds: 600 };
const MINUTE_MS = 60_000;
const HOUR_SECONDS = 3600;

/** How many calls a key has left in its minute. */
export interface CallQuota {
  readonly limit: number;
  readonly remaining: number;
  readonly resetSeconds: number;
}

/**
 * The organization that a key was made for, and the key as who acts.
 *
 * @param authorization the header's value, `Bearer whf_…`
 * @throws api-call/key-missing; key-refused for one that is unknown, revoked or over, with no word on which;
 *   wrong-network, too-many; identity/too-many-tries
 */
export async function apiKeyContext(
  visitor: Visitor,
  authorization: string | null,
): Promise<{ readonly ctx: Context; readonly quota: CallQuota }> {
  const { runtime, request } = visitor;
  const [, text = ""] = /^Bearer +(\S{1,200})$/i.exec(authorization ?? "") ?? [];
  if (text === "") throw apiCallError("key-missing", "send Authorization: Bearer and an API key");
  const row = prefixOf(text) === null ? null : await rowOf(visitor, sha256(fromUtf8(text)));
  if (!row || row.revokedAt || row.expiresAt <= runtime.now()) {
    await limitRate(runtime, `wrong-api-key:${networkOf(request.ip)}`, WRONG_KEYS);
    if (row) await noteRefusal(visitor, row, row.revokedAt ? "revoked" : "expired");
    throw apiCallError("key-refused", "the API key is unknown, was revoked or is over");
  }
  if (!isWithin(row.networks, request.ip)) {
    await noteRefusal(visitor, row, "network");
    throw apiCallError("wrong-network", "the API key may not be used from this address");
  }
  const quota = await countCall(visitor, row);
  const { organizationId, id, name, scopes } = row;
  const actor = { kind: "api-key", keyId: id, name, scopes } as const;
  const ctx = createContext(runtime, { organizationId, actor, request });
  const at = ctx.now();
  await inTransaction(ctx, (ctx) => touchApiKey(ctx, id, at, new Date(at.getTime() - MINUTE_MS)));
  return { ctx, quota };
}

async function rowOf(visitor: Visitor, keySha256: Uint8Array): Promise<ApiKeyRow | null> {
  const organizationId = await findApiKey(visitor.runtime, keySha256);
  if (!organizationId) return null;
  return inTransaction(unnamed(visitor, organizationId), (ctx) => loadKeyBySecret(ctx, keySha256));
}

/** @throws api-call/too-many */
async function countCall({ runtime }: Visitor, { id, perMinute }: ApiKeyRow): Promise<CallQuota> {
  const calls = await countTries(runtime, `api-key:${id}`, 60);
  if (calls > perMinute) throw apiCallError("too-many", `${perMinute} calls in a minute`);
  const resetSeconds = 60 - Math.floor((runtime.now().getTime() % MINUTE_MS) / 1000);
  return { limit: perMinute, remaining: perMinute - calls, resetSeconds };
}

/** Once an hour for each key and reason: whoever tries on does not fill the log. */
async function noteRefusal(visitor: Visitor, row: ApiKeyRow, reason: string): Promise<void> {
  if (!(await isFirstInWindow(visitor.runtime, `api-key-refused:${row.id}:${reason}`, HOUR_SECONDS))) return;
  const { id, name, prefix } = row;
  const from = createContext(visitor.runtime, {
    organizationId: row.organizationId,
    actor: { kind: "api-key", keyId: id, name, scopes: [] },
    request: visitor.request,
  });
  await inTransaction(from, (ctx) =>
    appendEvent(ctx, {
      ...{ type: "api-key.refused", envelopeId: null },
      data: { apiKey: id, name, prefix, reason },
    }),
  );
}

const unnamed = ({ runtime, request }: Visitor, organizationId: Context["organizationId"]): Context =>
  createContext(runtime, { organizationId, actor: { kind: "system", job: "api key" }, request });

import { fromBase64Url, sha256 } from "#lib/bytes.ts";
import { type Actor, type Context, createContext, inTransaction, type Visitor } from "#lib/context.ts";
import { limitRate, networkOf } from "#lib/identity/limit-rate.ts";
import { findSession } from "./checks/store.ts";
import { signingError } from "./errors.ts";
import { findRecipient, findToken } from "./store.ts";

const TOKEN_BYTES = 32;
const WRONG_LINKS = { tries: 60, windowSeconds: 600 };

/**
 * Who a signing link belongs to. A link that has ended still says how things ended, and nothing more. Where the sender
 * asked for more than the link, whoever has not shown it is a link's holder and no recipient.
 *
 * @param session what the browser got when the check was passed.
 * @throws signing/not-found for a link that never was
 */
export async function recipientContext(visitor: Visitor, token: string, session?: string): Promise<Context> {
  const { runtime, request } = visitor;
  const bytes = fromBase64Url(token.slice(0, 64));
  const found = bytes.length === TOKEN_BYTES ? await findToken(runtime, sha256(bytes)) : null;
  if (!found) {
    await limitRate(runtime, `wrong-link:${networkOf(request.ip)}`, WRONG_LINKS);
    throw signingError("not-found", "no such link");
  }
  const { organizationId, recipientId, endedAt } = found;
  const system = createContext(runtime, { organizationId, actor: { kind: "system", job: "link" }, request });
  const recipient = await inTransaction(system, (ctx) => findRecipient(ctx, recipientId));
  if (!recipient) throw signingError("not-found", `recipient ${recipientId}`);
  const hasEnded = endedAt !== null && endedAt <= runtime.now();
  const { envelopeId, check } = recipient;
  const known = { recipientId, envelopeId };
  if (check === "none" || hasEnded)
    return createContext(runtime, {
      organizationId,
      actor: { kind: "recipient", ...known, hasEnded },
      request,
    });
  const tokenSha256 = sha256(bytes);
  const passed = session
    ? await inTransaction(system, (ctx) => findSession(ctx, sha256(fromBase64Url(session)), tokenSha256))
    : null;
  const actor: Actor =
    passed?.recipientId === recipientId && passed.method === check
      ? { kind: "recipient", ...known, hasEnded, checked: { method: check, at: passed.checkedAt } }
      : { kind: "link-holder", ...known, tokenSha256 };
  return createContext(runtime, { organizationId, actor, request });
}

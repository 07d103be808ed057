import { appendEvent, type NewEvent } from "#lib/audit/append-event.ts";
import { requireLinkHolder } from "#lib/authorize.ts";
import { fromUtf8, sha256 } from "#lib/bytes.ts";
import type { Context, SignerCheck } from "#lib/context.ts";
import { requireOpenLink } from "../store.ts";
import { saveSession } from "./store.ts";

export const SESSION_MS = 4 * 3_600_000;

/** What a browser is told apart by: stolen cookies seldom come with it. */
export const deviceSha256 = ({ request }: Context): Uint8Array => sha256(fromUtf8(request?.userAgent ?? ""));

/**
 * Records that somebody has shown something, in the caller's transaction. What the browser had before ends, so that
 * nobody is lifted by a session they planted.
 *
 * @param detail what the trail says of it besides.
 * @returns what the browser keeps to be known by, for this link and four hours.
 * @throws authorize/link-ended
 */
export async function openSession(
  ctx: Context,
  method: SignerCheck,
  detail: NewEvent["data"] = {},
): Promise<Uint8Array> {
  const { recipientId, envelopeId, tokenSha256, checked, sessionSha256 } = requireLinkHolder(ctx);
  const at = ctx.now();
  const session = ctx.runtime.random(32);
  const expiresAt = new Date(at.getTime() + SESSION_MS);
  const shown = [...checked.filter((one) => one.method !== method), { method, at }];
  const row = {
    ...{ organizationId: ctx.organizationId, sessionSha256: sha256(session), tokenSha256, recipientId },
    ...{ method, checkedAt: at, expiresAt, deviceSha256: deviceSha256(ctx) },
    shown: shown.map((one) => ({ method: one.method, at: one.at.toISOString() })),
  };
  await saveSession(ctx, row, sessionSha256);
  await appendEvent(ctx, {
    type: "check.passed",
    envelopeId,
    data: { recipient: recipientId, method, ...detail },
  });
  await requireOpenLink(ctx, tokenSha256);
  return session;
}

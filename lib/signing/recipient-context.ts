import { appendEvent } from "#lib/audit/append-event.ts";
import { requireLinkHolder } from "#lib/authorize.ts";
import { equalBytes, fromBase64Url, sha256 } from "#lib/bytes.ts";
import {
  type Actor,
  type Context,
  createContext,
  type InPerson,
  inTransaction,
  type Shown,
  type Visitor,
} from "#lib/context.ts";
import { limitRate, networkOf } from "#lib/identity/limit-rate.ts";
import { checksOf, hasShownEnough } from "./checks/current-step.ts";
import { deviceSha256 } from "./checks/open-session.ts";
import { endSession, findSession } from "./checks/store.ts";
import { kioskState } from "./core/kiosk.ts";
import { signingError } from "./errors.ts";
import type { KioskRow } from "./kiosk/store.ts";
import { openLink } from "./link-store.ts";
import { pageLanguages } from "./page-languages.ts";

const TOKEN_BYTES = 32;
const WRONG_LINKS = { tries: 60, windowSeconds: 600 };

/**
 * Who a signing link belongs to. A link that has ended still says how things ended, and nothing more. Where the sender
 * or a rule asked for more than the link, whoever has not shown all of it is a link's holder and no recipient.
 *
 * @param session what the browser got when the check was passed.
 * @param device what a host's device has: a link made on it opens nowhere else.
 * @throws signing/not-found for a link that never was
 */
export async function recipientContext(
  visitor: Visitor,
  token: string,
  session?: string,
  device?: string,
): Promise<Context> {
  const { runtime, request } = visitor;
  const bytes = fromBase64Url(token.slice(0, 64));
  const tokenSha256 = sha256(bytes);
  const found = bytes.length === TOKEN_BYTES ? await openLink(visitor, tokenSha256, pageLanguages) : null;
  if (!found) {
    await limitRate(runtime, `wrong-link:${networkOf(request.ip)}`, WRONG_LINKS);
    throw signingError("not-found", "no such link");
  }
  const { organizationId, endedAt, recipient, kiosk, link, makerName, result: languages } = found;
  if (kiosk && !isOn(kiosk.tokenSha256, device)) throw signingError("not-found", "another device");
  const inPerson = kiosk ? describeHost(kiosk) : undefined;
  const hosted = link ? { linkId: link.id, makerId: link.madeBy, makerName: makerName ?? "" } : undefined;
  const isOver =
    (kiosk !== null && kioskState(kiosk, runtime.now()) !== "open") ||
    (link !== null && (link.revokedAt !== null || link.expiresAt <= runtime.now()));
  const hasEnded = isOver || (endedAt !== null && endedAt <= runtime.now());
  const { envelopeId } = recipient;
  const isTexted = recipient.email === "";
  const known = { recipientId: recipient.id, envelopeId, languages, inPerson, hosted, isTexted };
  const act = (actor: Actor) => createContext(runtime, { organizationId, actor, request });
  if ((checksOf(recipient).length === 0 && !hosted) || hasEnded)
    return act({ kind: "recipient", ...known, tokenSha256, hasEnded });
  const nobody = { kind: "link-holder", ...known, tokenSha256, checked: [], sessionSha256: null } as const;
  const sessionSha256 = session ? sha256(fromBase64Url(session)) : null;
  const shown = sessionSha256 ? await shownIn(act(nobody), sessionSha256) : null;
  const checked = shown?.checked ?? [];
  return act(
    hasShownEnough(recipient, checked, hosted !== undefined)
      ? {
          kind: "recipient",
          ...known,
          tokenSha256,
          hasEnded,
          checked,
          ...(shown ? { session: shown.session } : {}),
        }
      : { ...nobody, checked, sessionSha256: checked.length > 0 ? sessionSha256 : null },
  );
}

const isOn = (tokenSha256: Uint8Array, device: string | undefined): boolean =>
  device !== undefined && equalBytes(sha256(fromBase64Url(device.slice(0, 64))), tokenSha256);

const describeHost = ({ id, hostId, hostName }: KioskRow): InPerson => ({ sessionId: id, hostId, hostName });

/** What was shown in a session. One that turns up in another browser was taken along by somebody, and ends. */
async function shownIn(ctx: Context, sessionSha256: Uint8Array) {
  const { tokenSha256, recipientId, envelopeId } = requireLinkHolder(ctx);
  return inTransaction(ctx, async (ctx) => {
    const row = await findSession(ctx, sessionSha256, tokenSha256);
    if (row?.recipientId !== recipientId) return null;
    if (row.deviceSha256 && equalBytes(row.deviceSha256, deviceSha256(ctx)))
      return {
        checked: row.shown.map(({ method, at }): Shown => ({ method, at: new Date(at) })),
        session: { sessionSha256, checkedAt: row.checkedAt, endsAt: row.expiresAt },
      };
    await endSession(ctx, sessionSha256);
    await appendEvent(ctx, { type: "check.withdrawn", envelopeId, data: { recipient: recipientId } });
    return null;
  });
}

import { createHmac } from "node:crypto";
import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { equalBytes, fromBase64Url, sha256, toBase64Url } from "#lib/bytes.ts";
import { type Context, createContext, inTransaction, type Visitor } from "#lib/context.ts";
import { DraftRecipient } from "#lib/envelopes/core/draft.ts";
import { LANGUAGES } from "#lib/envelopes/core/languages.ts";
import { loadPublishedTemplate } from "#lib/envelopes/templates/published-template.ts";
import { undrawableNames } from "#lib/envelopes/undrawable-names.ts";
import { isEmailAddress } from "#lib/identity/core/email-address.ts";
import { limitRate, networkOf } from "#lib/identity/limit-rate.ts";
import { type EnvelopeId, uuidV7 } from "#lib/ids.ts";
import { openSession } from "../checks/open-session.ts";
import { CODE_LIMITS, codeDigits, codeHash } from "../core/one-time-code.ts";
import { type LinkState, linkState, type RequestState, requestState } from "../core/public-link.ts";
import { signingError } from "../errors.ts";
import { rolesInUse } from "./make-link.ts";
import {
  changeLink,
  changeRequest,
  countConfirmed,
  findLink,
  findRequest,
  type LinkRow,
  loadLink,
  loadOwner,
  type RequestRow,
  saveRequest,
  saveToken,
} from "./store.ts";

const HOUR_S = 3_600;
const WRONG_LINKS = { tries: 60, windowSeconds: 600 };
const LOOKS = { tries: 3_000, windowSeconds: HOUR_S };
const CODES_OF_NETWORK = { tries: 60, windowSeconds: HOUR_S };
const CODES_TO_ADDRESS = { tries: CODE_LIMITS.sendsADay, windowSeconds: 24 * HOUR_S };
const TRIES_OF_NETWORK = { tries: 200, windowSeconds: HOUR_S };
const SECRET_BYTES = 32;

export interface PublicLinkPage {
  readonly title: string;
  readonly organizationName: string;
  readonly sender: { readonly name: string; readonly email: string };
  readonly shortId: string;
  readonly state: LinkState;
  /** What this browser asked for; null where it has asked for nothing. */
  readonly request: {
    readonly state: RequestState;
    readonly email: string;
  } | null;
}

/** What whoever opens a public link sees: nothing of anybody else's envelope. @throws signing/public-link-unknown */
export async function openPublicLink(
  visitor: Visitor,
  token: string,
  secret?: string,
): Promise<PublicLinkPage> {
  const { ctx, id } = await contextOf(visitor, token);
  await limitRate(ctx.runtime, `public-link-look:${networkOf(visitor.request.ip)}`, LOOKS);
  return inTransaction(ctx, async (ctx) => {
    const link = (await loadLink(ctx, id))!;
    const { organizationName, name, email } = await loadOwner(ctx, link.ownerId);
    const { content, isRetired } = await loadPublishedTemplate(ctx, link.templateId, { isRetiredToo: true });
    const state = await stateOf(ctx, link);
    const request = await requestOf(ctx, id, secret);
    return {
      ...{ title: content.draft.title, organizationName, sender: { name, email } },
      ...{
        shortId: link.id.slice(-8).toUpperCase(),
        state: isRetired && state === "open" ? "retired" : state,
      },
      request: request && { state: requestState(request, ctx.now()), email: request.email },
    };
  });
}

const AskInput = z.object({
  name: DraftRecipient.shape.name,
  email: DraftRecipient.shape.email,
  language: z.enum(LANGUAGES),
});

/**
 * Has a code sent to the address somebody gave, before anything is made. Who asks again goes on with the newest.
 *
 * @returns what the browser keeps to go on. @throws signing/public-link-closed, public-link-name-missing,
 *   public-link-name-not-drawable, public-link-address-wrong, public-link-used-here, identity/too-many-tries
 */
export async function askToStart(
  visitor: Visitor,
  token: string,
  input: z.input<typeof AskInput>,
): Promise<string> {
  const { ctx, id } = await contextOf(visitor, token);
  const { runtime } = ctx;
  const { name, email: typed, language } = AskInput.parse(input);
  const email = typed.toLowerCase();
  const who = { id, role: "signer", name };
  if (name === "") throw signingError("public-link-name-missing", `link ${id}`);
  if (undrawableNames(ctx, [who]).length > 0)
    throw signingError("public-link-name-not-drawable", `link ${id}`);
  if (!isEmailAddress(email)) throw signingError("public-link-address-wrong", `link ${id}`);
  const { ip } = visitor.request;
  const emailHash = keyed(ctx, `address\n${email}`);
  const networkHash = keyed(ctx, `network\n${networkOf(ip)}`);
  await limitRate(runtime, `public-link-code:${networkOf(ip)}`, CODES_OF_NETWORK);
  await limitRate(runtime, `public-link-mail:${toBase64Url(emailHash)}`, CODES_TO_ADDRESS);
  const secret = runtime.random(SECRET_BYTES);
  await inTransaction(ctx, async (ctx) => {
    const link = await requireOpen(ctx, id);
    await requireRates(ctx, link, { emailHash, networkHash });
    const at = ctx.now();
    const newId = () => uuidV7(at.getTime(), runtime.random(10));
    const request = { id: newId(), challengeId: newId() };
    const { organizationId } = ctx;
    await saveRequest(ctx, {
      ...{ organizationId, linkId: id, ...request, secretSha256: sha256(secret), name, email, language },
      ...{ emailHash, networkHash, ip, requestedAt: at },
    });
    const { envelopeId } = await loadPublishedTemplate(ctx, link.templateId);
    const data = { link: id, request: request.id, challenge: request.challengeId };
    await appendEvent(ctx, { type: "public-link.code-requested", envelopeId, data });
  });
  return toBase64Url(secret);
}

const ConfirmInput = z.object({ secret: z.string().max(64), code: z.string().max(100) });

/**
 * Takes the code from the mail: from now on the address is known to be theirs, and the envelope is made. A use is
 * counted here and nowhere else.
 *
 * @throws signing/check-failed for wrong, late, used and never sent alike; public-link-closed, public-link-used-here
 */
export async function confirmStart(
  visitor: Visitor,
  token: string,
  input: z.input<typeof ConfirmInput>,
): Promise<void> {
  const { ctx, id } = await contextOf(visitor, token);
  const { secret, code } = ConfirmInput.parse(input);
  await limitRate(ctx.runtime, `public-link-try:${networkOf(visitor.request.ip)}`, TRIES_OF_NETWORK);
  // A wrong try must stay counted, so nothing is thrown in here for it.
  const isRight = await inTransaction(ctx, async (ctx) => {
    const link = await requireOpen(ctx, id, true);
    const request = await requestOf(ctx, id, secret, true);
    if (!request || request.confirmedAt) return request !== null;
    await requireRates(ctx, link, request);
    if (!isCodeOf(ctx, request, code)) {
      const wrongTries = request.wrongTries + 1;
      const isEnough = wrongTries >= CODE_LIMITS.tries;
      await changeRequest(ctx, request.id, { wrongTries, ...(isEnough ? { codeHash: null } : {}) });
      return false;
    }
    const at = ctx.now();
    const envelopeId = uuidV7(at.getTime(), ctx.runtime.random(10)) as EnvelopeId;
    await changeRequest(ctx, request.id, { confirmedAt: at, codeHash: null, envelopeId });
    await changeLink(ctx, id, { uses: link.uses + 1 });
    await appendEvent(ctx, {
      type: "public-link.confirmed",
      envelopeId: (await loadPublishedTemplate(ctx, link.templateId)).envelopeId,
      data: { link: id, request: request.id, challenge: request.challengeId, uses: link.uses + 1 },
    });
    return true;
  });
  if (!isRight) throw signingError("check-failed", `link ${id}`);
}

/**
 * Lets the browser that showed the mailbox into the envelope that was made for it, without waiting for a mail.
 *
 * @returns the link's token and what the browser keeps for it. @throws signing/public-link-not-begun
 */
export async function enterStarted(
  visitor: Visitor,
  token: string,
  secret: string,
): Promise<{ readonly token: string; readonly session: string }> {
  const { ctx, id } = await contextOf(visitor, token);
  await limitRate(ctx.runtime, `public-link-enter:${networkOf(visitor.request.ip)}`, TRIES_OF_NETWORK);
  return inTransaction(ctx, async (ctx) => {
    const request = await requestOf(ctx, id, secret, true);
    const at = ctx.now();
    if (!request || requestState(request, at) !== "ready")
      throw signingError("public-link-not-begun", `link ${id}`);
    const { envelopeId, recipientId, confirmedAt } = request;
    const own = ctx.runtime.random(32);
    const tokenSha256 = sha256(own);
    const { organizationId } = ctx;
    await saveToken(ctx, { organizationId, tokenSha256, recipientId: recipientId!, createdAt: at });
    const checked = [{ method: "email-code", at: confirmedAt! }] as const;
    const holder = {
      kind: "link-holder" as const,
      ...{ recipientId: recipientId!, envelopeId: envelopeId!, tokenSha256, checked, sessionSha256: null },
    };
    const session = await openSession({ ...ctx, actor: holder }, "email-code", { publicLink: id });
    return { token: toBase64Url(own), session: toBase64Url(session) };
  });
}

async function contextOf(visitor: Visitor, token: string): Promise<{ ctx: Context; id: string }> {
  const { runtime, request } = visitor;
  const found = await findLink(runtime, token.slice(0, 64));
  if (!found) {
    await limitRate(runtime, `wrong-link:${networkOf(request.ip)}`, WRONG_LINKS);
    throw signingError("public-link-unknown", "no such link");
  }
  const { organizationId, id } = found;
  const actor = { kind: "system", job: "public-link" } as const;
  return { ctx: createContext(runtime, { organizationId, actor, request }), id };
}

async function stateOf(ctx: Context, link: LinkRow): Promise<LinkState> {
  const roles = await rolesInUse(ctx, link.templateId);
  // Nobody's envelopes are made for who has left.
  const { isMember } = await loadOwner(ctx, link.ownerId);
  return linkState(link, isMember ? roles : null, ctx.now());
}

async function requireOpen(ctx: Context, id: string, lock = false): Promise<LinkRow> {
  const link = (await loadLink(ctx, id, lock))!;
  const state = await stateOf(ctx, link);
  if (state !== "open") throw signingError("public-link-closed", `link ${id} is ${state}`);
  return link;
}

async function requireRates(
  ctx: Context,
  { id, perAddressADay, perNetworkAnHour }: LinkRow,
  { emailHash, networkHash }: Pick<RequestRow, "emailHash" | "networkHash">,
): Promise<void> {
  const since = (seconds: number) => new Date(ctx.now().getTime() - seconds * 1_000);
  const byAddress = await countConfirmed(ctx, id, { emailHash }, since(24 * HOUR_S));
  const byNetwork = await countConfirmed(ctx, id, { networkHash }, since(HOUR_S));
  if (byAddress >= perAddressADay || byNetwork >= perNetworkAnHour)
    throw signingError(
      "public-link-used-here",
      `link ${id}: ${byAddress} by address, ${byNetwork} by network`,
    );
}

async function requestOf(ctx: Context, linkId: string, secret: string | undefined, lock = false) {
  const bytes = fromBase64Url((secret ?? "").slice(0, 64));
  if (bytes.length !== SECRET_BYTES) return null;
  return findRequest(ctx, { linkId, secretSha256: sha256(bytes) }, lock);
}

function isCodeOf(ctx: Context, { challengeId, codeHash: known, expiresAt }: RequestRow, code: string) {
  const given = codeHash(ctx.runtime.config.authSecret, challengeId, codeDigits(code));
  const isAlive = known !== null && expiresAt !== null && expiresAt > ctx.now();
  return equalBytes(given, known ?? sha256(given)) && isAlive;
}

/** What uses are counted by: who reads the database learns no address from it. */
function keyed(ctx: Context, what: string): Uint8Array {
  return new Uint8Array(
    createHmac("sha256", ctx.runtime.config.authSecret).update(`public link\n${what}`).digest(),
  );
}

import "server-only";
import { cookies, headers } from "next/headers";
import { redirect } from "next/navigation";
import { getServerSession } from "next-auth";
import { cache } from "react";
import { fromUtf8, sha256, toHex } from "#lib/bytes.ts";
import type { Context, Visitor } from "#lib/context.ts";
import { isSetUp } from "#lib/identity/create-organization.ts";
import { identityError } from "#lib/identity/errors.ts";
import { type OpenedSession, readSession } from "#lib/identity/session.ts";
import { requestFacts, trustedList } from "#lib/request-facts.ts";
import { recipientContext as openRecipient } from "#lib/signing/recipient-context.ts";
import { authOptions, type SessionWithId } from "./auth.ts";
import { webRuntime } from "./runtime.ts";

/** Whoever asks, before anything is known of them. */
export async function visitor(): Promise<Visitor> {
  const runtime = await webRuntime();
  const sent = await headers();
  const request = requestFacts((name) => sent.get(name), trustedList(runtime.config.trustedProxies));
  return { runtime, request };
}

/** The signed-in person's session; null when there is none or it has ended. */
export const currentSession = cache(
  async (): Promise<(OpenedSession & { readonly sessionId: string }) | null> => {
    const session = (await getServerSession(authOptions())) as SessionWithId | null;
    if (!session?.sessionId) return null;
    const { runtime, request } = await visitor();
    const opened = await readSession(runtime, session.sessionId, request);
    return opened ? { ...opened, sessionId: session.sessionId } : null;
  },
);

/** The signed-in member; whoever is not is sent to sign in, or to set the installation up. */
export async function memberContext(): Promise<Context> {
  return (await requireSession()).ctx;
}

/** The same for what a page asks for by itself: it is told, and keeps what the person has typed. */
export async function signedInContext(): Promise<Context> {
  const session = await currentSession();
  if (!session) throw identityError("session-ended", "nobody is signed in");
  return session.ctx;
}

/** Looks again, for a page that is left open: at who was let in before, and without counting as their being there. */
export interface Watching {
  readonly ctx: Context;
  /** False once the session has ended, or the person is no member any more. */
  isStillHere(): Promise<boolean>;
}

/** The signed-in member whose open page asks by itself, time and again. @throws identity/session-ended */
export async function watchingContext(): Promise<Watching> {
  const session = (await getServerSession(authOptions())) as SessionWithId | null;
  const { runtime, request } = await visitor();
  const { sessionId } = session ?? {};
  const opened = sessionId ? await readSession(runtime, sessionId, request, "page") : null;
  if (!sessionId || !opened) throw identityError("session-ended", "nobody is signed in");
  const { organizationId, actor } = opened.ctx;
  return {
    ctx: opened.ctx,
    async isStillHere() {
      const now = (await readSession(runtime, sessionId, request, "page"))?.ctx;
      const isSame = now?.actor.kind === "member" && actor.kind === "member";
      return isSame && now.organizationId === organizationId && now.actor.role === actor.role;
    },
  };
}

export async function requireSession(): Promise<OpenedSession & { readonly sessionId: string }> {
  const session = await currentSession();
  if (session) return session;
  const { runtime } = await visitor();
  redirect((await isSetUp(runtime)) ? "/sign-in" : "/welcome");
}

/** Where the browser keeps that a check was passed for a link: the name tells nothing of the link. */
export const checkCookie = (token: string): string =>
  `whereof-check-${toHex(sha256(fromUtf8(token))).slice(0, 16)}`;

/** Where the browser keeps what it asked for at a public link. */
export const startCookie = (token: string): string =>
  `whereof-start-${toHex(sha256(fromUtf8(token))).slice(0, 16)}`;

/** Where the browser keeps the link of somebody who is at their identity provider. */
export const ssoCookie = (state: string): string =>
  `whereof-sso-${toHex(sha256(fromUtf8(state))).slice(0, 16)}`;

/** Where the browser keeps the link of somebody who is at their provider of signatures. */
export const authorizedCookie = (state: string): string =>
  `whereof-authorized-${toHex(sha256(fromUtf8(state))).slice(0, 16)}`;

/** Where a host's device keeps what it is, while people sign on it. */
export const KIOSK_COOKIE = "whereof-kiosk";

/**
 * The person a signing link belongs to, or who holds it, where they have yet to show who they are.
 *
 * @throws signing/not-found
 */
export const recipientContext = cache(async (token: string): Promise<Context> => {
  const jar = await cookies();
  const passed = jar.get(checkCookie(token))?.value;
  const device = jar.get(KIOSK_COOKIE)?.value;
  return openRecipient(await visitor(), token, passed?.slice(0, 64), device?.slice(0, 64));
});

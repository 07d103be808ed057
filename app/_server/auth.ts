import "server-only";
import type { NextAuthOptions, Session } from "next-auth";
import credentials from "next-auth/providers/credentials";
import { readConfig } from "#lib/config.ts";
import { isRefusal } from "#lib/errors.ts";
import { openSession } from "#lib/identity/session.ts";
import { requestFacts, trustedList } from "#lib/request-facts.ts";
import { webRuntime } from "./runtime.ts";

export interface SessionWithId extends Session {
  readonly sessionId?: string;
}

let options: NextAuthOptions | null = null;

/**
 * The session cookie and nothing else: every way to sign in is checked by a verb of ours and ends in a token that
 * this one provider takes in exchange. The cookie names a row in `sessions`, which can be ended.
 */
export function authOptions(): NextAuthOptions {
  const { authSecret } = readConfig();
  options ??= {
    secret: authSecret,
    session: { strategy: "jwt", maxAge: 12 * 3600 },
    pages: { signIn: "/sign-in", error: "/sign-in" },
    providers: [
      credentials({
        id: "token",
        credentials: { token: {}, purpose: {} },
        async authorize(given, request) {
          const runtime = await webRuntime();
          const header = (name: string) => (request.headers?.[name] as string | undefined) ?? null;
          const facts = requestFacts(header, trustedList(runtime.config.trustedProxies));
          try {
            const purposes =
              given?.purpose === "link" ? (["sign-in-link", "invitation"] as const) : (["session"] as const);
            const visitor = { runtime, request: facts };
            const { sessionId, name, email } = await openSession(visitor, {
              token: given?.token ?? "",
              purposes,
            });
            return { id: sessionId, name, email };
          } catch (error) {
            if (isRefusal(error)) return null;
            throw error;
          }
        },
      }),
    ],
    callbacks: {
      jwt: ({ token, user }) => (user ? { ...token, sessionId: user.id } : token),
      session: ({ session, token }) => ({ ...session, sessionId: token.sessionId as string | undefined }),
    },
  };
  return options;
}

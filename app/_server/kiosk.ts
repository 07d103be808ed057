import "server-only";
import { cookies } from "next/headers";
import { KIOSK_COOKIE } from "./context.ts";
import { webRuntime } from "./runtime.ts";

const OF_SIGN_IN = /^(__Secure-|__Host-)?next-auth\./;
const SESSION = /^(__Secure-)?next-auth\.session-token(\.\d+)?$/;

/** The host's own session, so that the server keeps it; null when there is none. */
export async function readHeldSession(): Promise<string | null> {
  const own = await sessionCookies();
  return own.length > 0 ? JSON.stringify(own.map(({ name, value }) => [name, value])) : null;
}

/** Takes the host's own session off this device, and what goes with it. */
export async function takeSession(): Promise<void> {
  const jar = await cookies();
  for (const { name } of jar.getAll().filter(({ name }) => OF_SIGN_IN.test(name)))
    jar.set({ name, value: "", path: "/", maxAge: 0, ...(await attributes()) });
}

const sessionCookies = async () => (await cookies()).getAll().filter(({ name }) => SESSION.test(name));

/** Puts the host's session back. */
export async function putSessionBack(held: string): Promise<void> {
  const jar = await cookies();
  for (const [name, value] of JSON.parse(held) as [string, string][])
    if (SESSION.test(name)) jar.set({ name, value, path: "/", ...(await attributes()) });
}

/** Makes this device the host's, or a device like any other again. */
export async function setKiosk(secret: string | null): Promise<void> {
  const how = secret === null ? { value: "", maxAge: 0 } : { value: secret, maxAge: 10 * 3600 };
  (await cookies()).set({ name: KIOSK_COOKIE, path: "/", ...how, ...(await attributes()) });
}

export async function kioskSecret(): Promise<string | null> {
  return (await cookies()).get(KIOSK_COOKIE)?.value.slice(0, 64) ?? null;
}

async function attributes() {
  const { config } = await webRuntime();
  return { httpOnly: true, sameSite: "lax", secure: config.baseUrl.startsWith("https:") } as const;
}

import type { Runtime } from "#lib/runtime.ts";
import { identityError } from "./errors.ts";
import { countInWindow, uncountInWindow } from "./store.ts";

interface Limit {
  readonly tries: number;
  readonly windowSeconds: number;
}

/**
 * Counts one try and refuses when there were too many in the window.
 *
 * @param key says who tries what: `sign-in:203.0.113.7`. @throws identity/too-many-tries
 */
export async function limitRate(runtime: Runtime, key: string, limit: Limit): Promise<void> {
  const count = await countInWindow(runtime, key, windowStart(runtime, limit.windowSeconds));
  if (count > limit.tries)
    throw identityError("too-many-tries", `${count} of ${limit.tries} for ${key.split(":")[0]}`);
}

/**
 * Lets a secret be tried, and counts the wrong ones only: whoever knows it may be asked for it all day. A try counts
 * until it proved right, so that tries made at once do not slip by.
 *
 * @returns whether it was right. @throws identity/too-many-tries, with nothing tried
 */
export async function limitWrongTries(
  runtime: Runtime,
  key: string,
  limit: Limit,
  isRight: () => Promise<boolean>,
): Promise<boolean> {
  const start = windowStart(runtime, limit.windowSeconds);
  await limitRate(runtime, key, limit);
  if (!(await isRight())) return false;
  await uncountInWindow(runtime, key, start);
  return true;
}

/** Counts one try and tells how many there were in its window. */
export const countTries = (runtime: Runtime, key: string, windowSeconds: number): Promise<number> =>
  countInWindow(runtime, key, windowStart(runtime, windowSeconds));

/** Whether something happens for the first time in its window: what need not be recorded every time. */
export async function isFirstInWindow(
  runtime: Runtime,
  key: string,
  windowSeconds: number,
): Promise<boolean> {
  return (await countInWindow(runtime, key, windowStart(runtime, windowSeconds))) === 1;
}

function windowStart(runtime: Runtime, seconds: number): Date {
  const windowMs = seconds * 1000;
  return new Date(Math.floor(runtime.now().getTime() / windowMs) * windowMs);
}

/** The network an address is counted by: IPv4 whole, IPv6 by its first 64 bits, which is what one customer gets. */
export function networkOf(ip: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip);
  if (mapped) return mapped[1]!;
  if (!ip.includes(":")) return ip;
  const [head, tail] = ip.toLowerCase().split("%")[0]!.split("::");
  const left = head === "" ? [] : head!.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const missing = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const groups = [...left, ...Array.from({ length: missing }, () => "0"), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":")}::/64`;
}

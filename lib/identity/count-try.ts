import { fromUtf8, sha256 } from "#lib/bytes.ts";
import type { Runtime } from "#lib/runtime.ts";
import { countedTry, FORGOTTEN_AFTER_MS } from "./core/lock-out.ts";
import { identityError } from "./errors.ts";
import { forgetOldTries, lockTries, saveTries } from "./store.ts";

/** Whose tries are counted: the address and nothing about an account. */
export const addressSha256 = (email: string): Uint8Array => sha256(fromUtf8(`sign-in ${email}`));

/**
 * Counts a try to sign in as a wrong one, before it is known whether it is; a right one is forgotten afterwards.
 *
 * @returns how many in a row, and until when the next has to wait. @throws identity/account-locked, whether the
 *   address has an account or not
 */
export async function countTry(
  runtime: Runtime,
  email: string,
): Promise<{ readonly failedAttempts: number; readonly lockedUntil: Date | null }> {
  const address = addressSha256(email);
  const at = runtime.now();
  return runtime.database.db.transaction(async (connection) => {
    const before = await lockTries(connection, address, at);
    const after = countedTry(before, at);
    if (!after) throw identityError("account-locked", `until ${before.lockedUntil?.toISOString()}`);
    await saveTries(connection, { addressSha256: address, ...after });
    return after;
  });
}

const WINDOWS_KEPT_MS = 86_400_000;

/** Throws away what was counted and counts no more. */
export async function forgetOldCounts(runtime: Runtime): Promise<void> {
  const now = runtime.now().getTime();
  await forgetOldTries(runtime, new Date(now - FORGOTTEN_AFTER_MS), new Date(now - WINDOWS_KEPT_MS));
}

import { isRefusal } from "#lib/errors.ts";
import { signingError } from "../errors.ts";

const TOLD: Readonly<Record<string, Parameters<typeof signingError>[0]>> = {
  "keys/unavailable": "provider-unavailable",
  "keys/throttled": "provider-unavailable",
  "keys/remote-secret-refused": "provider-answer-refused",
  "keys/remote-credential-locked": "provider-credential-locked",
  "keys/not-found": "provider-refused",
  "keys/not-permitted": "provider-not-let-in",
  "keys/remote-person-needed": "provider-refused",
  "keys/unsupported-algorithm": "provider-refused",
  "keys/remote-refused": "provider-refused",
};

/** What a provider's failure is for the person who waits. */
export function told(error: unknown): unknown {
  const code = isRefusal(error) ? TOLD[error.code] : undefined;
  return code ? signingError(code, (error as Error).message, { cause: error }) : error;
}

/** Does it, and says what failed in words for the person. */
export async function asTold<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw told(error);
  }
}

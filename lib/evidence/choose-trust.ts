import { isRefusal } from "#lib/errors.ts";
import { publishedTrust } from "#lib/pki/published.ts";
import type { Runtime } from "#lib/runtime.ts";
import { evidenceError } from "./errors.ts";

/** What whoever asks believes in. Nothing chosen means the roots of this installation. */
export interface TrustChoice {
  /** The roots of this installation. */
  readonly own: boolean;
  /** Files of certificates that were brought, DER, PEM or PKCS#7; untrusted bytes. */
  readonly anchorFiles: readonly Uint8Array[];
}

/** The certificates where paths may end, DER each, and newer revocation lists of ours. */
export interface ChosenTrust {
  readonly anchors: readonly Uint8Array[];
  readonly crls: readonly Uint8Array[];
}

const ANCHORS_TIMEOUT_MS = 10_000;
const MAX_ANCHORS = 200;

/** @throws evidence/trust-unreadable */
export async function chosenTrust(
  runtime: Runtime,
  choice: TrustChoice = { own: true, anchorFiles: [] },
): Promise<ChosenTrust> {
  const { roots, crls } = await publishedTrust(runtime);
  const brought: Uint8Array[] = [];
  for (const bytes of choice.anchorFiles) brought.push(...(await certificatesIn(runtime, bytes)));
  if (brought.length > MAX_ANCHORS)
    throw evidenceError("trust-unreadable", `${brought.length} certificates, ${MAX_ANCHORS} at most`);
  const isOwn = choice.own || brought.length === 0;
  return { anchors: [...(isOwn ? roots : []), ...brought], crls };
}

async function certificatesIn(runtime: Runtime, bytes: Uint8Array): Promise<readonly Uint8Array[]> {
  try {
    return await runtime.sandbox.run("certificatesIn", { bytes }, { timeoutMs: ANCHORS_TIMEOUT_MS });
  } catch (error) {
    if (!isRefusal(error)) throw error;
    throw evidenceError("trust-unreadable", error.message, { cause: error });
  }
}

import type { Context } from "#lib/context.ts";
import { isRefusal } from "#lib/errors.ts";
import { publishedTrust } from "#lib/pki/published.ts";
import type { Runtime } from "#lib/runtime.ts";
import { claimTolerance } from "./claim-tolerance.ts";
import type { TrustTerms } from "./core/trust/trust-terms.ts";
import { evidenceError } from "./errors.ts";
import { chosenLists } from "./trust/select-lists.ts";

/** What whoever asks believes in. Nothing chosen means the roots of this installation. */
export interface TrustChoice {
  /** The roots of this installation. */
  readonly own: boolean;
  /** Files of certificates that were brought, DER, PEM or PKCS#7; untrusted bytes. */
  readonly anchorFiles: readonly Uint8Array[];
  /** Ids of lists that may be chosen here. */
  readonly lists: readonly string[];
}

/** What paths may end at, and newer revocation lists of ours. */
export interface ChosenTrust extends TrustTerms {
  readonly crls: readonly Uint8Array[];
  /** Of the organization of who asks; not there for who is nobody's member. */
  readonly claimToleranceMs?: number;
}

const ANCHORS_TIMEOUT_MS = 10_000;
const MAX_ANCHORS = 200;
const OWN: TrustChoice = { own: true, anchorFiles: [], lists: [] };

/** @throws evidence/trust-unreadable, list-not-found, too-many-lists */
export async function chosenTrust(
  runtime: Runtime,
  member: Context | null,
  choice: TrustChoice = OWN,
): Promise<ChosenTrust> {
  const { roots, crls } = await publishedTrust(runtime);
  const brought: Uint8Array[] = [];
  for (const bytes of choice.anchorFiles) brought.push(...(await certificatesIn(runtime, bytes)));
  if (brought.length > MAX_ANCHORS)
    throw evidenceError("trust-unreadable", `${brought.length} certificates, ${MAX_ANCHORS} at most`);
  const named = await chosenLists(runtime, member, choice.lists);
  const isOwn = choice.own || (brought.length === 0 && choice.lists.length === 0);
  const tolerance = member ? { claimToleranceMs: await claimTolerance(member) } : {};
  return { anchors: [...(isOwn ? roots : []), ...brought], ...named, crls, ...tolerance };
}

async function certificatesIn(runtime: Runtime, bytes: Uint8Array): Promise<readonly Uint8Array[]> {
  try {
    return await runtime.sandbox.run("certificatesIn", { bytes }, { timeoutMs: ANCHORS_TIMEOUT_MS });
  } catch (error) {
    if (!isRefusal(error)) throw error;
    throw evidenceError("trust-unreadable", error.message, { cause: error });
  }
}

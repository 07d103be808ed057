import { checkLog } from "#lib/audit/check-log.ts";
import { publishedCheckpoint } from "#lib/audit/published-log.ts";
import { fromUtf8 } from "#lib/bytes.ts";
import type { LogReport } from "#lib/evidence/core/log-report.ts";
import { listOrganizations } from "#lib/identity/list-organizations.ts";
import type { TrustAnchor } from "#lib/pki/core/validation/path.ts";
import { logTrust } from "#lib/pki/log-trust.ts";
import type { WorkspaceKeys } from "#lib/ports/workspace-keys.ts";
import type { Runtime } from "#lib/runtime.ts";
import { EnvelopeRowsCheck } from "./envelope-rows.ts";

export interface VerifyLogInput {
  /** Checkpoints somebody has kept: a name for each and its text. */
  readonly held: readonly { readonly name: string; readonly text: string }[];
  /** What is believed; null for the roots the database itself names. */
  readonly anchors: readonly TrustAnchor[] | null;
  /** Whether time-stamps may come from an authority that no anchor vouches for: its name is reported then. */
  readonly acceptsForeignStamps: boolean;
}

/**
 * Whether the audit trail of the whole installation is what was written. For operators, who have the database anyway;
 * no member is asked.
 *
 * @param runtime without keys of workspaces where the master key is not at hand: personal values are counted then, and
 *   not looked into.
 * @throws audit/note-malformed, audit/checkpoint-malformed for a kept checkpoint that is none
 */
export async function verifyLog(
  runtime: Pick<Runtime, "database"> & { readonly workspaceKeys: Pick<WorkspaceKeys, "open"> | null },
  { held, anchors, acceptsForeignStamps }: VerifyLogInput,
): Promise<LogReport> {
  const trust = await logTrust(runtime, anchors);
  const foreign = new Set<string>();
  const stampProblem = (note: Uint8Array, token: Uint8Array): string | null => {
    const { problem, isForeign, authority } = trust.stampOf(note, token);
    if (problem !== null || !isForeign) return problem;
    if (!acceptsForeignStamps) return "it is of an authority that nobody vouches for";
    foreign.add(authority!);
    return null;
  };
  const organizations = await listOrganizations(runtime);
  const check = await checkLog(runtime, {
    ...{ logKeys: trust.logKeys, stampProblem, organizations, held },
    workspaceKeys: runtime.workspaceKeys,
    envelopeRows: new EnvelopeRowsCheck(),
  });
  const newest = check.newest ? await publishedCheckpoint(runtime, check.newest.size) : null;
  return {
    ...check,
    stampedAt: newest ? trust.stampOf(fromUtf8(newest.note), newest.timestampToken).generatedAt : null,
    foreignAuthorities: [...foreign],
    heldNames: held.map(({ name }) => name),
    hasOwnAnchors: anchors !== null,
  };
}

import type { SigningKey } from "#lib/ports/keys.ts";
import type { WorkerRuntime } from "#lib/runtime.ts";
import { AUTHORITY_KINDS, chainOf, isDue, nextOf } from "./authority-plan.ts";
import { publishCrl, publishCrls } from "./publish-crl.ts";
import { renewDue } from "./renew-due.ts";
import { type AuthorityKind, type AuthorityRow, loadAuthorities } from "./store.ts";

/** An authority of ours; its key is null when it was taken away into a file. */
export interface KnownAuthority {
  readonly id: string;
  readonly certificateDer: Uint8Array;
  readonly notBefore: Date;
  readonly key: SigningKey | null;
  /** From its issuer up to and with the root, and certificates that lead to an earlier root; DER each. */
  readonly chain: readonly Uint8Array[];
}

/** An authority of ours, or the key of the log, with the means to use it. */
export interface Authority extends KnownAuthority {
  readonly key: SigningKey;
}

/** Those in use. */
export interface Authorities {
  readonly root: KnownAuthority;
  readonly issuing: Authority;
  readonly tsa: Authority;
  readonly ocsp: Authority;
  /** Signs the checkpoints of the log. */
  readonly log: Authority;
}

const BACKDATE_MS = 300_000;

/**
 * Makes at first start, and renews in time, the authorities of this installation; publishes the revocation lists
 * of all that ever were.
 */
export async function ensureAuthorities(runtime: WorkerRuntime): Promise<Authorities> {
  const known = await loadAuthorities(runtime.database.db);
  const isComplete = AUTHORITY_KINDS.every((kind) => !isDue(known, kind, runtime.now()));
  const rows = isComplete ? known : await renewDue(runtime);
  const found = new Map<AuthorityKind, KnownAuthority>();
  for (const kind of AUTHORITY_KINDS)
    found.set(kind, await openAuthority(runtime, rows, nextOf(rows, kind)!));
  const authorities = Object.fromEntries(found) as unknown as Authorities;
  // A list from before a certificate was issued says nothing of it.
  const issuedAt =
    Math.max(authorities.issuing.notBefore.getTime(), authorities.tsa.notBefore.getTime()) + BACKDATE_MS;
  await publishCrl(runtime, authorities.root, { since: new Date(issuedAt - 1_000) });
  for (const row of rows) {
    if ((row.kind !== "root" && row.kind !== "issuing") || row.notAfter <= runtime.now()) continue;
    await publishCrls(runtime, await openAuthority(runtime, rows, row));
  }
  return authorities;
}

/** An authority, in use or not, with its key where that is here. */
export async function openAuthority(
  runtime: WorkerRuntime,
  rows: readonly AuthorityRow[],
  row: AuthorityRow,
): Promise<KnownAuthority> {
  const { id, certificateDer, notBefore } = row;
  const key = row.keyRemovedAt ? null : await runtime.keys.provider(row.keyProvider).open(row.keyId);
  return { id, certificateDer, notBefore, key, chain: chainOf(rows, row) };
}

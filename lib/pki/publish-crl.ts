import { sql } from "drizzle-orm";
import type { WorkerRuntime } from "#lib/runtime.ts";
import type { KnownAuthority } from "./authorities.ts";
import { createCrl } from "./core/revocation/create-crl.ts";
import type { RevocationReason } from "./core/revocation/reasons.ts";
import { pkiError } from "./errors.ts";
import { PARTITION_SIZE, pointersTo } from "./pointers.ts";
import { listOpenPartitions, loadRevoked, newestCrl, saveCrl, serialsReserved } from "./store.ts";

const DAY_MS = 86_400_000;
const LIFE_MS = 30 * DAY_MS;
const FRESH_MS = DAY_MS;

export interface CrlOptions {
  /** A list older than that will not do. */
  readonly since?: Date;
  readonly partition?: number;
  /** For an authority whose key goes away: how long the list is to last. */
  readonly lifeMs?: number;
}

/**
 * Publishes a part of an authority's revocation list when the newest is a day old, or says less than what is known
 * now. An authority whose key is away keeps the list it has.
 *
 * @returns the newest list, DER. @throws pki/key-away when there is none and none can be made
 */
export async function publishCrl(
  runtime: WorkerRuntime,
  authority: KnownAuthority,
  { since = new Date(0), partition = 0, lifeMs = LIFE_MS }: CrlOptions = {},
): Promise<Uint8Array> {
  const { db } = runtime.database;
  const isGood = (
    crl: Awaited<ReturnType<typeof newestCrl>>,
    revoked: readonly { revokedAt: Date | null }[],
  ) =>
    crl !== null &&
    crl.thisUpdate >= since &&
    runtime.now().getTime() - crl.thisUpdate.getTime() < FRESH_MS &&
    lifeMs === LIFE_MS &&
    crl.revokedCount === revoked.length;
  const newest = await newestCrl(db, authority.id, partition);
  if (newest && isGood(newest, await loadRevoked(db, authority.id, partition))) return newest.der;
  const { key } = authority;
  if (!key) {
    if (newest) return newest.der;
    throw pkiError("key-away", `no list of ${authority.id}, and its key is away`);
  }
  return db.transaction(async (transaction) => {
    await transaction.execute(sql`select pg_advisory_xact_lock(hashtextextended(${authority.id}, 8))`);
    const last = await newestCrl(transaction, authority.id, partition);
    const revoked = await loadRevoked(transaction, authority.id, partition);
    if (last && isGood(last, revoked)) return last.der;
    const thisUpdate = runtime.now();
    thisUpdate.setMilliseconds(0);
    const nextUpdate = new Date(thisUpdate.getTime() + lifeMs);
    const number = (last?.number ?? 0) + 1;
    const entries = revoked.map((row) => ({
      serialHex: row.serial,
      revokedAt: row.revokedAt!,
      reason: (row.revocationReason ?? "unspecified") as RevocationReason,
      invalidSince: row.invalidSince,
    }));
    const isPartial = (await serialsReserved(transaction, authority.id)) > PARTITION_SIZE;
    const { crlUrl } = pointersTo(runtime.config.baseUrl, authority.id, partition);
    const list = { issuerDer: authority.certificateDer, number, thisUpdate, nextUpdate, revoked: entries };
    const der = await createCrl(
      { ...list, keepsExpiredSince: authority.notBefore, partitionUrl: isPartial ? crlUrl : null },
      key,
    );
    const row = { authorityId: authority.id, partition, number, der, thisUpdate, nextUpdate };
    await saveCrl(transaction, { ...row, revokedCount: revoked.length });
    return der;
  });
}

/** Every part of an authority's list that still speaks of certificates in use. */
export async function publishCrls(runtime: WorkerRuntime, authority: KnownAuthority): Promise<void> {
  const now = runtime.now();
  const lapsedBefore = new Date(now.getTime() - 2 * DAY_MS);
  const open = await listOpenPartitions(runtime.database.db, authority.id, lapsedBefore);
  for (const partition of new Set([0, ...open])) await publishCrl(runtime, authority, { partition });
}

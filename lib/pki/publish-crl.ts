import { sql } from "drizzle-orm";
import type { WorkerRuntime } from "#lib/runtime.ts";
import type { Authority } from "./authorities.ts";
import { createCrl } from "./core/revocation/create-crl.ts";
import type { RevocationReason } from "./core/revocation/reasons.ts";
import { loadRevoked, newestCrl, saveCrl } from "./store.ts";

const DAY_MS = 86_400_000;
const LIFE_MS = 30 * DAY_MS;
const FRESH_MS = DAY_MS;

/**
 * Publishes an authority's revocation list when the newest is a day old, or says less than what is known now.
 *
 * @param since a list older than that will not do. @returns the newest list, DER.
 */
export async function publishCrl(
  runtime: WorkerRuntime,
  authority: Authority,
  since: Date = new Date(0),
): Promise<Uint8Array> {
  const { db } = runtime.database;
  const isGood = (
    crl: Awaited<ReturnType<typeof newestCrl>>,
    revoked: readonly { revokedAt: Date | null }[],
  ) =>
    crl !== null &&
    crl.thisUpdate >= since &&
    runtime.now().getTime() - crl.thisUpdate.getTime() < FRESH_MS &&
    revoked.every(({ revokedAt }) => revokedAt! <= crl.thisUpdate);
  const newest = await newestCrl(db, authority.id);
  if (newest && isGood(newest, await loadRevoked(db, authority.id))) return newest.der;
  return db.transaction(async (transaction) => {
    await transaction.execute(sql`select pg_advisory_xact_lock(hashtextextended(${authority.id}, 8))`);
    const last = await newestCrl(transaction, authority.id);
    const revoked = await loadRevoked(transaction, authority.id);
    if (last && isGood(last, revoked)) return last.der;
    const thisUpdate = runtime.now();
    thisUpdate.setMilliseconds(0);
    const nextUpdate = new Date(thisUpdate.getTime() + LIFE_MS);
    const number = (last?.number ?? 0) + 1;
    const entries = revoked.map((row) => ({
      serialHex: row.serial,
      revokedAt: row.revokedAt!,
      reason: (row.revocationReason ?? "unspecified") as RevocationReason,
    }));
    const list = { issuerDer: authority.certificateDer, number, thisUpdate, nextUpdate, revoked: entries };
    const der = await createCrl({ ...list, keepsExpiredSince: authority.notBefore }, authority.key);
    await saveCrl(transaction, { authorityId: authority.id, number, der, thisUpdate, nextUpdate });
    return der;
  });
}

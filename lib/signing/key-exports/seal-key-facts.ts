import { requireSystem } from "#lib/authorize.ts";
import { toHex } from "#lib/bytes.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import type { CertificateId } from "#lib/ids.ts";
import type { KeyExportFacts, SealKeyFacts } from "../core/custody.ts";
import { loadBackups } from "../key-care/store.ts";
import { loadKeyOrigins } from "../seals/store.ts";
import { readCustody } from "./record-custody.ts";
import { type KeyExportRow, loadCustody, loadExportsOf, loadSealKeys } from "./store.ts";

const MOST_BACKUPS = 100_000;

/**
 * Where the keys of seal certificates are, how they came there, and who was given them, as recorded up to a moment.
 * What is not on record is null: nothing is assumed.
 */
export async function sealKeyFacts(
  ctx: WorkerContext,
  { certificateIds, at }: { readonly certificateIds: readonly CertificateId[]; readonly at: Date },
): Promise<SealKeyFacts[]> {
  requireSystem(ctx);
  return inTransaction(ctx, async (ctx) => {
    const all = (await loadSealKeys(ctx)).map(({ key }) => key);
    const origins = await loadKeyOrigins(ctx);
    const backups = (await loadBackups(ctx, MOST_BACKUPS)).filter(
      ({ createdAt, wrappedKeys }) => createdAt <= at && wrappedKeys > 0,
    );
    const facts: SealKeyFacts[] = [];
    for (const certificateId of certificateIds) {
      const own = all.find((key) => key.certificateId === certificateId);
      if (!own) {
        facts.push({ certificateId, key: null });
        continue;
      }
      const { provider, keyId } = own;
      // A certificate that was renewed may be of the same key: whoever was given it then has it still.
      const same = all.filter((key) => key.provider === provider && key.keyId === keyId);
      const brought = origins.filter((one) => one.provider === provider && one.keyId === keyId);
      const since = new Date(Math.min(...[...same, ...brought].map((one) => one.createdAt.getTime())));
      const isOf = (origin: string) => brought.some((one) => one.origin === origin);
      const rows = await loadExportsOf(
        ctx,
        same.map(({ id }) => id),
      );
      const exports: KeyExportFacts[] = [];
      for (const row of rows.filter(({ requestedAt }) => requestedAt <= at))
        exports.push(exportFacts(row, await loadCustody(ctx, row.id), at));
      const copies = backups.filter((backup) => backup.createdAt >= since);
      facts.push({
        certificateId,
        key: {
          ...{ provider, since, exports },
          origin: isOf("import")
            ? "imported"
            : isOf("remote")
              ? "remote"
              : isOf("chosen")
                ? "chosen"
                : "made",
          backups:
            provider === "software"
              ? {
                  made: copies.length,
                  destroyed: copies.filter(({ destroyedAt }) => until(destroyedAt, at) !== null).length,
                }
              : null,
        },
      });
    }
    return facts;
  });
}

const until = (instant: Date | null, at: Date): Date | null => (instant && instant <= at ? instant : null);

function exportFacts(
  row: KeyExportRow,
  custody: Parameters<typeof readCustody>[0],
  at: Date,
): KeyExportFacts {
  const { id, reason, destination, contract, requestedAt } = row;
  const { entries, brokenAt } = readCustody(custody);
  const builtAt = until(row.builtAt, at);
  return {
    ...{ id, reason, destination, contract, requestedAt, builtAt },
    approvedAt: until(row.approvedAt, at),
    refusedAt: until(row.refusedAt, at),
    takenAt: until(row.takenAt, at),
    receivedAt: until(row.receivedAt, at),
    destroyedAt: until(row.destroyedAt, at),
    sha256: builtAt && row.sha256,
    custody: entries
      .map((entry, index) => ({ ...entry, hash: toHex(custody[index]!.hash) }))
      .filter((entry) => new Date(entry.at) <= at),
    custodyBrokenAt: brokenAt,
  };
}

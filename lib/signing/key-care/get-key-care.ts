import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { shortName } from "#lib/pki/core/view/short-name.ts";
import { type KeyProviderView, viewKeyProviders } from "#lib/pki/key-providers/list-key-providers.ts";
import { mayReplace } from "../core/standby.ts";
import { loadPolicy } from "../keys/store.ts";
import { loadActiveSeal } from "../store.ts";
import { type BackupRow, loadBackups, loadStandby, type StandbyRow } from "./store.ts";

export interface BackupView extends Omit<BackupRow, "organizationId" | "fileKey" | "checks"> {
  /** Null before any drill. */
  readonly drillPassed: boolean | null;
  /** Codes of what did not hold. */
  readonly failed: readonly string[];
}

export interface KeyCareView {
  readonly standby: {
    readonly state: StandbyRow["state"];
    readonly provider: string;
    readonly since: Date | null;
    readonly failed: readonly string[];
    /** The certificate in use is another authority's, and nobody has said that ours may stand in for it. */
    readonly isHeld: boolean;
  } | null;
  /** Who issued the certificate in use, where that is another authority. */
  readonly broughtBy: string | null;
  readonly standbyAfterMinutes: number | null;
  /** Where a standby key could be made. */
  readonly places: readonly string[];
  readonly backups: readonly BackupView[];
  readonly backupEveryDays: number | null;
  readonly backupKeepDays: number;
}

const SHOWN = 12;

/** What stands by for the seal key, and what was set aside of keys. */
export async function getKeyCare(ctx: Context): Promise<KeyCareView> {
  requirePermission(ctx, "key.manage");
  const places = await viewKeyProviders({ ...ctx.runtime, now: ctx.now });
  return inTransaction(ctx, async (ctx) => {
    const standby = await loadStandby(ctx);
    const active = await loadActiveSeal(ctx);
    const { standbyAfterMinutes, backupEveryDays, backupKeepDays } = await loadPolicy(ctx);
    const inUse = active?.key.provider ?? places.find(({ makesSeals }) => makesSeals)?.name;
    const isOther = ({ name, isReachable }: KeyProviderView) => name !== inUse && isReachable === true;
    return {
      ...{ standbyAfterMinutes, backupEveryDays, backupKeepDays },
      standby: standby && {
        ...{ state: standby.state, provider: standby.provider, since: standby.since },
        isHeld: standby.state !== "standing-in" && !mayReplace(standby, active?.certificate ?? null),
        failed: standby.checks.filter(({ isGood }) => !isGood).map(({ name, found }) => `${name}: ${found}`),
      },
      broughtBy: active?.certificate.chainPem ? nameOfIssuer(active.certificate.der) : null,
      places: places.filter(isOther).map(({ name }) => name),
      backups: (await loadBackups(ctx, SHOWN)).map(backupView),
    };
  });
}

const nameOfIssuer = (der: Uint8Array): string => shortName(parseCertificate(der).issuer);

function backupView({ organizationId: _, fileKey: __, checks, ...row }: BackupRow): BackupView {
  const failed = (checks ?? []).filter(({ isGood }) => !isGood).map(({ code }) => code);
  return { ...row, failed, drillPassed: checks && failed.length === 0 };
}

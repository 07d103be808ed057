import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { shortName } from "#lib/pki/core/view/short-name.ts";
import { type KeyProviderView, viewKeyProviders } from "#lib/pki/key-providers/list-key-providers.ts";
import { mayReplace } from "../core/standby.ts";
import { loadPolicy } from "../keys/store.ts";
import { loadSealKey } from "../rotation-store.ts";
import { type BroughtSealRow, listBroughtSeals } from "../seals/store.ts";
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
    /** Another authority issued its certificate: who; null for one of ours. */
    readonly issuedBy: string | null;
  } | null;
  /** The place of the key in use, while it cannot be reached. */
  readonly lost: { readonly provider: string; readonly since: Date } | null;
  /** Keys that were brought and tested, and could stand by. */
  readonly broughtKeys: readonly BroughtChoice[];
  /** Who issued the certificate in use, where that is another authority. */
  readonly broughtBy: string | null;
  readonly standbyAfterMinutes: number | null;
  /** Where a standby key could be made. */
  readonly places: readonly string[];
  readonly backups: readonly BackupView[];
  readonly backupEveryDays: number | null;
  readonly backupKeepDays: number;
}

export interface BroughtChoice {
  readonly sealId: string;
  readonly name: string;
  readonly issuer: string;
  readonly provider: string;
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
    const away = places.find(({ name, isReachable }) => name === inUse && isReachable === false);
    const standing = standby?.signingKeyId ? await loadSealKey(ctx, standby.signingKeyId) : null;
    const others = new Set(places.filter(isOther).map(({ name }) => name));
    return {
      ...{ standbyAfterMinutes, backupEveryDays, backupKeepDays },
      lost: away ? { provider: away.name, since: away.since } : null,
      broughtKeys: (await listBroughtSeals(ctx)).flatMap((row) => choiceOf(row, others)),
      standby: standby && {
        ...{ state: standby.state, provider: standby.provider, since: standby.since },
        issuedBy: standing?.certificate.chainPem ? nameOfIssuer(standing.certificate.der) : null,
        isHeld: standby.state !== "standing-in" && !mayReplace(standby, active?.certificate ?? null),
        failed: standby.checks.filter(({ isGood }) => !isGood).map(({ name, found }) => `${name}: ${found}`),
      },
      broughtBy: active?.certificate.chainPem ? nameOfIssuer(active.certificate.der) : null,
      places: places.filter(isOther).map(({ name }) => name),
      backups: (await loadBackups(ctx, SHOWN)).map(backupView),
    };
  });
}

/** One that was tested, in another place than the key in use. */
function choiceOf(row: BroughtSealRow, places: ReadonlySet<string>): BroughtChoice[] {
  const { id: sealId, state, provider, certificateDer } = row;
  const isReady = state === "tested" || state === "replaced";
  if (!isReady || !provider || !places.has(provider) || !certificateDer) return [];
  const { subject, issuer } = parseCertificate(certificateDer);
  return [{ sealId, provider, name: shortName(subject), issuer: shortName(issuer) }];
}

const nameOfIssuer = (der: Uint8Array): string => shortName(parseCertificate(der).issuer);

function backupView({ organizationId: _, fileKey: __, checks, ...row }: BackupRow): BackupView {
  const failed = (checks ?? []).filter(({ isGood }) => !isGood).map(({ code }) => code);
  return { ...row, failed, drillPassed: checks && failed.length === 0 };
}

/** One key of a backup: in full, or where it is, with its certificate and those above it. */
export interface BackedUpKey {
  readonly id: string;
  readonly provider: string;
  readonly keyId: string;
  readonly algorithm: string;
  readonly isActive: boolean;
  readonly certificateId: string;
  /** Base64 of DER. */
  readonly certificate: string;
  readonly chain: readonly string[];
  /** Base64 of the private key as the master key wrapped it; null for one that never leaves its place. */
  readonly wrapped: string | null;
}

export interface KeyBackup {
  readonly format: "whereof-key-backup/1";
  readonly organization: string;
  readonly createdAt: string;
  readonly keys: readonly BackedUpKey[];
}

const DAY_MS = 86_400_000;

/** Whether another backup is due. @param everyDays null for never. @param lastAt of the newest; null before any */
export const isBackupDue = (everyDays: number | null, lastAt: Date | null, now: Date): boolean =>
  everyDays !== null && (lastAt === null || now.getTime() - lastAt.getTime() >= everyDays * DAY_MS);

export const destroyAtOf = (createdAt: Date, keepDays: number): Date =>
  new Date(createdAt.getTime() + keepDays * DAY_MS);

/** The key a drill signs with: the one in use when it is wrapped, else the first that is, else the one in use. */
export function drillKeyOf({ keys }: KeyBackup): BackedUpKey | null {
  const wrapped = keys.filter((key) => key.wrapped !== null);
  const isActive = (key: BackedUpKey) => key.isActive;
  return wrapped.find(isActive) ?? wrapped[0] ?? keys.find(isActive) ?? keys[0] ?? null;
}

const DAY_MS = 86_400_000;

/** How old a secret is and when it has to be exchanged. */
export interface SecretDates {
  readonly ageDays: number;
  readonly dueAt: Date;
  readonly isOverdue: boolean;
}

/**
 * @param since when it was set or exchanged last, as far as that is known here.
 * @param everyMonths by the policy for passphrases.
 */
export function secretDates(since: Date, everyMonths: number, now: Date): SecretDates {
  const dueAt = new Date(since);
  const day = dueAt.getUTCDate();
  dueAt.setUTCDate(1);
  dueAt.setUTCMonth(dueAt.getUTCMonth() + everyMonths);
  const last = new Date(Date.UTC(dueAt.getUTCFullYear(), dueAt.getUTCMonth() + 1, 0)).getUTCDate();
  dueAt.setUTCDate(Math.min(day, last));
  const ageDays = Math.max(0, Math.floor((now.getTime() - since.getTime()) / DAY_MS));
  return { ageDays, dueAt, isOverdue: dueAt <= now };
}

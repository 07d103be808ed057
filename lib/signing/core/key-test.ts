/** Why a key was tested: nothing real is signed with one before. */
export const TEST_OCCASIONS = ["first", "rotation", "standby", "brought"] as const;
export type TestOccasion = (typeof TEST_OCCASIONS)[number];

/** What the audit log has to say of a test signing. */
export const REQUIRED_FIELDS = [
  ...(["event", "sequence", "hash", "at", "actor", "action"] as const),
  ...(["subject", "occasion", "provider", "algorithm", "certificate"] as const),
  ...(["document", "level", "provenAt", "outcome"] as const),
] as const;
export type RequiredField = (typeof REQUIRED_FIELDS)[number];

export interface AuditField {
  readonly field: RequiredField;
  /** In the log, and what it has to be. */
  readonly isPresent: boolean;
  /** As the log has it; null where it has nothing. */
  readonly found: string | null;
}

/** One thing a test signing looked at, whichever test it was. */
export interface TestCheck {
  readonly name: string;
  readonly isGood: boolean;
  /** Null where nothing exact was wanted. */
  readonly wanted: string | null;
  readonly found: string;
}

/** An event as it was read back from the log. */
export interface LoggedTest {
  readonly id: string;
  readonly sequence: number;
  readonly hash: string;
  readonly at: Date;
  readonly type: string;
  readonly actor: { readonly [key: string]: unknown };
  readonly data: { readonly [key: string]: unknown };
}

/** What the event has to say, by the same names; null where nothing came of the test. */
export interface TestFacts {
  readonly subject: string;
  readonly occasion: TestOccasion;
  readonly provider: string;
  readonly algorithm: string;
  readonly certificate: string;
  readonly document: string | null;
  readonly level: string;
  readonly provenAt: string | null;
  readonly outcome: boolean;
}

/**
 * Every required field of a test signing as the audit log has it, present or missing. One that is there and says
 * something else than was done counts as missing.
 */
export function auditFields(event: LoggedTest, facts: TestFacts): AuditField[] {
  const { actor, data } = event;
  const told: Readonly<Record<RequiredField, readonly [found: unknown, wanted: unknown]>> = {
    event: [event.id, event.id],
    sequence: [event.sequence, event.sequence],
    hash: [/^[0-9a-f]{64}$/.test(event.hash) ? event.hash : null, event.hash],
    at: [Number.isNaN(event.at.getTime()) ? null : event.at.toISOString(), event.at.toISOString()],
    actor: [actor.kind, actor.kind],
    action: [event.type, "seal.tested"],
    subject: [data.seal, facts.subject],
    occasion: [data.occasion, facts.occasion],
    provider: [data.provider, facts.provider],
    algorithm: [data.algorithm, facts.algorithm],
    certificate: [data.certificate, facts.certificate],
    document: [data.document, facts.document],
    level: [data.level, facts.level],
    provenAt: [data.provenAt, facts.provenAt],
    outcome: [data.passed, facts.outcome],
  };
  return REQUIRED_FIELDS.map((field) => {
    const [found, wanted] = told[field];
    const isThere = found !== undefined && found !== null && found !== "";
    return { field, isPresent: isThere && found === wanted, found: isThere ? String(found) : null };
  });
}

/** A key may sign what is real when every check held and nothing is missing in the log. */
export const isPassed = (checks: readonly TestCheck[], fields: readonly AuditField[]): boolean =>
  checks.length > 0 && checks.every(({ isGood }) => isGood) && fields.every(({ isPresent }) => isPresent);

/** A test signing: what was looked at, and which required audit fields the log has. */
export interface KeyTestView {
  readonly id: string;
  /** The key's own id, or that of the brought seal. */
  readonly subject: string;
  readonly occasion: TestOccasion;
  readonly provider: string;
  readonly algorithm: string;
  readonly certificateSha256: string;
  readonly level: string;
  readonly documentSha256: string | null;
  readonly checks: readonly TestCheck[];
  readonly fields: readonly AuditField[];
  readonly isPassed: boolean;
  /** Under which its sealed record is filed. */
  readonly eventId: string;
  readonly testedAt: Date;
}

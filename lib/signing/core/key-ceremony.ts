import type { MemberId } from "#lib/ids.ts";

export const CEREMONY_ROLES = ["administrator", "operator", "custodian", "witness", "auditor"] as const;
export type CeremonyRole = (typeof CEREMONY_ROLES)[number];

export interface CeremonyPerson {
  readonly memberId: MemberId;
  readonly role: CeremonyRole;
}

/** One line of a ceremony's record. */
export type CeremonyAct =
  | { readonly kind: "step"; readonly number: number; readonly output: string; readonly initials: string }
  | { readonly kind: "fact"; readonly label: string; readonly value: string }
  | { readonly kind: "deviation"; readonly number: number | null; readonly text: string }
  | { readonly kind: "sign-off"; readonly role: CeremonyRole }
  | { readonly kind: "abandoned"; readonly text: string };

export type CeremonyEntry = CeremonyAct & {
  readonly sequence: number;
  /** UTC. */
  readonly at: string;
  readonly by: { readonly memberId: string; readonly name: string };
};

export interface CeremonyFacts {
  readonly people: readonly CeremonyPerson[];
  readonly stepCount: number;
  readonly entries: readonly CeremonyEntry[];
  readonly hasEnded: boolean;
}

export type CeremonyProblem =
  | "ceremony-not-yours"
  | "ceremony-not-leading"
  | "ceremony-out-of-order"
  | "ceremony-steps-open"
  | "ceremony-signed-off"
  | "ceremony-ended";

/**
 * Why these people cannot hold a ceremony; null when they can: one leads, somebody operates, as many custodians as
 * the script asks for, somebody watches, and nobody does two of these.
 */
export function peopleProblem(
  people: readonly CeremonyPerson[],
  custodiansNeeded: number,
): "ceremony-roles" | "ceremony-person-twice" | null {
  const count = (role: CeremonyRole) => people.filter((one) => one.role === role).length;
  if (new Set(people.map(({ memberId }) => memberId)).size < people.length) return "ceremony-person-twice";
  const isWhole =
    count("administrator") === 1 &&
    count("operator") >= 1 &&
    count("witness") >= 1 &&
    count("custodian") >= custodiansNeeded;
  return isWhole ? null : "ceremony-roles";
}

/** The step that comes next, from 1; null when all are done. */
export function nextStep({
  entries,
  stepCount,
}: Pick<CeremonyFacts, "entries" | "stepCount">): number | null {
  const done = entries.filter(({ kind }) => kind === "step").length;
  return done < stepCount ? done + 1 : null;
}

/** Who has not signed off yet. */
export function stillToSign({
  people,
  entries,
}: Pick<CeremonyFacts, "people" | "entries">): CeremonyPerson[] {
  const signed = new Set(entries.filter(({ kind }) => kind === "sign-off").map(({ by }) => by.memberId));
  return people.filter(({ memberId }) => !signed.has(memberId));
}

/**
 * Why somebody may not add a line; null when they may. Steps go in the order of the script, recorded by whoever leads
 * or operates; anybody who takes part may note what was different; all sign off at the end, each for themselves.
 */
export function actProblem(
  facts: CeremonyFacts,
  act: CeremonyAct,
  memberId: MemberId,
): CeremonyProblem | null {
  const own = facts.people.find((one) => one.memberId === memberId);
  if (!own) return "ceremony-not-yours";
  if (facts.hasEnded) return "ceremony-ended";
  if (act.kind === "deviation") return hasBegunSigning(facts) ? "ceremony-signed-off" : null;
  if (act.kind === "sign-off") {
    if (nextStep(facts) !== null) return "ceremony-steps-open";
    return stillToSign(facts).some((one) => one.memberId === memberId) ? null : "ceremony-signed-off";
  }
  const leads = own.role === "administrator" || (act.kind !== "abandoned" && own.role === "operator");
  if (!leads) return "ceremony-not-leading";
  if (act.kind === "abandoned") return null;
  if (hasBegunSigning(facts)) return "ceremony-signed-off";
  return act.kind === "step" && act.number !== nextStep(facts) ? "ceremony-out-of-order" : null;
}

/** What somebody has signed must not get longer. */
const hasBegunSigning = ({ entries }: CeremonyFacts) => entries.some(({ kind }) => kind === "sign-off");

export type CeremonyState = "under-way" | "completed" | "abandoned";

export interface CeremonyLine {
  readonly id: string;
  readonly title: string;
  readonly scriptName: string;
  readonly scriptVersion: number;
  readonly state: CeremonyState;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
}

export interface CeremonyView extends CeremonyLine {
  readonly place: string;
  readonly scriptSha256: string;
  readonly steps: readonly { readonly say: string; readonly expect: string }[];
  readonly people: readonly {
    readonly name: string;
    readonly email: string;
    readonly role: CeremonyRole;
    readonly signedAt: Date | null;
  }[];
  readonly entries: readonly CeremonyEntry[];
  readonly brokenAt: number | null;
  /** Of the last entry, hex; null before the first. */
  readonly head: string | null;
  readonly nextStep: number | null;
  readonly may: {
    readonly record: boolean;
    readonly note: boolean;
    readonly sign: boolean;
    readonly abandon: boolean;
  };
}

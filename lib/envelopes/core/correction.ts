import { envelopesError } from "#lib/envelopes/errors.ts";
import { type CheckMethod, MINIMUMS, type Minimum, satisfies, takesPhone } from "./checks.ts";
import { isPhoneNumber } from "./phone-number.ts";
import { isReachable, reachedAt } from "./reached-at.ts";
import { isAsked, type RecipientRole, type RecipientState } from "./roles.ts";
import { currentTurn, isOut, type RoutedRecipient } from "./routing.ts";

/** What is looked at of a person before anything of them is changed. */
export interface CorrectablePerson extends RoutedRecipient {
  readonly id: string;
  readonly role: RecipientRole;
  readonly state: RecipientState;
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  readonly check: CheckMethod;
  /** Its template says that the check stays. */
  readonly isCheckLocked: boolean;
  readonly order: number;
  readonly alternativeTo: string | null;
}

/** What the sender wants a person to be. */
export interface PersonWish {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  readonly check: CheckMethod;
  readonly order: number;
}

/** One thing that is another now. */
export interface Change {
  readonly what: "name" | "email" | "phone" | "check" | "order" | "message" | "reminder" | "expiry";
  readonly from: string;
  readonly to: string;
}

/** What becomes of one person. */
export interface PersonCorrection extends PersonWish {
  readonly changes: readonly Change[];
  /** Somebody has acted by the old link, if only by looking, and it may be somebody else from now on. */
  readonly isReplaced: boolean;
  /** They have been asked before: a new link goes out, and the old one ends. */
  readonly isAskedAgain: boolean;
}

const OPEN: ReadonlySet<RecipientState> = new Set(["waiting", "notified", "viewed", "consented"]);

/** Nobody who acted is changed; who is still to be named is named by somebody else than the sender. */
export const mayBeCorrected = (person: Pick<CorrectablePerson, "state" | "email" | "phone">): boolean =>
  OPEN.has(person.state) && reachedAt(person) !== "";

/** From then on authentication is raised only, and fields and documents stay. */
export const hasFirstSignature = (people: readonly { readonly state: RecipientState }[]): boolean =>
  people.some(({ state }) => state === "finished");

/** Whether what is asked for now asks for no less than before. */
export const isNoLess = (now: CheckMethod, before: CheckMethod): boolean =>
  now === before ||
  before === "none" ||
  ((MINIMUMS as readonly string[]).includes(before) && satisfies(now, before as Minimum));

const PARTS = ["name", "email", "phone", "check", "order"] as const;

/** A link that was opened, a code that was asked for: what does not say that anybody dealt with the documents. */
const NO_ACTS = /^(?:link|check|code|sso|language)\./;

/**
 * Who did something by their link that is theirs alone: looked, agreed, showed that they can open the notice, asked for
 * paper. Agreeing counts where no look was told: a page tells of looks only after a while.
 *
 * @returns ids of recipients.
 */
export const actedByLink = (
  events: readonly { readonly type: string; readonly actor: { readonly [key: string]: unknown } }[],
): ReadonlySet<string> =>
  new Set(
    events.flatMap(({ type, actor: { kind, id } }) =>
      kind === "recipient" && typeof id === "string" && !NO_ACTS.test(type) ? [id] : [],
    ),
  );

/**
 * What becomes of the people of an envelope under way. Those in whom nothing changes are left out.
 *
 * @param acted who has acted by their link, if only by looking: see `actedByLink`.
 * @throws envelopes/recipient-not-found, person-acted, person-name-missing, person-email-wrong, person-phone-wrong,
 *   check-lowered, check-locked, order-not-possible, person-one-of-several
 */
export function decideCorrections(
  people: readonly CorrectablePerson[],
  wishes: readonly PersonWish[],
  acted: ReadonlySet<string>,
): PersonCorrection[] {
  const isSigned = hasFirstSignature(people);
  const turn = currentTurn(people) ?? 1;
  return wishes.flatMap((wish) => {
    const person = people.find(({ id }) => id === wish.id);
    if (!person) throw envelopesError("recipient-not-found", `recipient ${wish.id}`);
    // A number is kept where something is sent to it.
    const changes = PARTS.filter((part) => wish[part] !== person[part]).map((part): Change => {
      return { what: part, from: String(person[part]), to: String(wish[part]) };
    });
    if (changes.length === 0) return [];
    requirePossible(person, wish, { isSigned, turn });
    const isOther =
      wish.name !== person.name || reachedAt(wish).toLowerCase() !== reachedAt(person).toLowerCase();
    const isReplaced = isOther && acted.has(person.id);
    const isOneOfSeveral =
      person.alternativeTo || people.some(({ alternativeTo }) => alternativeTo === person.id);
    if (isReplaced && isOneOfSeveral) throw envelopesError("person-one-of-several", `recipient ${person.id}`);
    const isAskedAgain = person.state !== "waiting" && isAsked(person.role);
    return [{ ...wish, changes, isReplaced, isAskedAgain }];
  });
}

function requirePossible(
  person: CorrectablePerson,
  wish: PersonWish,
  { isSigned, turn }: { readonly isSigned: boolean; readonly turn: number },
): void {
  if (!mayBeCorrected(person) || isOut(person))
    throw envelopesError("person-acted", `recipient ${person.id} is ${person.state}`);
  if (wish.name === "") throw envelopesError("person-name-missing", `recipient ${person.id}`);
  if (!isReachable(wish)) throw envelopesError("person-email-wrong", `recipient ${person.id}`);
  if (takesPhone([wish.check]) && !isPhoneNumber(wish.phone))
    throw envelopesError("person-phone-wrong", `recipient ${person.id}`);
  if (person.isCheckLocked && wish.check !== person.check)
    throw envelopesError("check-locked", `recipient ${person.id}`);
  if (isSigned && !isNoLess(wish.check, person.check))
    throw envelopesError("check-lowered", `${person.check} to ${wish.check}`);
  const isMoved = wish.order !== person.order;
  if (isMoved && (person.state !== "waiting" || person.alternativeTo || wish.order < turn))
    throw envelopesError("order-not-possible", `recipient ${person.id} to ${wish.order}, turn is ${turn}`);
}

import { readChain } from "#lib/audit/read-chain.ts";
import { requireOwn, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { EnvelopeId, RecipientId } from "#lib/ids.ts";
import { policyOf } from "./authentication/policy.ts";
import { CHECK_METHODS, type CheckMethod, isPossible } from "./core/checks.ts";
import { actedByLink, hasFirstSignature, isNoLess, mayBeCorrected } from "./core/correction.ts";
import { isAsked, type RecipientRole } from "./core/roles.ts";
import { currentTurn, isOut } from "./core/routing.ts";
import { envelopesError } from "./errors.ts";
import { loadEnvelope, loadRecipients, type RecipientRow } from "./store.ts";

export interface CorrectablePersonView {
  readonly id: RecipientId;
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  readonly check: CheckMethod;
  /** What can be asked of them instead. */
  readonly checks: readonly CheckMethod[];
  readonly role: RecipientRole;
  readonly state: RecipientRow["state"];
  readonly order: number;
  /** Null where their place in the order stays. */
  readonly orders: readonly number[] | null;
  readonly mayBeCorrected: boolean;
  /** They have acted by their link, if only by looking: with another name or address somebody else begins anew. */
  readonly hasActed: boolean;
}

export interface CorrectionView {
  readonly title: string;
  readonly message: string;
  readonly reminderHours: number | null;
  readonly expiresAt: Date | null;
  /** Somebody has signed: from then on people are asked for more, and for nothing less. */
  readonly isSigned: boolean;
  readonly people: readonly CorrectablePersonView[];
}

/** What can be corrected of an envelope under way. @throws envelopes/not-under-way, held, destroyed */
export async function getCorrection(
  ctx: Context,
  input: { readonly envelopeId: EnvelopeId },
): Promise<CorrectionView> {
  const member = requirePermission(ctx, "envelope.manage");
  return inTransaction(ctx, async (ctx) => {
    const envelope = await loadEnvelope(ctx, input.envelopeId);
    requireOwn(member, envelope, "envelope.manage-all");
    if (envelope.signatureKind !== "here")
      throw envelopesError("signatures-locked", `signed by a provider: ${envelope.signatureKind}`);
    if (envelope.heldSince) throw envelopesError("held", `envelope ${envelope.id}`);
    if (envelope.state !== "sent" || envelope.purgedAt)
      throw envelopesError("not-under-way", `envelope is ${envelope.state}`);
    const policy = await policyOf(ctx, envelope.id);
    const people = (await loadRecipients(ctx, envelope.id)).filter((person) => !isOut(person));
    const acted = actedByLink((await readChain(ctx, envelope.id)).entries);
    const isSigned = hasFirstSignature(people);
    const turn = currentTurn(people.map((one) => ({ ...one, isSigned: one.signedAt !== null }))) ?? 1;
    const isUsable = (check: CheckMethod) =>
      isPossible(check, policy) &&
      // The sender tells a code to somebody; where there is none yet, it is set on their row.
      check !== "access-code";
    const last = Math.max(...people.map(({ order }) => order));
    const ordersOf = ({ state, role, alternativeTo }: RecipientRow) =>
      state === "waiting" && isAsked(role) && !alternativeTo && people.length > 2
        ? Array.from({ length: last - turn + 1 }, (_, index) => turn + index)
        : null;
    return {
      title: envelope.title,
      message: envelope.message,
      reminderHours: envelope.reminderHours,
      expiresAt: envelope.expiresAt,
      isSigned,
      people: people.map((person) => ({
        ...{ id: person.id, name: person.name, email: person.email, phone: person.phone },
        ...{ check: person.check, role: person.role, state: person.state, order: person.order },
        checks: CHECK_METHODS.filter(
          (check) =>
            check === person.check ||
            (!person.isCheckLocked && isUsable(check) && (!isSigned || isNoLess(check, person.check))),
        ),
        orders: ordersOf(person),
        mayBeCorrected: mayBeCorrected(person),
        hasActed: acted.has(person.id),
      })),
    };
  });
}

import { and, asc, eq, isNull } from "drizzle-orm";
import { signaturePolicies, signatureProviders } from "#db/schema/signature-providers.ts";
import type { Context } from "#lib/context.ts";
import { type Order, turnsOf } from "../core/draft.ts";
import { type RecipientRole, signs } from "../core/roles.ts";
import {
  SIGNATURE_KINDS,
  type SignatureBlocker,
  type SignatureChoice,
  type SignatureDemand,
  signatureBlockers,
} from "../core/signature-kind.ts";

/** What senders of this organization may ask for, and who could sign. Part of a verb. */
export async function loadSignatureChoice(ctx: Context): Promise<SignatureChoice> {
  const { connection, organizationId } = ctx;
  const [policy] = await connection
    .select({ allowed: signaturePolicies.allowed })
    .from(signaturePolicies)
    .where(eq(signaturePolicies.organizationId, organizationId));
  const providers = await connection
    .select({
      ...{ id: signatureProviders.id, name: signatureProviders.name, kind: signatureProviders.kind },
    })
    .from(signatureProviders)
    .where(and(eq(signatureProviders.organizationId, organizationId), isNull(signatureProviders.removedAt)))
    .orderBy(asc(signatureProviders.createdAt));
  return { allowed: policy?.allowed ?? SIGNATURE_KINDS, providers };
}

interface Demanding extends SignatureDemand {
  readonly order?: Order;
  readonly recipients: readonly {
    readonly id: string;
    readonly role: RecipientRole;
    readonly turn?: number;
    readonly order?: number;
    readonly alternativeTo?: string | null;
    readonly hostId?: string | null | undefined;
  }[];
}

/** What keeps a draft from being signed the way it asks for. Part of a verb. */
export async function findSignatureBlockers(
  ctx: Context,
  { order = "mixed", recipients, ...demand }: Demanding,
): Promise<SignatureBlocker[]> {
  const people = recipients.map(({ id, turn, order: place, alternativeTo }) => ({
    ...{ id, turn: place ?? turn ?? 1, alternativeTo: alternativeTo ?? "" },
  }));
  // What is kept knows each one's turn; what is drafted has an order.
  const isKept = recipients.some((person) => person.order !== undefined);
  const turns = turnsOf(isKept ? "mixed" : order, people);
  const { level } = ctx.runtime.config;
  return signatureBlockers(
    { ...demand, level },
    recipients.map(({ id, role, alternativeTo, hostId }) => ({
      ...{ id, turn: turns.get(id) ?? 1, signs: signs(role), isAlternative: Boolean(alternativeTo) },
      isInPerson: hostId != null,
    })),
    await loadSignatureChoice(ctx),
  );
}

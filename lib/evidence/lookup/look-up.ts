import { z } from "zod";
import { readChain } from "#lib/audit/read-chain.ts";
import { createContext, inTransaction, type Visitor } from "#lib/context.ts";
import { limitRate, limitWrongTries, networkOf } from "#lib/identity/limit-rate.ts";
import { comparePair, type PairFound, typedSha256, typedShortId } from "../core/lookup/printed-pair.ts";
import { type ToldEvent, toldTrail } from "../core/lookup/told-trail.ts";
import { type EnvelopePlace, findShortId, loadRecorded, loadStanding } from "./look-up-store.ts";

/** By one network: wrong pairs, and all. */
const WRONG = { tries: 20, windowSeconds: 600 };
const ALL = { tries: 120, windowSeconds: 600 };

const NIL = "00000000-0000-0000-0000-000000000000";
const NOWHERE = { organizationId: NIL, envelopeId: NIL } as EnvelopePlace;

const Input = z
  .object({
    shortId: z.string().max(40).transform(typedShortId).pipe(z.string("a number such as WH-7K2M-9QXD")),
    /** The beginning of a SHA-256, as it is printed. */
    typed: z
      .string()
      .max(200)
      .transform(typedSha256)
      .pipe(z.string("12 to 64 hexadecimal digits"))
      .nullable()
      .default(null),
    /** SHA-256 of a whole file. */
    file: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .nullable()
      .default(null),
  })
  .refine(({ typed, file }) => typed !== null || file !== null, "something of a hash");

export interface Standing extends PairFound {
  readonly isKnown: true;
  readonly state: "completed" | "open" | "declined" | "voided" | "expired" | "destroyed";
  /** When it ended, or was destroyed: ISO 8601; null while it is open. */
  readonly at: string | null;
  readonly completedAt: string | null;
  readonly signed: number;
  readonly signers: number;
  readonly isTest: boolean;
  /** What was recorded, where the organization tells it and the whole hash is known; null otherwise. */
  readonly trail: readonly ToldEvent[] | null;
}

/** Nothing is said of why: no such number, and no such hash under it, are one answer. */
export type LookedUp = Standing | { readonly isKnown: false };

/**
 * What becomes of a printed page: whoever holds an envelope's short id together with at least 12 digits of the hash of
 * one of its files learns whether they belong together, how the envelope ended, when, and how many signed it; who has a
 * whole hash, and where the organization tells it, also what was recorded, without names. Who has either alone learns
 * nothing.
 *
 * @throws identity/too-many-tries after 20 wrong pairs in ten minutes, or 120 in all; ZodError for what is no pair
 */
export async function lookUpPair(visitor: Visitor, input: z.input<typeof Input>): Promise<LookedUp> {
  const { runtime, request } = visitor;
  const { shortId, ...held } = Input.parse(input);
  const network = networkOf(request.ip);
  await limitRate(runtime, `look-up:${network}`, ALL);
  let answer: LookedUp = { isKnown: false };
  await limitWrongTries(runtime, `look-up-wrong:${network}`, WRONG, async () => {
    // What nobody has is looked for like any other: the time an answer takes tells no numbers apart.
    const { organizationId, envelopeId } = (await findShortId(runtime, shortId)) ?? NOWHERE;
    const ctx = createContext(runtime, {
      organizationId,
      actor: { kind: "system", job: "look-up" },
      request,
    });
    answer = await inTransaction(ctx, async (ctx) => {
      const found = comparePair(await loadRecorded(ctx, envelopeId), held);
      const standing = await loadStanding(ctx, envelopeId);
      if (!found || !standing) return { isKnown: false };
      const { tellsTrail, people, ...rest } = standing;
      const isWhole = found.file === "equal" || (found.typed === "equal" && held.typed?.length === 64);
      const trail =
        tellsTrail && isWhole ? toldTrail((await readChain(ctx, envelopeId)).entries, people) : null;
      return { isKnown: true, ...found, ...told(rest), trail };
    });
    return answer.isKnown;
  });
  return answer;
}

type Rest = Omit<NonNullable<Awaited<ReturnType<typeof loadStanding>>>, "tellsTrail" | "people">;

function told({ state, endedAt, purgedAt, ...rest }: Rest) {
  const ended = endedAt?.toISOString() ?? null;
  const isOpen = state === "draft" || state === "sent" || state === "sealing";
  return {
    ...rest,
    state: purgedAt ? "destroyed" : isOpen ? "open" : state,
    at: purgedAt?.toISOString() ?? ended,
    completedAt: state === "completed" ? ended : null,
  } as const;
}

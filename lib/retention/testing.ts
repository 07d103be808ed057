import type { TestProduct } from "#db/testing.ts";
import { type Context, createContext, type Role, type WorkerContext } from "#lib/context.ts";
import type { EnvelopeView } from "#lib/envelopes/get-envelope.ts";
import { hashPassword } from "#lib/identity/create-organization.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { linkFor, personWith, sent, sign, until } from "#lib/signing/testing.ts";
import { approvePurges, reviewPurges } from "./decide-purges.ts";
import { planPurges } from "./plan-purges.ts";
import { askRelease, releaseHold } from "./release-hold.ts";

export const PASSWORD = "velvet otter climbs";

/** An organization with everybody who decides, each with a password. */
export async function office({ runtime, admin, newOrganization }: TestProduct) {
  const organization = await newOrganization();
  const hash = await hashPassword(PASSWORD);
  const person = async (role: Role) => {
    const ctx = await organization.member(role);
    if (ctx.actor.kind === "member")
      await admin`update accounts set password_hash = ${hash} where id = ${ctx.actor.accountId}`;
    return ctx;
  };
  const actor = { kind: "system", job: "test" } as const;
  const system: WorkerContext = createContext(runtime, { organizationId: organization.id, actor });
  const [owner, counsel, sender] = [await person("owner"), await person("counsel"), await person("sender")];
  return { admin, organization, person, system, owner, counsel, sender };
}

/** An envelope that one person has signed, sealed by the worker, and over for `years` years. */
export async function completedLongAgo(
  { admin }: TestProduct,
  ctx: Context,
  years: number,
  name = "Ana Ruiz",
): Promise<EnvelopeView> {
  const { envelopeId } = await sent(ctx, [{ name }]);
  await sign(await personWith(ctx, await linkFor(ctx, envelopeId, name)));
  const isPacked = ({ state, trail }: EnvelopeView) =>
    state === "completed" && trail.some(({ type }) => type === "package.built");
  const envelope = await until(ctx, envelopeId, isPacked, 120_000);
  await endLongAgo({ admin }, envelopeId, years);
  return envelope;
}

export async function endLongAgo(
  { admin }: Pick<TestProduct, "admin">,
  envelopeId: EnvelopeId,
  years: number,
): Promise<void> {
  await admin`update envelopes set ended_at = now() - make_interval(years => ${years}, days => 2)
    where id = ${envelopeId}`;
}

/** As if those who decide had been told in time. */
export async function announcedLongAgo(
  { admin }: Pick<TestProduct, "admin">,
  envelopeIds: readonly EnvelopeId[],
): Promise<void> {
  await admin`update purges set announced_at = now() - interval '15 days', reminded_at = now() - interval '8 days'
    where envelope_id = any(${[...envelopeIds]})`;
}

/** Everything but the destruction itself. @returns the destruction's id */
export async function letThrough(
  {
    admin,
    system,
    owner,
    counsel,
  }: Pick<TestProduct, "admin"> & { system: WorkerContext; owner: Context; counsel: Context },
  envelopeIds: readonly EnvelopeId[],
): Promise<string> {
  await planPurges(system);
  await announcedLongAgo({ admin }, envelopeIds);
  await reviewPurges(counsel, { envelopeIds: [...envelopeIds] });
  return approvePurges(owner, { envelopeIds: [...envelopeIds], password: PASSWORD });
}

/** Releases a hold as two people do. */
export async function releasedByTwo(first: Context, second: Context, holdId: string, reason = "Settled") {
  await askRelease(first, { holdId, reason });
  await releaseHold(second, { holdId });
}

import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requireMember, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { typedLine, typedText } from "#lib/identity/core/typed-text.ts";
import { stepUp } from "#lib/identity/step-up.ts";
import { type MemberId, uuidV7 } from "#lib/ids.ts";
import {
  actProblem,
  CEREMONY_ROLES,
  type CeremonyAct,
  type CeremonyEntry,
  peopleProblem,
  stillToSign,
} from "../core/key-ceremony.ts";
import { signingError } from "../errors.ts";
import { loadPeople } from "../key-exports/store.ts";
import { newestScripts } from "./key-scripts.ts";
import { addEntry, endCeremony, loadCeremony, loadEntries, saveCeremony } from "./store.ts";

const Start = z.object({
  title: typedLine(120),
  place: typedLine(200),
  scriptName: typedLine(120),
  people: z
    .array(z.object({ memberId: z.uuid().transform((id) => id as MemberId), role: z.enum(CEREMONY_ROLES) }))
    .max(40),
});

/**
 * Begins a key ceremony by the newest version of a script. Everybody who takes part is a member, so that each can
 * sign it off themselves; a witness needs no other right.
 *
 * @returns its id. @throws signing/export-text-missing, script-unknown, ceremony-roles, ceremony-person-twice,
 * ceremony-person-unknown
 */
export async function startKeyCeremony(ctx: Context, input: z.input<typeof Start>): Promise<string> {
  requirePermission(ctx, "key.manage");
  const { title, place, scriptName, people } = Start.parse(input);
  if (title === "" || place === "") throw signingError("export-text-missing", "an empty line");
  return inTransaction(ctx, async (ctx) => {
    const script = (await newestScripts(ctx)).find(({ name }) => name === scriptName);
    if (!script) throw signingError("script-unknown", "no script of that name");
    const problem = peopleProblem(people, script.custodiansNeeded);
    if (problem) throw signingError(problem, `${people.length} people`);
    const known = new Map((await loadPeople(ctx)).map((one) => [one.id, one]));
    const named = people.map(({ memberId, role }) => {
      const person = known.get(memberId);
      if (!person || person.isRemoved) throw signingError("ceremony-person-unknown", `member ${memberId}`);
      return { memberId, role, name: person.name, email: person.email };
    });
    const startedAt = ctx.now();
    const id = uuidV7(startedAt.getTime(), ctx.runtime.random(10));
    const { organizationId } = ctx;
    const { version: scriptVersion, sha256: scriptSha256, steps } = script;
    const of = { scriptName, scriptVersion, scriptSha256 };
    await saveCeremony(ctx, { organizationId, id, title, place, ...of, steps, people: named, startedAt });
    const roles = people.map(({ memberId, role }) => ({ member: memberId, role }));
    const data = { ceremony: id, title, place, ...of, people: roles };
    await appendEvent(ctx, { type: "key-ceremony.started", envelopeId: null, data });
    return id;
  });
}

const Recording = z.object({
  ceremonyId: z.uuid(),
  act: z.discriminatedUnion("kind", [
    z.object({
      kind: z.literal("step"),
      number: z.coerce.number().int(),
      output: typedText(4000),
      initials: typedLine(8),
    }),
    z.object({ kind: z.literal("fact"), label: typedLine(120), value: typedText(1000) }),
    z.object({ kind: z.literal("deviation"), number: z.number().int().nullable(), text: typedText(4000) }),
    z.object({ kind: z.literal("abandoned"), text: typedText(2000) }),
  ]),
});

/**
 * Records what was done, seen or different. A line is never changed afterwards.
 *
 * @throws signing/not-found, export-text-missing, ceremony-not-yours, ceremony-not-leading, ceremony-out-of-order,
 * ceremony-signed-off, ceremony-ended
 */
export async function recordInCeremony(ctx: Context, input: z.input<typeof Recording>): Promise<void> {
  requireMember(ctx);
  const { ceremonyId, act } = Recording.parse(input);
  if (Object.values(act).includes("")) throw signingError("export-text-missing", "an empty line");
  await add(ctx, ceremonyId, () => act);
}

const SignOff = z.object({ ceremonyId: z.uuid(), password: z.string().max(1024) });

/**
 * Signs a ceremony off for oneself, with the password once more. With the last one it is complete.
 *
 * @throws identity/current-password-wrong, password-not-set; signing/ceremony-steps-open, and as recordInCeremony
 */
export async function signOffCeremony(ctx: Context, input: z.input<typeof SignOff>): Promise<void> {
  const { memberId } = requireMember(ctx);
  const { ceremonyId, password } = SignOff.parse(input);
  await stepUp(ctx, password);
  await add(ctx, ceremonyId, (people) => {
    const own = people.find((one) => one.memberId === memberId);
    return { kind: "sign-off", role: own?.role ?? "witness" };
  });
}

type People = Awaited<ReturnType<typeof loadCeremony>>["people"];

async function add(ctx: Context, ceremonyId: string, actOf: (people: People) => CeremonyAct): Promise<void> {
  const { memberId, name } = requireMember(ctx);
  await inTransaction(ctx, async (ctx) => {
    const ceremony = await loadCeremony(ctx, ceremonyId, true);
    const { people, steps, endedAt } = ceremony;
    const { entries } = await loadEntries(ctx, ceremonyId);
    const facts = { people, stepCount: steps.length, entries, hasEnded: endedAt !== null };
    const act = actOf(people);
    const problem = actProblem(facts, act, memberId);
    if (problem) throw signingError(problem, `${act.kind} in ceremony ${ceremonyId}`);
    const by = { memberId, name };
    const entry = { ...act, sequence: entries.length, at: ctx.now().toISOString(), by } as CeremonyEntry;
    await addEntry(ctx, ceremonyId, entry);
    const data = { ceremony: ceremonyId, entry: entry.sequence, kind: act.kind };
    await appendEvent(ctx, { type: "key-ceremony.recorded", envelopeId: null, data });
    if (act.kind === "abandoned") return end(ctx, ceremonyId, "abandoned");
    const isComplete =
      act.kind === "sign-off" && stillToSign({ people, entries: [...entries, entry] }).length === 0;
    if (isComplete) await end(ctx, ceremonyId, "completed");
  });
}

async function end(ctx: Context, ceremonyId: string, outcome: "completed" | "abandoned"): Promise<void> {
  await endCeremony(ctx, ceremonyId, outcome);
  const type = `key-ceremony.${outcome}` as const;
  await appendEvent(ctx, { type, envelopeId: null, data: { ceremony: ceremonyId } });
}

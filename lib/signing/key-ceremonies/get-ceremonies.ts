import { hasPermission, requireMember, requirePermission, requireSystem } from "#lib/authorize.ts";
import { toHex } from "#lib/bytes.ts";
import { type Context, inTransaction, type WorkerContext } from "#lib/context.ts";
import type { MemberId } from "#lib/ids.ts";
import {
  actProblem,
  type CeremonyAct,
  type CeremonyLine,
  type CeremonyView,
  nextStep,
  stillToSign,
} from "../core/key-ceremony.ts";
import { signingError } from "../errors.ts";
import { loadPeople } from "../key-exports/store.ts";
import { type CeremonyRow, loadCeremonies, loadCeremony, loadEntries } from "./store.ts";

/** Key ceremonies: all for those who look after keys, for others those they take part in. */
export async function listCeremonies(ctx: Context): Promise<CeremonyLine[]> {
  const member = requireMember(ctx);
  const seesAll = hasPermission(member, "certificate.read");
  const rows = await inTransaction(ctx, loadCeremonies);
  return rows.filter((row) => seesAll || takesPart(row, member.memberId)).map(lineOf);
}

const takesPart = ({ people }: CeremonyRow, memberId: MemberId) =>
  people.some((one) => one.memberId === memberId);

const lineOf = ({ id, title, scriptName, scriptVersion, startedAt, endedAt, outcome }: CeremonyRow) => ({
  ...{ id, title, scriptName, scriptVersion, startedAt, endedAt },
  state: outcome ?? ("under-way" as const),
});

/** @throws signing/not-found, also to who has no part in it and looks after no keys */
export async function getCeremony(
  ctx: Context,
  { ceremonyId }: { readonly ceremonyId: string },
): Promise<CeremonyView> {
  const member = requireMember(ctx);
  return inTransaction(ctx, async (ctx) => {
    const row = await loadCeremony(ctx, ceremonyId);
    if (!hasPermission(member, "certificate.read") && !takesPart(row, member.memberId))
      throw signingError("not-found", `ceremony ${ceremonyId}`);
    return viewOf(ctx, row, member.memberId);
  });
}

/** What a ceremony's sealed record says. @throws signing/not-found */
export async function ceremonyFacts(
  ctx: WorkerContext,
  { ceremonyId }: { readonly ceremonyId: string },
): Promise<CeremonyView> {
  requireSystem(ctx);
  return inTransaction(ctx, async (ctx) => viewOf(ctx, await loadCeremony(ctx, ceremonyId), null));
}

async function viewOf(ctx: Context, row: CeremonyRow, memberId: MemberId | null): Promise<CeremonyView> {
  const { entries, brokenAt, head } = await loadEntries(ctx, row.id);
  const { people, steps, place, scriptSha256 } = row;
  const facts = { people, stepCount: steps.length, entries, hasEnded: row.endedAt !== null };
  const may = (act: CeremonyAct) => memberId !== null && actProblem(facts, act, memberId) === null;
  const number = nextStep(facts);
  const unsigned = new Set(stillToSign(facts).map((one) => one.memberId));
  const signedAt = (id: MemberId) =>
    entries.find(({ kind, by }) => kind === "sign-off" && by.memberId === id)?.at ?? null;
  return {
    ...{ ...lineOf(row), place, scriptSha256, steps, entries, brokenAt, nextStep: number },
    head: head ? toHex(head) : null,
    people: people.map(({ memberId: id, name, email, role }) => {
      const at = unsigned.has(id) ? null : signedAt(id);
      return { name, email, role, signedAt: at ? new Date(at) : null };
    }),
    may: {
      record: may(
        number === null
          ? { kind: "fact", label: "", value: "" }
          : { kind: "step", number, output: "", initials: "" },
      ),
      note: may({ kind: "deviation", number: null, text: "" }),
      sign: may({ kind: "sign-off", role: "witness" }),
      abandon: may({ kind: "abandoned", text: "" }),
    },
  };
}

/** Who may take part: every member. */
export async function listCeremonyPeople(ctx: Context): Promise<{ id: MemberId; name: string }[]> {
  requirePermission(ctx, "key.manage");
  const people = await inTransaction(ctx, loadPeople);
  return people
    .filter(({ isRemoved }) => !isRemoved)
    .map(({ id, name, email }) => ({ id, name: `${name} (${email})` }));
}

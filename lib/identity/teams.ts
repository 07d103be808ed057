import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requireMember, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { type MemberId, uuidV7 } from "#lib/ids.ts";
import { typedLine } from "./core/typed-text.ts";
import { identityError } from "./errors.ts";
import { changeMember, deleteTeam, listTeamRows, loadMembers, lockMembers, saveTeam } from "./store.ts";

const MOST_TEAMS = 200;

export interface TeamView {
  readonly id: string;
  readonly name: string;
  readonly members: readonly { readonly id: MemberId; readonly name: string; readonly isLead: boolean }[];
}

/** The teams there are, with who works in them. */
export async function listTeams(ctx: Context): Promise<TeamView[]> {
  requireMember(ctx);
  return inTransaction(ctx, async (ctx) => {
    const people = await loadMembers(ctx);
    return (await listTeamRows(ctx)).map(({ id, name }) => ({
      ...{ id, name },
      members: people
        .filter(({ member }) => member.teamId === id)
        .map(({ member, account }) => ({ id: member.id, name: account.name, isLead: member.leadsTeam })),
    }));
  });
}

/** @throws identity/team-exists, too-many-teams */
export async function createTeam(ctx: Context, input: { readonly name: string }): Promise<string> {
  requirePermission(ctx, "team.manage");
  const name = typedLine(60, 1).parse(input.name);
  return inTransaction(ctx, async (ctx) => {
    await lockMembers(ctx);
    const known = await listTeamRows(ctx);
    if (known.length >= MOST_TEAMS) throw identityError("too-many-teams", `${known.length} teams`);
    if (known.some((team) => team.name.toLowerCase() === name.toLowerCase()))
      throw identityError("team-exists", "a team of that name");
    const id = uuidV7(ctx.now().getTime(), ctx.runtime.random(10));
    await saveTeam(ctx, { id, name });
    await appendEvent(ctx, { type: "team.created", envelopeId: null, data: { team: id, name } });
    return id;
  });
}

const TeamInput = z.object({ teamId: z.uuid() });

/** Its members stay members, and are in no team. @throws identity/team-not-found */
export async function removeTeam(ctx: Context, input: z.input<typeof TeamInput>): Promise<void> {
  requirePermission(ctx, "team.manage");
  const { teamId } = TeamInput.parse(input);
  await inTransaction(ctx, async (ctx) => {
    const name = await nameOf(ctx, teamId);
    await deleteTeam(ctx, teamId);
    await appendEvent(ctx, { type: "team.removed", envelopeId: null, data: { team: teamId, name } });
  });
}

const AssignInput = z.object({
  memberId: z.uuid().transform((id) => id as MemberId),
  /** Null for no team. */
  teamId: z.uuid().nullable(),
  isLead: z.boolean().default(false),
});

/** Puts a member into a team, or out of theirs. @throws identity/member-not-found, team-not-found */
export async function assignTeam(ctx: Context, input: z.input<typeof AssignInput>): Promise<void> {
  requirePermission(ctx, "team.manage");
  const { memberId, teamId, isLead } = AssignInput.parse(input);
  await inTransaction(ctx, async (ctx) => {
    const present = (await lockMembers(ctx)).find(({ member }) => member.id === memberId);
    if (!present) throw identityError("member-not-found", `member ${memberId}`);
    const name = teamId === null ? null : await nameOf(ctx, teamId);
    const leadsTeam = teamId !== null && isLead;
    await changeMember(ctx, memberId, { teamId, leadsTeam });
    const kind = name === null ? "left" : leadsTeam ? "lead" : "member";
    const data = { member: memberId, team: teamId, name: name ?? undefined, kind };
    await appendEvent(ctx, { type: "member.team-changed", envelopeId: null, data });
  });
}

async function nameOf(ctx: Context, teamId: string): Promise<string> {
  const team = (await listTeamRows(ctx)).find(({ id }) => id === teamId);
  if (!team) throw identityError("team-not-found", `team ${teamId}`);
  return team.name;
}

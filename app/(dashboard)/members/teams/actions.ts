"use server";

import { refresh } from "next/cache";
import { shareFolder } from "#lib/envelopes/folders.ts";
import { assignTeam, createTeam, removeTeam } from "#lib/identity/teams.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerForm, type FormState } from "../../../_server/form.ts";

export async function addTeam(name: string): Promise<FormState> {
  return answerForm(async () => {
    await createTeam(await memberContext(), { name: String(name) });
    refresh();
    return undefined;
  });
}

/** @param teamId null takes the member out of theirs. */
export async function putIntoTeam(
  memberId: string,
  teamId: string | null,
  isLead: boolean,
): Promise<FormState> {
  return answerForm(async () => {
    const team = teamId === null ? null : String(teamId);
    await assignTeam(await memberContext(), {
      memberId: String(memberId),
      teamId: team,
      isLead: isLead === true,
    });
    refresh();
    return undefined;
  });
}

export async function takeApart(teamId: string): Promise<FormState> {
  return answerForm(async () => {
    await removeTeam(await memberContext(), { teamId: String(teamId) });
    refresh();
    return undefined;
  });
}

/** Shares a folder with a team, or with none any more. */
export async function shareWithTeam(
  folderId: string,
  teamId: string | null,
  access: string,
): Promise<FormState> {
  return answerForm(async () => {
    await shareFolder(await memberContext(), {
      folderId: String(folderId),
      teamId: teamId === null ? null : String(teamId),
      access: access === "act" ? "act" : "read",
    });
    refresh();
    return undefined;
  });
}

"use server";

import { refresh } from "next/cache";
import type { Role } from "#lib/context.ts";
import { handOver } from "#lib/envelopes/hand-over.ts";
import { changeMemberRole } from "#lib/identity/change-member.ts";
import { inviteMember } from "#lib/identity/invite-member.ts";
import { memberContext } from "../../_server/context.ts";
import { answerForm, type FormState } from "../../_server/form.ts";
import { memberIdIn } from "../../_server/params.ts";

export async function invite(form: FormData): Promise<FormState> {
  return answerForm(async () => {
    const text = (name: string) => String(form.get(name) ?? "");
    const input = { name: text("name"), email: text("email"), role: text("role") as Role };
    await inviteMember(await memberContext(), input);
    refresh();
    return undefined;
  });
}

/** @param role null takes the person out. */
export async function changeRole(memberId: string, role: string | null): Promise<FormState> {
  return answerForm(async () => {
    const input = { memberId: String(memberId), role: role === null ? null : (String(role) as Role) };
    await changeMemberRole(await memberContext(), input);
    refresh();
    return undefined;
  });
}

/** Gives everything a member is the sender of to another; gives how many it was. */
export async function handAllOver(id: string, to: string): Promise<FormState<number>> {
  return answerForm(async () => {
    const count = await handOver(await memberContext(), { from: memberIdIn(String(id)), to: String(to) });
    refresh();
    return count;
  });
}

import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { hasPermission, type MemberActor, requireOwn, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { TemplateId } from "#lib/ids.ts";
import { teamOf } from "../approvals/store.ts";
import { envelopesError } from "../errors.ts";
import { findFolder, teamNames } from "../organize-store.ts";
import { changeTemplate, loadTemplate, type TemplateRow } from "./template-store.ts";

type Placed = Pick<TemplateRow, "id" | "ownerId" | "teamId">;

/** Which templates are there for a member: everybody's, their own team's, their own. Who manages everybody's has all. Part of a verb. */
export async function usableBy(ctx: Context, member: MemberActor): Promise<(template: Placed) => boolean> {
  if (hasPermission(member, "envelope.manage-all")) return () => true;
  const own = await teamOf(ctx, member.memberId);
  return ({ ownerId, teamId }) => teamId === null || teamId === own || ownerId === member.memberId;
}

/** Part of a verb. @throws envelopes/template-not-found where it is another team's */
export async function requireUsable(ctx: Context, member: MemberActor, template: Placed): Promise<void> {
  if (template.teamId === null) return;
  if (!(await usableBy(ctx, member))(template))
    throw envelopesError("template-not-found", `template ${template.id} of another team`);
}

/** Prepare, publish, retire and place it: its owner, who leads the owner's team, and who manages everybody's. @throws authorize/not-allowed */
export const requireManaged = (member: MemberActor, { ownerId }: Pick<TemplateRow, "ownerId">): void =>
  requireOwn(member, { ownerId, readerIds: [], helperIds: [] }, "envelope.manage-all");

const Input = z.object({
  templateId: z.uuid().transform((id) => id as TemplateId),
  /** Null where everybody may use it. */
  teamId: z.uuid().nullable(),
  folderId: z.uuid().nullable(),
});

/**
 * Says whose a template is, and where it is looked for. What was made from it stays.
 *
 * @throws envelopes/template-not-found, duty-team-unknown, folder-not-found
 */
export async function placeTemplate(ctx: Context, input: z.input<typeof Input>): Promise<void> {
  const member = requirePermission(ctx, "template.manage");
  const { templateId, teamId, folderId } = Input.parse(input);
  await inTransaction(ctx, async (ctx) => {
    const template = await loadTemplate(ctx, templateId, true);
    requireManaged(member, template);
    if (teamId && !(await teamNames(ctx)).some(({ id }) => id === teamId))
      throw envelopesError("duty-team-unknown", `team ${teamId}`);
    if (folderId && !(await findFolder(ctx, folderId)))
      throw envelopesError("folder-not-found", `folder ${folderId}`);
    await changeTemplate(ctx, templateId, { teamId, folderId });
    await appendEvent(ctx, {
      ...{ type: "template.placed", envelopeId: template.envelopeId },
      data: { template: templateId, team: teamId, folder: folderId, kind: teamId ? "team" : "everybody" },
    });
  });
}

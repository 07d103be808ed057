import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { typedLine } from "#lib/identity/core/typed-text.ts";
import { type MemberId, type TemplateId, uuidV7 } from "#lib/ids.ts";
import { findClassInUse, loadClassNames } from "../authentication/policy-store.ts";
import { ENVELOPE_LIMITS } from "../core/draft.ts";
import type { SendDuty } from "../core/send-duties.ts";
import { envelopesError } from "../errors.ts";
import { findMember, teamNames, templateTitles } from "../organize-store.ts";
import { deleteDuty, dutyOf, listDutyRows, nameOfMember, saveDuty } from "./store.ts";

const MOST_DUTIES = 100;
const DECIMAL = /^\d{1,15}(\.\d{1,6})?$/;

const Whose = {
  memberId: z
    .uuid()
    .transform((id) => id as MemberId)
    .nullable()
    .default(null),
  teamId: z.uuid().nullable().default(null),
};
const Input = z.discriminatedUnion("kind", [
  z.object({ ...Whose, kind: z.literal("every") }),
  z.object({ ...Whose, kind: z.literal("health") }),
  z.object({
    ...Whose,
    kind: z.literal("template"),
    templateId: z.uuid().transform((id) => id as TemplateId),
  }),
  z.object({ ...Whose, kind: z.literal("class"), classId: z.uuid() }),
  z.object({
    ...Whose,
    kind: z.literal("amount"),
    label: typedLine(ENVELOPE_LIMITS.labelLength, 1),
    amount: z.string().trim().regex(DECIMAL),
  }),
]);

/**
 * Says whose envelopes somebody else approves before they go out. It counts from this moment, for drafts there are too.
 *
 * @throws envelopes/member-not-found, duty-team-unknown, template-not-found, class-not-found, too-many-duties
 */
export async function addSendDuty(ctx: Context, input: z.input<typeof Input>): Promise<string> {
  const member = requirePermission(ctx, "send-duty.manage");
  const duty = Input.parse(input);
  return inTransaction(ctx, async (ctx) => {
    await requireThere(ctx, duty);
    if ((await listDutyRows(ctx)).length >= MOST_DUTIES)
      throw envelopesError("too-many-duties", `${MOST_DUTIES} duties`);
    const id = uuidV7(ctx.now().getTime(), ctx.runtime.random(10));
    const { organizationId } = ctx;
    const made = { createdBy: member.memberId, createdAt: ctx.now() };
    await saveDuty(ctx, { organizationId, id, ...duty, ...made });
    const { memberId, teamId, kind } = duty;
    await appendEvent(ctx, {
      ...{ type: "send-duty.added", envelopeId: null },
      data: { duty: id, kind, member: memberId, team: teamId },
    });
    return id;
  });
}

async function requireThere(ctx: Context, duty: z.output<typeof Input>): Promise<void> {
  const { memberId, teamId } = duty;
  if (memberId && !(await findMember(ctx, memberId)))
    throw envelopesError("member-not-found", `member ${memberId}`);
  if (teamId && (memberId || !(await teamNames(ctx)).some(({ id }) => id === teamId)))
    throw envelopesError("duty-team-unknown", `team ${teamId}`);
  if (duty.kind === "template" && (await templateTitles(ctx, { ids: [duty.templateId] })).length === 0)
    throw envelopesError("template-not-found", `template ${duty.templateId}`);
  if (duty.kind === "class" && !(await findClassInUse(ctx, duty.classId)))
    throw envelopesError("class-not-found", `class ${duty.classId}`);
}

const RemoveInput = z.object({ dutyId: z.uuid() });

/** From then on nobody has to approve that. @throws envelopes/duty-not-found */
export async function removeSendDuty(ctx: Context, input: z.input<typeof RemoveInput>): Promise<void> {
  requirePermission(ctx, "send-duty.manage");
  const { dutyId } = RemoveInput.parse(input);
  await inTransaction(ctx, async (ctx) => {
    if (!(await deleteDuty(ctx, dutyId))) throw envelopesError("duty-not-found", `duty ${dutyId}`);
    await appendEvent(ctx, { type: "send-duty.removed", envelopeId: null, data: { duty: dutyId } });
  });
}

export type SendDutyView = SendDuty & {
  readonly id: string;
  readonly memberName: string;
  readonly teamName: string;
  readonly templateName: string;
  readonly className: string;
};

export async function listSendDuties(ctx: Context): Promise<SendDutyView[]> {
  requirePermission(ctx, "send-duty.manage");
  return inTransaction(ctx, async (ctx) => {
    const rows = await listDutyRows(ctx);
    const teams = new Map((await teamNames(ctx)).map(({ id, name }) => [id, name]));
    const ids = [...new Set(rows.flatMap(({ templateId }) => templateId ?? []))];
    const titles = ids.length === 0 ? [] : await templateTitles(ctx, { ids });
    const templates = new Map(titles.map(({ id, name }) => [id as string, name]));
    const classes = new Map((await loadClassNames(ctx)).map(({ id, name }) => [id, name]));
    const views: SendDutyView[] = [];
    for (const row of rows)
      views.push({
        ...dutyOf(row),
        id: row.id,
        memberName: row.memberId ? await nameOfMember(ctx, row.memberId) : "",
        teamName: row.teamId ? (teams.get(row.teamId) ?? "") : "",
        className: row.classId ? (classes.get(row.classId) ?? "") : "",
        templateName: row.templateId ? (templates.get(row.templateId) ?? "") : "",
      });
    return views;
  });
}

import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { hasPermission, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { typedText } from "#lib/identity/core/typed-text.ts";
import type { MemberId } from "#lib/ids.ts";
import { PROJECT_STEP_NAMES, stepProblem } from "../core/key-project.ts";
import { signingError } from "../errors.ts";
import { requireStepOwner } from "./start-key-project.ts";
import { changeStep, endProject, loadProject, loadSteps } from "./store.ts";

const Step = z.object({ projectId: z.uuid(), step: z.enum(PROJECT_STEP_NAMES) });
const Change = Step.extend({
  ownerId: z.uuid().transform((id) => id as MemberId),
  /** The day it is due, `2026-12-01`. */
  dueOn: z.iso.date(),
});

/** Names another owner or day for a step. @throws signing/not-found, project-step-done, project-owner-unknown */
export async function changeProjectStep(ctx: Context, input: z.input<typeof Change>): Promise<void> {
  requirePermission(ctx, "key.manage");
  const { projectId, step, ownerId, dueOn } = Change.parse(input);
  await inTransaction(ctx, async (ctx) => {
    await loadProject(ctx, projectId, true);
    const found = (await loadSteps(ctx, projectId)).find((one) => one.step === step)!;
    if (found.doneAt) throw signingError("project-step-done", `step ${step} of ${projectId}`);
    await requireStepOwner(ctx, ownerId);
    await changeStep(ctx, found, { ownerId, dueAt: new Date(`${dueOn}T23:59:59Z`) });
    const data = { project: projectId, step, owner: ownerId, dueOn };
    await appendEvent(ctx, { type: "key-project.step-changed", envelopeId: null, data });
  });
}

const Doing = Step.extend({ evidence: typedText(4000), isWaived: z.boolean().default(false) });

/**
 * Signs a step off with what shows that it was done, or why it is not needed. The last one ends the project, and its
 * checklist is sealed as a record.
 *
 * @throws signing/not-found, export-text-missing, project-not-yours, project-step-done, project-steps-open
 */
export async function doProjectStep(ctx: Context, input: z.input<typeof Doing>): Promise<void> {
  const member = requirePermission(ctx, "certificate.read");
  const { projectId, step, evidence, isWaived } = Doing.parse(input);
  if (evidence === "") throw signingError("export-text-missing", "no evidence");
  await inTransaction(ctx, async (ctx) => {
    await loadProject(ctx, projectId, true);
    const steps = await loadSteps(ctx, projectId);
    const found = steps.find((one) => one.step === step)!;
    if (found.ownerId !== member.memberId && !hasPermission(member, "key.manage"))
      throw signingError("project-not-yours", `step ${step} of ${projectId}`);
    const problem = stepProblem(steps, step);
    if (problem) throw signingError(problem, `step ${step} of ${projectId}`);
    await changeStep(ctx, found, { doneAt: ctx.now(), doneBy: member.memberId, evidence, isWaived });
    const data = { project: projectId, step, evidence: personal(evidence), waived: isWaived };
    await appendEvent(ctx, { type: "key-project.step-done", envelopeId: null, data });
    if (steps.some((one) => one.step !== step && one.doneAt === null)) return;
    await endProject(ctx, projectId, ctx.now());
    await appendEvent(ctx, {
      type: "key-project.completed",
      envelopeId: null,
      data: { project: projectId },
    });
  });
}

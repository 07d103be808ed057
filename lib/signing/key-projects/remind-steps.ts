import { appendEvent } from "#lib/audit/append-event.ts";
import { requireSystem } from "#lib/authorize.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { dueReminder } from "../core/key-project.ts";
import { saveNotice } from "../notices-store.ts";
import { loadOpenSteps } from "./store.ts";

/** Records that a step of a key project is due, and once more that it is overdue: its owner is then told. */
export async function remindProjectSteps(ctx: WorkerContext): Promise<void> {
  requireSystem(ctx);
  const steps = await inTransaction(ctx, loadOpenSteps);
  for (const { projectId, step, dueAt, doneAt, ownerId, title } of steps) {
    const reminder = dueReminder({ step, dueAt, doneAt }, ctx.now());
    if (!reminder) continue;
    const notice = `project ${projectId} ${step} ${reminder} ${dueAt.toISOString()}`;
    await inTransaction(ctx, async (ctx) => {
      if (!(await saveNotice(ctx, notice))) return;
      const data = { project: projectId, title, step, owner: ownerId, dueAt: dueAt.toISOString(), reminder };
      await appendEvent(ctx, { type: "key-project.step-due", envelopeId: null, data });
    });
  }
}

import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { AuthenticationPolicy } from "../core/authentication-rules.ts";
import type { Blocker } from "../core/blockers.ts";
import type { DraftRecipient } from "../core/draft.ts";
import { readTemplate } from "../core/templates/template-content.ts";
import { envelopesError } from "../errors.ts";
import type { EnvelopeRow } from "../store.ts";
import { loadVersion } from "../templates/template-store.ts";
import { loadClassNames } from "./policy-store.ts";
import { loadSteps, type RequiredStep, replaceSteps } from "./step-store.ts";

const STEPS = ["witness", "notary"] as const;

export interface ClassSteps {
  readonly classId: string;
  readonly name: string;
  readonly steps: readonly RequiredStep[];
}

/** What documents of each class have to have. */
export async function listRequiredSteps(ctx: Context): Promise<ClassSteps[]> {
  requirePermission(ctx, "authentication.manage");
  return inTransaction(ctx, async (ctx) => {
    const steps = await loadSteps(ctx);
    return (await loadClassNames(ctx)).map(({ id, name }) => ({
      ...{ classId: id, name },
      steps: steps.filter(({ classId }) => classId === id).map(({ step }) => step),
    }));
  });
}

const Input = z.object({ classId: z.uuid(), steps: z.array(z.enum(STEPS)).max(STEPS.length) });

/** @throws envelopes/class-not-found */
export async function setRequiredStep(ctx: Context, input: z.input<typeof Input>): Promise<void> {
  requirePermission(ctx, "authentication.manage");
  const { classId, steps } = Input.parse(input);
  await inTransaction(ctx, async (ctx) => {
    if (!(await loadClassNames(ctx)).some(({ id }) => id === classId))
      throw envelopesError("class-not-found", `class ${classId}`);
    const wanted = [...new Set(steps)];
    await replaceSteps(ctx, classId, wanted);
    await appendEvent(ctx, {
      type: "required-step.changed",
      envelopeId: null,
      data: { class: classId, steps: wanted },
    });
  });
}

/** What the class of a document, or the template it is made from, asks for and nobody is there for. Part of a verb. */
export async function missingSteps(
  ctx: Context,
  { templateId, templateVersion }: Pick<EnvelopeRow, "templateId" | "templateVersion">,
  { classId }: Pick<AuthenticationPolicy, "classId">,
  recipients: readonly Pick<DraftRecipient, "role">[],
): Promise<Blocker[]> {
  const required = new Set<RequiredStep>();
  if (classId)
    for (const { step, ...one } of await loadSteps(ctx)) if (one.classId === classId) required.add(step);
  if (templateId && templateVersion !== null) {
    const { draft } = readTemplate(await loadVersion(ctx, templateId, templateVersion));
    for (const step of STEPS) if (draft.recipients.some(({ role }) => role === step)) required.add(step);
  }
  return STEPS.filter((step) => required.has(step) && !recipients.some(({ role }) => role === step)).map(
    (step): Blocker => ({ code: `${step}-required` }),
  );
}

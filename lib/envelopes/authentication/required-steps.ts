import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { hasAgreementOn } from "../agreements/store.ts";
import type { AuthenticationPolicy } from "../core/authentication-rules.ts";
import { type Asked, CLASS_STEPS, type ClassStep } from "../core/class-steps.ts";
import { readTemplate } from "../core/templates/template-content.ts";
import { envelopesError } from "../errors.ts";
import type { EnvelopeRow } from "../store.ts";
import { loadVersion } from "../templates/template-store.ts";
import { loadClassNames } from "./policy-store.ts";
import { loadBeginnings, loadSteps, replaceSteps } from "./step-store.ts";

export interface ClassSteps {
  readonly classId: string;
  readonly name: string;
  readonly steps: readonly ClassStep[];
}

/** What envelopes of each class are not sent without. */
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

const Input = z.object({ classId: z.uuid(), steps: z.array(z.enum(CLASS_STEPS)).max(CLASS_STEPS.length) });

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

/** A witness and a notary of a template stay: whoever is in their place does the same. */
const OF_TEMPLATE = ["witness", "notary"] as const;

/** Of what many are made from, as of one. */
export const madeFrom = ({
  template,
  counselConfirmation = null,
}: {
  readonly template?: {
    readonly id: NonNullable<EnvelopeRow["templateId"]>;
    readonly version: number | null;
  } | null;
  readonly counselConfirmation?: EnvelopeRow["counselConfirmation"];
}) => ({
  ...{ templateId: template?.id ?? null, templateVersion: template?.version ?? null, counselConfirmation },
});

/** What the class of a draft, and the template it is made from, ask for. Part of a verb. */
export async function askedOf(
  ctx: Context,
  made: Pick<EnvelopeRow, "templateId" | "templateVersion" | "counselConfirmation">,
  { classId }: Pick<AuthenticationPolicy, "classId">,
  documents: readonly { readonly id: string }[],
): Promise<Asked> {
  const { templateId, templateVersion, counselConfirmation: confirmation } = made;
  const steps = new Set<ClassStep>();
  if (classId)
    for (const { step, ...one } of await loadSteps(ctx)) if (one.classId === classId) steps.add(step);
  if (templateId && templateVersion !== null) {
    const { draft } = readTemplate(await loadVersion(ctx, templateId, templateVersion));
    for (const step of OF_TEMPLATE) if (draft.recipients.some(({ role }) => role === step)) steps.add(step);
  }
  const today = ctx.now().toISOString().slice(0, 10);
  return {
    ...{ steps: CLASS_STEPS.filter((step) => steps.has(step)), classId, confirmation },
    hasAgreement: !steps.has("agreement") || (await hasAgreementOn(ctx, today)),
    beginnings: await loadBeginnings(
      ctx,
      documents.map(({ id }) => id),
    ),
  };
}

import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { typedText } from "#lib/identity/core/typed-text.ts";
import type { TemplateId } from "#lib/ids.ts";
import { policyOf } from "../authentication/policy.ts";
import { findChosenClass, findClassInUse } from "../authentication/policy-store.ts";
import { askedOf } from "../authentication/required-steps.ts";
import { LATER, templateBlockers } from "../core/templates/template-blockers.ts";
import { readTemplate, type TemplateContent, writeTemplate } from "../core/templates/template-content.ts";
import { envelopesError } from "../errors.ts";
import { contentOf } from "../get-draft.ts";
import { serverBlockers } from "../server-blockers.ts";
import {
  type EnvelopeRow,
  loadDocuments,
  loadFields,
  loadRecipients,
  loadRevisions,
  lockChangeable,
} from "../store.ts";
import { requireManaged } from "./template-access.ts";
import {
  changeTemplate,
  changeVersion,
  loadPolicy,
  loadTemplate,
  loadVersion,
  loadVersions,
  savePolicy,
  saveVersion,
  type TemplateVersionRow,
} from "./template-store.ts";

const NOTE_LENGTH = 500;
const templateId = z.uuid().transform((id) => id as TemplateId);

const PublishInput = z.object({
  templateId,
  /** The version of the draft that was looked at: what is published is what was seen. */
  draftVersion: z.number().int().min(0),
  note: typedText(NOTE_LENGTH).default(""),
});

export interface SubmittedVersion {
  readonly number: number;
  readonly state: TemplateVersionRow["state"];
}

/**
 * Publishes a template as it is prepared now, or asks for approval where the organization wants that. What was
 * published before stays as it was and can still be used.
 *
 * @throws envelopes/not-ready, draft-changed, nothing-changed, approval-pending, template-retired, class-not-found
 */
export async function publishTemplate(
  ctx: Context,
  input: z.input<typeof PublishInput>,
): Promise<SubmittedVersion> {
  const member = requirePermission(ctx, "template.manage");
  const { templateId, draftVersion, note } = PublishInput.parse(input);
  return inTransaction(ctx, async (ctx) => {
    const template = await loadTemplate(ctx, templateId, true);
    requireManaged(member, template);
    if (template.retiredAt) throw envelopesError("template-retired", `template ${templateId}`);
    const envelope = await lockChangeable(ctx, template.envelopeId);
    if (envelope.version !== draftVersion)
      throw envelopesError("draft-changed", `saved is ${envelope.version}`);
    const versions = await loadVersions(ctx, templateId);
    if (versions.some(({ state }) => state === "submitted"))
      throw envelopesError("approval-pending", `template ${templateId}`);
    const { content, blockers } = await preparedContent(ctx, envelope);
    if (blockers.length > 0) throw envelopesError("not-ready", blockers.map(({ code }) => code).join(", "));
    await requireClass(ctx, content);
    const { text, sha256 } = writeTemplate(content);
    const current = versions.find(({ number }) => number === template.currentVersion);
    if (current?.sha256 === sha256) throw envelopesError("nothing-changed", `version ${current.number}`);
    const { asksForApproval } = await loadPolicy(ctx);
    const number = (versions.at(-1)?.number ?? 0) + 1;
    const at = ctx.now();
    const { organizationId } = ctx;
    const state = asksForApproval ? "submitted" : "published";
    const decided = asksForApproval ? {} : { decidedBy: member.memberId, decidedAt: at };
    const { formId, formEdition, formEditionOn } = template;
    await saveVersion(ctx, {
      ...{ organizationId, templateId, number, state, content: text, sha256, note },
      ...{ formId, formEdition, formEditionOn, classId: content.classId ?? null },
      ...{ submittedBy: member.memberId, submittedAt: at, ...decided },
    });
    await changeTemplate(ctx, templateId, asksForApproval ? {} : { currentVersion: number });
    await appendEvent(ctx, {
      type: `template.${state}`,
      envelopeId: template.envelopeId,
      data: { template: templateId, version: number, sha256 },
    });
    return { number, state };
  });
}

const DecisionInput = z.object({
  templateId,
  number: z.number().int().min(1),
  decision: z.enum(["publish", "return"]),
  /** Why it is returned. */
  note: typedText(NOTE_LENGTH).default(""),
});

/**
 * Lets a submitted version be published, or returns it: somebody else than who submitted it.
 *
 * @throws envelopes/own-version, not-submitted, reason-missing, class-not-found
 */
export async function decideVersion(ctx: Context, input: z.input<typeof DecisionInput>): Promise<void> {
  const member = requirePermission(ctx, "template.approve");
  const { templateId, number, decision, note } = DecisionInput.parse(input);
  await inTransaction(ctx, async (ctx) => {
    const template = await loadTemplate(ctx, templateId, true);
    const version = await loadVersion(ctx, templateId, number);
    if (version.state !== "submitted") throw envelopesError("not-submitted", `version is ${version.state}`);
    if (version.submittedBy === member.memberId) throw envelopesError("own-version", `version ${number}`);
    if (decision === "return" && note === "") throw envelopesError("reason-missing", "a version is returned");
    const content = readTemplate(version);
    if (decision === "publish") await requireClass(ctx, content);
    const state = decision === "publish" ? "published" : "returned";
    const decided = { decidedBy: member.memberId, decidedAt: ctx.now() };
    await changeVersion(ctx, version, { state, ...decided, ...(note === "" ? {} : { note }) });
    await changeTemplate(ctx, templateId, decision === "publish" ? { currentVersion: number } : {});
    await appendEvent(ctx, {
      type: `template.${state}`,
      envelopeId: template.envelopeId,
      data: { template: templateId, version: number, sha256: version.sha256 },
    });
  });
}

const RetireInput = z.object({ templateId, isRetired: z.boolean() });

/** Takes a template out of use, or back into it; what was made from it stays. */
export async function retireTemplate(ctx: Context, input: z.input<typeof RetireInput>): Promise<void> {
  const member = requirePermission(ctx, "template.manage");
  const { templateId, isRetired } = RetireInput.parse(input);
  await inTransaction(ctx, async (ctx) => {
    const template = await loadTemplate(ctx, templateId, true);
    requireManaged(member, template);
    if ((template.retiredAt !== null) === isRetired) return;
    await changeTemplate(ctx, templateId, { retiredAt: isRetired ? ctx.now() : null });
    await appendEvent(ctx, {
      type: isRetired ? "template.retired" : "template.revived",
      envelopeId: template.envelopeId,
      data: { template: templateId },
    });
  });
}

const PolicyInput = z.object({ asksForApproval: z.boolean() });

/** Says whether somebody else has to approve a version before it is published. */
export async function setTemplatePolicy(ctx: Context, input: z.input<typeof PolicyInput>): Promise<void> {
  requirePermission(ctx, "template.approve");
  const { asksForApproval } = PolicyInput.parse(input);
  await inTransaction(ctx, async (ctx) => {
    await savePolicy(ctx, asksForApproval);
    await appendEvent(ctx, { type: "template-policy.changed", envelopeId: null, data: { asksForApproval } });
  });
}

/** @throws envelopes/class-not-found when its class is given to nothing any more */
async function requireClass(ctx: Context, { classId }: TemplateContent): Promise<void> {
  if (classId && !(await findClassInUse(ctx, classId))) throw envelopesError("class-not-found", classId);
}

/** What a template would be if it were published now, and what stands in the way of that. */
export async function preparedContent(ctx: Context, envelope: EnvelopeRow) {
  const documents = await loadDocuments(ctx, envelope.id);
  const revisions = await loadRevisions(
    ctx,
    documents.map(({ id }) => id),
  );
  const draft = contentOf(
    envelope,
    await loadRecipients(ctx, envelope.id),
    await loadFields(ctx, envelope.id),
  );
  const chosen = await findChosenClass(ctx, envelope.id);
  const content: TemplateContent = {
    draft,
    ...(chosen ? { classId: chosen.id } : {}),
    documents: documents.map(({ id, name, pages }) => ({
      ...{ id, name, pages: pages.length },
      sha256: revisions.find(({ documentId, number }) => documentId === id && number === 0)!.sha256,
    })),
  };
  const known = documents.map(({ id, pages }) => ({ id, pageCount: pages.length }));
  const policy = await policyOf(ctx, envelope.id);
  const blockers = templateBlockers(draft, known, policy, await askedOf(ctx, envelope, policy, documents));
  const unfit = await serverBlockers(ctx, draft, documents);
  return { content, blockers: [...blockers, ...unfit.filter(({ code }) => !LATER.has(code))] };
}

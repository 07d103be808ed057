import { hasPermission, isOwn, type MemberActor, requireOwn, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { DocumentId, EnvelopeId, TemplateId } from "#lib/ids.ts";
import { displayedSize } from "#lib/pdf/placement.ts";
import { policyOf } from "./authentication/policy.ts";
import { findChosenClass, loadClassNames } from "./authentication/policy-store.ts";
import { askedOf } from "./authentication/required-steps.ts";
import { loadSignatureChoice } from "./authentication/signature-choice.ts";
import { loadSteps } from "./authentication/step-store.ts";
import { type LostAddress, lostAddresses } from "./contacts.ts";
import type { AuthenticationPolicy } from "./core/authentication-rules.ts";
import { type Blocker, blockersOf } from "./core/blockers.ts";
import { type Asked, type ClassStep, consentModeIn, stepBlockers } from "./core/class-steps.ts";
import type { EarlierSignatures } from "./core/documents/earlier-signatures.ts";
import { type DraftContent, wordsOf } from "./core/draft.ts";
import type { SignatureChoice } from "./core/signature-kind.ts";
import { templateBlockers } from "./core/templates/template-blockers.ts";
import { envelopesError } from "./errors.ts";
import { noteOpening } from "./note-opening.ts";
import { serverBlockers } from "./server-blockers.ts";
import {
  asDrafted,
  type DocumentRow,
  type EnvelopeRow,
  type FieldRow,
  loadDocuments,
  loadEnvelope,
  loadFields,
  loadHosts,
  loadRecipients,
  loadRevisions,
  loadSources,
  type RecipientRow,
  type SourceInsert,
} from "./store.ts";
import { loadTemplateClass } from "./templates/template-store.ts";
import { type Withdrawal, withdrawnConsents } from "./withdrawn-consents.ts";

export interface DraftDocument {
  readonly id: DocumentId;
  readonly name: string;
  readonly sizeBytes: number;
  /** As displayed, in points. */
  readonly pages: readonly { readonly widthPt: number; readonly heightPt: number }[];
  /** What was taken away or settled when it came in, and how often. */
  readonly changes: Readonly<Record<string, number>>;
  /** Somebody said that it holds health data (PHI). */
  readonly holdsHealth: boolean;
  /** The signatures the upload had; null when it had none, or they are gone. */
  readonly earlier: (EarlierSignatures & { readonly areKept: boolean }) | null;
  /** What it was made from, when it did not arrive as the PDF it is. */
  readonly sources: readonly { readonly name: string; readonly with: string }[];
}

/** Which classes an envelope can be of, and what each asks for. */
export interface ClassChoice {
  /** Null where nobody chose one: the usual one counts then, if there is one. */
  readonly chosenId: string | null;
  readonly mayChoose: boolean;
  /** The template it is made from says so. */
  readonly isOfTemplate: boolean;
  readonly options: readonly {
    readonly id: string;
    readonly name: string;
    readonly years: number;
    readonly isUsual: boolean;
    readonly steps: readonly ClassStep[];
  }[];
}

export interface DraftView {
  readonly id: EnvelopeId;
  readonly shortId: string;
  /** Of every signature in it (EN 319 142-1 §6). */
  readonly level: EnvelopeRow["level"];
  readonly version: number;
  /** What is prepared here is a template: it has roles instead of people, and is published instead of sent. */
  readonly templateId: TemplateId | null;
  readonly content: DraftContent;
  /** It goes out by itself then, and is not edited until it is taken back. */
  readonly scheduledAt: Date | null;
  /** Why it did not go out when it should have, as a code. */
  readonly scheduleProblem: string | null;
  readonly documents: readonly DraftDocument[];
  readonly blockers: readonly Blocker[];
  /** Who wants no electronic records, as their last word. */
  readonly withdrawn: readonly Withdrawal[];
  /** Whom mail did not reach before. */
  readonly lost: readonly LostAddress[];
  /** What the organization has settled about how people show who they are. */
  readonly policy: AuthenticationPolicy;
  /** What the class and the template ask for. */
  readonly asked: Asked;
  readonly classes: ClassChoice;
  /** Who may be asked to make the signatures. */
  readonly signatures: SignatureChoice;
  /** Members who can be there when somebody signs in person. */
  readonly hosts: readonly { readonly id: string; readonly name: string }[];
}

/** A draft as its sender edits it. @throws envelopes/not-found, not-a-draft; identity/reason-required */
export async function getDraft(ctx: Context, input: { envelopeId: EnvelopeId }): Promise<DraftView> {
  const member = requirePermission(ctx, "envelope.manage");
  return inTransaction(ctx, async (ctx) => {
    const envelope = await loadEnvelope(ctx, input.envelopeId);
    requireOwn(member, envelope, "envelope.manage-all");
    await noteOpening(ctx, member, envelope);
    if (envelope.state !== "draft") throw envelopesError("not-a-draft", `envelope is ${envelope.state}`);
    const documents = await loadDocuments(ctx, envelope.id);
    const recipients = await loadRecipients(ctx, envelope.id);
    const fields = await loadFields(ctx, envelope.id);
    const revisions = await loadRevisions(
      ctx,
      documents.map(({ id }) => id),
    );
    const sources = await loadSources(
      ctx,
      documents.map(({ id }) => id),
    );
    const content = contentOf(envelope, recipients, fields);
    const known = documents.map((document) => ({ id: document.id, pageCount: document.pages.length }));
    const policy = await policyOf(ctx, envelope.id);
    const asked = await askedOf(ctx, envelope, policy, documents);
    return {
      id: envelope.id,
      ...{ shortId: envelope.shortId, level: envelope.level },
      version: envelope.version,
      templateId: envelope.isTemplate ? envelope.templateId : null,
      content,
      scheduledAt: envelope.scheduledAt,
      scheduleProblem: envelope.scheduleProblem,
      documents: documents.map((document) => describeDocument(document, revisions, sources)),
      withdrawn: await withdrawnConsents(ctx, recipients),
      lost: await lostAddresses(ctx, recipients),
      ...{ policy, asked, classes: await classChoice(ctx, envelope, member) },
      hosts: await loadHosts(ctx),
      signatures: await loadSignatureChoice(ctx),
      blockers: envelope.isTemplate
        ? templateBlockers(content, known, policy, asked)
        : [
            ...blockersOf(content, known, policy),
            ...(await serverBlockers(
              ctx,
              { ...content, consentMode: consentModeIn(asked, content) },
              documents,
            )),
            ...stepBlockers(asked, content, documents),
          ],
    };
  });
}

async function classChoice(ctx: Context, envelope: EnvelopeRow, member: MemberActor): Promise<ClassChoice> {
  const chosen = await findChosenClass(ctx, envelope.id);
  const steps = await loadSteps(ctx);
  const known = await loadClassNames(ctx, chosen?.id);
  const isOfTemplate = (await loadTemplateClass(ctx, envelope)) !== null;
  const isOwner = hasPermission(member, "retention.choose") && isOwn(member, envelope, "retention.manage");
  return {
    chosenId: chosen?.id ?? null,
    mayChoose: isOwner && (!isOfTemplate || hasPermission(member, "retention.manage")),
    isOfTemplate,
    options: known
      .filter(({ id, isRetired }) => !isRetired || id === chosen?.id)
      .map(({ id, name, years, isUsual }) => ({
        ...{ id, name, years, isUsual },
        steps: steps.filter(({ classId }) => classId === id).map(({ step }) => step),
      })),
  };
}

/** What is edited of a draft, as it is kept. */
export const contentOf = (
  envelope: EnvelopeRow,
  recipients: readonly RecipientRow[],
  fields: readonly FieldRow[],
): DraftContent => ({
  ...wordsOf(envelope),
  recipients: recipients.map(asDrafted),
  fields: fields.map(({ organizationId: _, envelopeId: __, editedValue: ___, isLocked, ...field }) => ({
    ...field,
    ...(isLocked ? { isLocked } : {}),
  })),
  rules: [...envelope.rules],
});

export function describeDocument(
  document: DocumentRow,
  revisions: readonly {
    readonly documentId: DocumentId;
    readonly number: number;
    readonly sizeBytes: number;
  }[],
  sources: readonly Pick<SourceInsert, "documentId" | "name" | "convertedBy">[],
): DraftDocument {
  const original = revisions.find(({ documentId, number }) => documentId === document.id && number === 0);
  return {
    id: document.id,
    name: document.name,
    sizeBytes: original?.sizeBytes ?? 0,
    pages: document.pages.map((page) => {
      const { widthPt, heightPt } = displayedSize(page);
      return { widthPt, heightPt };
    }),
    changes: document.changes,
    holdsHealth: document.holdsHealth,
    earlier: document.earlierSignatures && {
      ...document.earlierSignatures,
      areKept: document.keepsSignatures,
    },
    sources: sources
      .filter(({ documentId }) => documentId === document.id)
      .map(({ name, convertedBy }) => ({ name, with: convertedBy })),
  };
}

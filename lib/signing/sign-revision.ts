import { readEvent } from "#lib/audit/read-chain.ts";
import { requireSystem } from "#lib/authorize.ts";
import { fromHex } from "#lib/bytes.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { CHECKED } from "#lib/envelopes/core/fields/form-field.ts";
import { reachedAt } from "#lib/envelopes/core/reached-at.ts";
import type { DocumentId, EnvelopeId, RecipientId } from "#lib/ids.ts";
import { drawingWriter } from "#lib/pdf/drawing/draw-pdf.ts";
import type { Drawing } from "#lib/pdf/drawing/drawing.ts";
import type { FieldFill } from "#lib/pdf/signature.ts";
import { type IssuedCertificate, issueSignerCertificate } from "#lib/pki/issue-certificate.ts";
import type { SigningKey } from "#lib/ports/keys.ts";
import { recordedMethods } from "./authentication.ts";
import { type GivenFile, writtenValue } from "./core/field-values.ts";
import type { PdfForm } from "./core/pdf-form.ts";
import { isShown } from "./core/shown-documents.ts";
import { drawValue, pageOf } from "./draw-value.ts";
import { signingError } from "./errors.ts";
import { givenFiles } from "./given-files.ts";
import { makeSignature } from "./make-signature.ts";
import { type AdoptedMarks, adoptedMarks } from "./marks.ts";
import { describeTimestamp, formOf } from "./prepare-document.ts";
import { requireAsSigned } from "./require-recorded.ts";
import { openValue } from "./sealed-values.ts";
import { hexSha256, reached, runStep, type StepResult } from "./steps.ts";
import {
  ceremonyOf,
  changeRecipient,
  type DocumentRow,
  findStep,
  isOwn,
  type LoadedCeremony,
  loadCeremony,
  loadSealed,
  type RecipientRow,
  type StepRow,
} from "./store.ts";

/**
 * Makes a signer's signature in every document of the envelope: with a key made for this and gone afterwards, and
 * a certificate issued to this person for this envelope.
 */
export async function signRevision(
  ctx: WorkerContext,
  input: { readonly envelopeId: EnvelopeId; readonly recipientId: RecipientId },
): Promise<void> {
  requireSystem(ctx);
  const { envelopeId, recipientId } = input;
  const loaded = await inTransaction(ctx, (ctx) => loadCeremony(ctx, envelopeId, false));
  const { recipient } = ceremonyOf(loaded, recipientId);
  if (recipient.state !== "finished" || recipient.signedAt !== null || loaded.envelope.state !== "sent")
    return;
  // A provider's signature begins when the person has allowed it there.
  if (loaded.envelope.signatureKind !== "here") return;
  let identity: Promise<Identity> | null = null;
  await signDocuments(ctx, loaded, recipient, () => {
    identity ??= issueIdentity(ctx, envelopeId, recipient);
    return identity;
  });
}

/**
 * Makes a person's signature in every document that has none yet, with whatever key is theirs. Part of a verb.
 *
 * @param onStep what is done with each document's work; it may take an error for an answer.
 */
export async function signDocuments(
  ctx: WorkerContext,
  loaded: LoadedCeremony,
  recipient: RecipientRow,
  identify: (documentId: DocumentId) => Promise<Identity>,
  onStep: (work: Promise<void>) => Promise<void> = (work) => work,
): Promise<void> {
  const [envelopeId, recipientId] = [loaded.envelope.id, recipient.id];
  const marks = await inTransaction(ctx, (ctx) => adoptedMarks(ctx, recipientId));
  const files = await inTransaction(ctx, (ctx) => givenFiles(ctx, envelopeId, isOwn(loaded, recipientId)));
  await requireAsSigned(ctx, loaded, recipientId, { marks, files });
  const opened = await openPrinted(ctx, loaded, recipientId);
  for (const document of loaded.documents.filter(({ id }) => isShown(recipient, id))) {
    const request = { envelopeId, documentId: document.id, kind: "signed", recipientId } as const;
    const own = () => identify(document.id);
    await onStep(
      runStep(ctx, request, (step, head) =>
        sign({ ctx, loaded, recipient, document, marks, files, opened, identify: own }, step, head),
      ),
    );
  }
}

/** Sensitive values that the sender wants to see in the document all the same. */
async function openPrinted(
  ctx: WorkerContext,
  { envelope, fields }: LoadedCeremony,
  recipientId: RecipientId,
): Promise<ReadonlyMap<string, string>> {
  const printed = fields.filter(
    (field) => field.recipientId === recipientId && field.settings.isSensitive && field.settings.isPrinted,
  );
  const sealed = printed.length > 0 ? await inTransaction(ctx, (ctx) => loadSealed(ctx, envelope.id)) : null;
  const opened = new Map<string, string>();
  for (const { id } of printed) {
    const kept = sealed?.get(id);
    if (kept) opened.set(id, await openValue(ctx, kept));
  }
  return opened;
}

/** What a person signs with. */
export interface Identity {
  readonly key: SigningKey;
  readonly certificate: IssuedCertificate;
}

async function issueIdentity(
  ctx: WorkerContext,
  envelopeId: EnvelopeId,
  recipient: RecipientRow,
): Promise<Identity> {
  if (!recipient.finishedEventId) throw signingError("not-ready", "no act on record");
  const act = await readEvent(ctx, recipient.finishedEventId);
  const key = await ctx.runtime.keys.ephemeral();
  reached("signed: key made");
  const certificate = await issueSignerCertificate(ctx, {
    envelopeId,
    recipientId: recipient.id,
    name: recipient.name,
    email: reachedAt(recipient),
    methods: recordedMethods(act.data),
    authorizingEventSha256: fromHex(act.hash),
    publicKey: key.publicKey,
  });
  reached("signed: certificate issued");
  return { key, certificate };
}

/** As PDF readers show it with the signature. @see ISO 32000-2 Table 255 (Reason), 21 CFR 11.50 */
const reasonOf = ({ meaning, onBehalfOf }: RecipientRow): string =>
  `${meaning ? `Meaning: ${meaning}. ` : ""}I agree to this document and sign it electronically${onBehalfOf ? ` for ${onBehalfOf}` : ""}`;

interface Work {
  readonly ctx: WorkerContext;
  readonly loaded: LoadedCeremony;
  readonly recipient: RecipientRow;
  readonly document: DocumentRow;
  readonly marks: AdoptedMarks;
  readonly files: ReadonlyMap<string, GivenFile>;
  /** Sensitive values that the document shows. */
  readonly opened: ReadonlyMap<string, string>;
  identify(): Promise<Identity>;
}

type HeadOf = Parameters<Parameters<typeof runStep>[2]>[1];

async function sign(work: Work, step: StepRow, head: HeadOf): Promise<StepResult> {
  const { ctx, loaded, recipient, document, identify } = work;
  const form = formOf(loaded, document);
  const { key, certificate } = await identify();
  const { fills, draw } = fillsOf(work, form);
  const plan = {
    fieldName: form.signatures.get(recipient.id)!,
    at: recipient.finishedAt ?? step.at,
    signerName: recipient.name,
    reason: reasonOf(recipient),
    fills,
    ...(draw ? { draw } : {}),
    seed: step.seed,
  };
  const made = await makeSignature(ctx, head, plan, { key, certificate }, loaded.envelope.level);
  return {
    ...made,
    certificateId: certificate.id,
    async commit(ctx, { revision, sha256 }) {
      const isLast = await allSigned(ctx, loaded, recipient, document.id);
      if (isLast) await changeRecipient(ctx, recipient.id, { signedAt: ctx.now() });
      return {
        type: "signature.made",
        envelopeId: loaded.envelope.id,
        data: {
          recipient: recipient.id,
          document: document.id,
          revision,
          over: { revision: head.revision, sha256: head.sha256 },
          sha256,
          certificateSha256: hexSha256(certificate.der),
          timestamp: describeTimestamp(made.timestamp),
          isLast,
        },
      };
    },
  };
}

async function allSigned(
  ctx: WorkerContext,
  loaded: LoadedCeremony,
  recipient: RecipientRow,
  now: DocumentId,
) {
  for (const { id } of loaded.documents) {
    if (id === now || !isShown(recipient, id)) continue;
    const step = await findStep(ctx, id, "signed", recipient.id);
    if (!step?.doneAt) return false;
  }
  return true;
}

/** The signer's values as the PDF gets them, drawn by the same code as on their screen. */
function fillsOf(work: Work, { names, buttons }: PdfForm) {
  const { ctx, loaded, recipient, document, marks, files, opened } = work;
  const own = loaded.fields.filter(
    ({ recipientId, documentId }) => recipientId === recipient.id && documentId === document.id,
  );
  const at = recipient.finishedAt!;
  const drawn = own.map((field) => {
    const value = opened.get(field.id) ?? loaded.values.get(field.id) ?? "";
    const file = files.get(field.id) ?? null;
    const page = pageOf(loaded, field);
    const drawing = drawValue(ctx, { field, value, page, marks, file, person: recipient, at });
    const text = value === "" ? "" : writtenValue(field, value, { marks, file, name: recipient.name });
    return { field, value, drawing, text, name: names.get(field.id) };
  });
  const drawings = drawn.flatMap(({ drawing }) => (drawing ? [drawing] : []));
  const write = drawingWriter(drawings, ctx.runtime.fonts);
  const drawer =
    (drawing: Drawing): Extract<FieldFill, { draw: unknown }>["draw"] =>
    (sink, { matrix }) =>
      write(drawing, sink, matrix);
  const isSignatureField = (name: string) => !name.includes("_");
  const fills: FieldFill[] = [];
  let draw: ReturnType<typeof drawer> | null = null;
  for (const { field, value, drawing, text, name } of drawn) {
    if (!name) continue;
    if (field.type === "radio") {
      if (value === CHECKED) fills.push({ name, chosen: buttons.get(field.id)! });
    } else if (field.type === "checkbox") fills.push({ name, isChecked: value === CHECKED });
    else if (!drawing) continue;
    else if (isSignatureField(name)) draw = drawer(drawing);
    else fills.push({ name, text, draw: drawer(drawing) });
  }
  return { fills, draw };
}

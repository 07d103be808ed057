import { requireSystem } from "#lib/authorize.ts";
import { toHex } from "#lib/bytes.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { leastCertificateDays } from "#lib/envelopes/authentication/certificate-days.ts";
import { signs } from "#lib/envelopes/core/roles.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { parseTimestampToken } from "#lib/pki/core/timestamps/timestamp-token.ts";
import { sharedWork } from "#lib/shared-work.ts";
import { circleOf, holderOf } from "./core/alternatives.ts";
import { CERTIFICATION_FIELD, pdfForm } from "./core/pdf-form.ts";
import { isShown } from "./core/shown-documents.ts";
import { makeSignature } from "./make-signature.ts";
import { requireAsSent } from "./require-recorded.ts";
import { openSeal } from "./seal-key.ts";
import { hexSha256, reached, runStep } from "./steps.ts";
import {
  type DocumentRow,
  type LoadedCeremony,
  loadCeremony,
  loadRevisions,
  loadSettings,
  lockDocument,
  markPrepared,
  type RecipientRow,
  saveRevision,
} from "./store.ts";

/**
 * Makes revision 1 of every document of a sent envelope — one clean rewrite with all fields in it, or, where earlier
 * signatures stay valid, the upload itself with fields appended — and has the organization certify it. When all are certified the envelope is prepared.
 */
export async function prepareDocuments(ctx: WorkerContext, input: { envelopeId: EnvelopeId }): Promise<void> {
  requireSystem(ctx);
  const loaded = await inTransaction(ctx, (ctx) => loadCeremony(ctx, input.envelopeId, false));
  if (loaded.envelope.state !== "sent") return;
  await requireAsSent(ctx, loaded);
  for (const document of loaded.documents) {
    await rewrite(ctx, loaded, document);
    await certify(ctx, loaded, document);
  }
  await inTransaction(ctx, (ctx) => markPrepared(ctx, loaded.envelope.id));
}

/** What was made in a workspace for trials says so on every page, asked or not. */
const marginTextOf = (shortId: string, isPrinted: boolean, isTest: boolean): string | null =>
  isTest ? `TEST - not a real document - ${shortId}` : isPrinted ? shortId : null;

async function rewrite(ctx: WorkerContext, loaded: LoadedCeremony, document: DocumentRow): Promise<void> {
  const { envelope } = loaded;
  const known = loaded.revisions.filter(({ documentId }) => documentId === document.id);
  if (known.some(({ number }) => number === 1)) return;
  const { files, sandbox, random } = ctx.runtime;
  const { settings, stagingOf } = await inTransaction(ctx, loadSettings);
  const original = await files.handle(known[0]!.fileKey);
  try {
    const sources = [{ key: original.key, path: original.path, dataKey: original.dataKey }];
    const bytes = document.keepsSignatures ? await keepSigned() : await cleanCopy();
    async function keepSigned() {
      const { fields } = formOf(loaded, document);
      return sandbox.run("keepSigned", { files: sources, fields, seed: random(32) });
    }
    async function cleanCopy() {
      const language = await languageOf(`${ctx.organizationId} ${known[0]!.sha256}`, () =>
        sandbox.run("language", { files: sources }),
      );
      const { bytes } = await sandbox.run("normalize", {
        files: sources,
        named: { title: document.name, language },
        seed: random(32),
        flattenSignatures: document.flattensSignatures,
        maxPages: document.pages.length,
        form: {
          fields: formOf(loaded, document).fields,
          marginText: marginTextOf(envelope.shortId, settings.printsMarginId, stagingOf !== null),
        },
      });
      return bytes;
    }
    reached("prepared: rewritten");
    const folder = `org/${ctx.organizationId}/envelopes/${envelope.id}/${document.id}`;
    const fileKey = `${folder}/prepared-1-${toHex(random(4))}.pdf.enc`;
    const stored = await files.put(fileKey, [bytes], bytes.length);
    reached("prepared: stored");
    await inTransaction(ctx, async (ctx) => {
      await lockDocument(ctx, document.id);
      const revisions = await loadRevisions(ctx, [document.id]);
      if (revisions.some(({ number }) => number === 1)) return;
      await saveRevision(ctx, {
        organizationId: ctx.organizationId,
        ...{ documentId: document.id, number: 1, kind: "prepared", fileKey },
        ...{
          fileSha256: stored.sha256,
          sha256: stored.sha256,
          sizeBytes: bytes.length,
          createdAt: ctx.now(),
        },
      });
    });
    reached("prepared: accepted");
  } finally {
    await original.release();
  }
}

/** Of the same bytes it is the same, however many envelopes they go out in. */
const languageOf = sharedWork<string | null>({ most: 200, forMs: 10 * 60_000 });

/** The form of a document: the same every time it is asked for. */
export function formOf({ recipients, fields }: LoadedCeremony, document: DocumentRow) {
  const signers = recipients
    .filter(
      (person) =>
        signs(person.role) &&
        person.delegatedFrom === null &&
        person.alternativeTo === null &&
        isShown(person, document.id),
    )
    .map((signer) => ({ id: heirOf(signer, recipients).id, name: nameOf(signer, recipients) }));
  return pdfForm(
    signers,
    fields.filter(({ documentId }) => documentId === document.id),
    document.pages,
  );
}

/** As far as it is known before anybody acts. */
function nameOf(signer: RecipientRow, recipients: readonly RecipientRow[]): string {
  const namer = recipients.find(({ id }) => id === signer.namedBy);
  if (namer) return `the person whom ${namer.name} names`;
  return circleOf(signer, recipients)
    .map(({ name }) => name)
    .join(" or ");
}

/** Who acts in a person's place after all that was handed on, or taken on. */
function heirOf(first: RecipientRow, recipients: readonly RecipientRow[]): RecipientRow {
  const person = holderOf(first, recipients);
  const next = recipients.find(({ delegatedFrom }) => delegatedFrom === person.id);
  return next ? heirOf(next, recipients) : person;
}

async function certify(
  ctx: WorkerContext,
  { envelope }: LoadedCeremony,
  { id: documentId, keepsSignatures }: DocumentRow,
): Promise<void> {
  const classDays = await inTransaction(ctx, (ctx) => leastCertificateDays(ctx, envelope.id));
  const seal = await openSeal(ctx, classDays);
  const request = { envelopeId: envelope.id, documentId, kind: "certified", recipientId: null } as const;
  await runStep(ctx, request, async (step, head) => {
    const plan = {
      fieldName: CERTIFICATION_FIELD,
      at: step.at,
      signerName: seal.organizationName,
      // A certification has to come first (ISO 32000-2 §12.8.2.2); here others have signed before.
      reason: keepsSignatures
        ? "Sent for signature as it came, with the signatures it had"
        : "Certified by the sender: only the fields in it may be filled and signed",
      certifies: !keepsSignatures,
      seed: step.seed,
    };
    const made = await makeSignature(ctx, head, plan, seal, envelope.level);
    return {
      ...made,
      certificateId: seal.certificate.id,
      commit: async (_, { revision, sha256 }) => ({
        type: "document.certified",
        envelopeId: envelope.id,
        data: {
          document: documentId,
          revision,
          sha256,
          certificateSha256: hexSha256(seal.certificate.der),
          ...(keepsSignatures ? { keepsSignatures } : {}),
          timestamp: describeTimestamp(made.timestamp),
        },
      }),
    };
  });
}

/** What the trail says of a time-stamp. */
export function describeTimestamp(token: Uint8Array | null) {
  if (!token) return null;
  return { at: parseTimestampToken(token).generatedAt.toISOString(), sha256: hexSha256(token) };
}

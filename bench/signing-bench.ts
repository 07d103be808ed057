import { readConfig } from "#lib/config.ts";
import { type Context, createContext, type WorkerContext } from "#lib/context.ts";
import { newLink } from "#lib/delivery/send-mail.ts";
import { addDocument } from "#lib/envelopes/add-document.ts";
import { createEnvelope } from "#lib/envelopes/create-envelope.ts";
import { saveDraft } from "#lib/envelopes/save-draft.ts";
import { sendEnvelope } from "#lib/envelopes/send-envelope.ts";
import { createOrganization } from "#lib/identity/create-organization.ts";
import { type DocumentId, type EnvelopeId, type OrganizationId, type RecipientId, uuidV7 } from "#lib/ids.ts";
import type { WorkerRuntime } from "#lib/runtime.ts";
import { adoptMarks } from "#lib/signing/adopt-mark.ts";
import { advanceEnvelope } from "#lib/signing/advance-envelope.ts";
import { fillField } from "#lib/signing/fill-field.ts";
import { finishSigning } from "#lib/signing/finish-signing.ts";
import { giveConsent } from "#lib/signing/give-consent.ts";
import { openCeremony } from "#lib/signing/open-ceremony.ts";
import { prepareDocuments } from "#lib/signing/prepare-document.ts";
import { recipientContext } from "#lib/signing/recipient-context.ts";
import { createWorkerRuntime } from "#worker/worker-runtime.ts";
import { largePdf } from "./large-pdf.ts";

/** An envelope whose signers have all finished, and whose signatures are still to be made. */
export interface ReadyEnvelope {
  readonly organizationId: OrganizationId;
  readonly envelopeId: EnvelopeId;
  readonly documentId: DocumentId;
  readonly recipientIds: readonly RecipientId[];
}

const REQUEST = { ip: "127.0.0.1", userAgent: "whereof bench" };
const OWNER = { name: "Olivia Owner", email: "owner@example.com" };

/** A worker's runtime on the benchmark's own database and folder. */
export function openBenchRuntime(folder: string, databaseUrl: string): Promise<WorkerRuntime> {
  return createWorkerRuntime(
    readConfig({
      DATABASE_URL: databaseUrl,
      DATA_DIR: folder,
      SIGNATURE_LEVEL: "B-T",
      NEXTAUTH_SECRET: "not used: nobody signs in here".padEnd(40, "."),
      LOG_LEVEL: "error",
    }),
  );
}

export const workerContext = (runtime: WorkerRuntime, organizationId: OrganizationId): WorkerContext =>
  createContext(runtime, { organizationId, actor: { kind: "system", job: "bench" } });

/** An organization that sends, and people who sign, without a worker: what it would do is done when it is measured. */
export async function openSender(runtime: WorkerRuntime) {
  const { organizationId, memberId, accountId } = await createOrganization(
    { runtime, request: REQUEST },
    {
      ...OWNER,
      organizationName: "Whereof bench",
      password: Buffer.from(runtime.random(24)).toString("base64url"),
    },
  );
  await runtime.authorities();
  const actor = { kind: "member", role: "owner", memberId, accountId, ...OWNER } as const;
  const sender = createContext(runtime, { organizationId, actor, request: REQUEST });
  return {
    ctx: sender,
    readyToSign: (megabytes: number, people?: readonly string[]) =>
      readyToSign(sender, runtime, megabytes, people),
  };
}

async function readyToSign(
  sender: Context,
  runtime: WorkerRuntime,
  megabytes: number,
  people: readonly string[] = ["Ana Ruiz", "Ben Ode"],
): Promise<ReadyEnvelope> {
  const { organizationId } = sender;
  const envelopeId = await createEnvelope(sender, { title: `${megabytes} MB` });
  const file = { envelopeId, name: "noise.pdf", limitBytes: 1024 ** 3 };
  const document = await addDocument(sender, file, inPieces(megabytes));
  const newId = () => uuidV7(Date.now(), runtime.random(10));
  const recipients = people.map((name, index) => ({
    ...{ id: newId(), role: "signer" as const, name },
    email: `signer${index}@example.com`,
  }));
  const fields = recipients.map(({ id: recipientId }, index) => ({
    ...{ id: newId(), documentId: document.id, recipientId, type: "signature" as const, page: 0, label: "" },
    ...{
      x: 0.1 + 0.4 * (index % 2),
      y: 0.9 - 0.08 * Math.floor(index / 2),
      width: 0.3,
      height: 0.05,
      isRequired: true,
    },
  }));
  const content = { title: `${megabytes} MB`, message: "", order: "parallel" as const, recipients, fields };
  const { version } = await saveDraft(sender, { envelopeId, version: document.version, content });
  await sendEnvelope(sender, { envelopeId, version });
  const worker = workerContext(runtime, organizationId);
  await prepareDocuments(worker, { envelopeId });
  await advanceEnvelope(worker, { envelopeId });
  const recipientIds = recipients.map(({ id }) => id as RecipientId);
  for (const recipientId of recipientIds) await finish(worker, recipientId);
  return { organizationId, envelopeId, documentId: document.id, recipientIds };
}

async function* inPieces(megabytes: number): AsyncGenerator<Uint8Array> {
  yield* largePdf(megabytes);
}

async function finish(worker: WorkerContext, recipientId: RecipientId): Promise<void> {
  const link = await newLink(worker, recipientId);
  const ctx = await recipientContext({ runtime: worker.runtime, request: REQUEST }, link.split("/").at(-1)!);
  const view = await openCeremony(ctx);
  const { version, locale, sha256 } = view.consent;
  await giveConsent(ctx, { version, locale, sha256, wording: "Agree and continue" });
  const typed = { type: "typed", text: view.me.name, style: "flowing" } as const;
  await adoptMarks(ctx, { signature: typed, initials: typed });
  for (const { id: fieldId } of view.fields) await fillField(ctx, { fieldId, value: "adopted" });
  const shown = view.documents.map(({ id, sha256 }) => ({ documentId: id, sha256 }));
  await finishSigning(ctx, { shown, wording: "Finish", timeZone: "UTC" });
}

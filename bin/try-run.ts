import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { migrateDatabase } from "#db/migrate.ts";
import { exportChain } from "#lib/audit/read-chain.ts";
import { readConfig } from "#lib/config.ts";
import { type Context, createContext } from "#lib/context.ts";
import { openOutboxMail, readOutbox } from "#lib/delivery/read-outbox.ts";
import { type AddedDocument, addDocument } from "#lib/envelopes/add-document.ts";
import type { FieldType } from "#lib/envelopes/core/fields/field-types.ts";
import { createEnvelope } from "#lib/envelopes/create-envelope.ts";
import { getEnvelope } from "#lib/envelopes/get-envelope.ts";
import { saveDraft } from "#lib/envelopes/save-draft.ts";
import { sendEnvelope } from "#lib/envelopes/send-envelope.ts";
import { AppError } from "#lib/errors.ts";
import { type Download, download } from "#lib/evidence/download.ts";
import { revisionFiles } from "#lib/evidence/revision-files.ts";
import { createOrganization } from "#lib/identity/create-organization.ts";
import { type EnvelopeId, uuidV7 } from "#lib/ids.ts";
import { publishedRoot } from "#lib/pki/published.ts";
import type { WorkerRuntime } from "#lib/runtime.ts";
import { adoptMarks } from "#lib/signing/adopt-mark.ts";
import { fillField } from "#lib/signing/fill-field.ts";
import { finishSigning } from "#lib/signing/finish-signing.ts";
import { giveConsent } from "#lib/signing/give-consent.ts";
import { openCeremony } from "#lib/signing/open-ceremony.ts";
import { recipientContext } from "#lib/signing/recipient-context.ts";
import { recordView } from "#lib/signing/record-view.ts";
import { startJobs } from "#worker/jobs.ts";
import { createWorkerRuntime } from "#worker/worker-runtime.ts";
import { sentenceOf } from "./sentences.ts";
import { hasRoomForText, SCRIBBLE, trialFields } from "./trial-fields.ts";

export type TryOutcome =
  | { readonly status: "sealed" }
  | { readonly status: "refused" | "failed"; readonly code: string; readonly sentence: string };

const NAMES = [
  "Ana Ruiz",
  "Björn Åkesson",
  "Chiara Rossi",
  "Дмитро Коваль",
  "Ελένη Παππά",
  "فاطمة الزهراء",
  "דוד כהן",
];
const MORE_NAMES = ["山田太郎", "김민준", "王小明", "अनिता शर्मा"];
const REQUEST = { ip: "127.0.0.1", userAgent: "whereof try" };
const PDF_LIMIT_BYTES = 1024 ** 3;

/** Wakes whoever waits for an envelope when something has happened to it. */
class EnvelopeNews {
  readonly #waiting = new Map<string, (() => void)[]>();

  static async listen(runtime: WorkerRuntime): Promise<EnvelopeNews> {
    const news = new EnvelopeNews();
    await runtime.database.listen("whereof_events", (payload) => {
      const { envelopeId } = JSON.parse(payload) as { envelopeId: string | null };
      const waiting = news.#waiting.get(envelopeId ?? "") ?? [];
      news.#waiting.delete(envelopeId ?? "");
      for (const wake of waiting) wake();
    });
    return news;
  }

  next(envelopeId: EnvelopeId, timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.max(0, timeoutMs));
      const wake = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#waiting.set(envelopeId, [...(this.#waiting.get(envelopeId) ?? []), wake]);
    });
  }
}

/** Everything `whereof try` needs running, in this process. */
export class TryRun {
  readonly parallel = Math.max(1, Math.min(4, availableParallelism() - 1));
  readonly #runtime: WorkerRuntime;
  readonly #sender: Context;
  readonly #news: EnvelopeNews;

  private constructor(runtime: WorkerRuntime, sender: Context, news: EnvelopeNews) {
    this.#runtime = runtime;
    this.#sender = sender;
    this.#news = news;
  }

  static async start(settings: {
    folder: string;
    adminUrl: string;
    appUrl: string;
    level: string;
    logLevel: string;
  }): Promise<TryRun> {
    const app = new URL(settings.appUrl);
    await migrateDatabase({ adminUrl: settings.adminUrl, appRole: app.username, appPassword: app.password });
    const runtime = await createWorkerRuntime(
      readConfig({
        DATABASE_URL: settings.appUrl,
        DATABASE_ADMIN_URL: settings.adminUrl,
        DATA_DIR: settings.folder,
        SIGNATURE_LEVEL: settings.level,
        NEXTAUTH_SECRET: "not used: nobody signs in here".padEnd(40, "."),
        LOG_LEVEL: settings.logLevel,
      }),
    );
    const who = { name: "Olivia Owner", email: "owner@example.com" };
    const organizationName = "Whereof trial";
    const password = Buffer.from(runtime.random(24)).toString("base64url");
    const created = await createOrganization(
      { runtime, request: REQUEST },
      { ...who, organizationName, password },
    );
    const { organizationId, memberId, accountId } = created;
    const actor = { kind: "member", role: "owner", memberId, accountId, ...who } as const;
    await runtime.authorities();
    await startJobs(runtime);
    const news = await EnvelopeNews.listen(runtime);
    return new TryRun(runtime, createContext(runtime, { organizationId, actor, request: REQUEST }), news);
  }

  close(): Promise<void> {
    return this.#runtime.close();
  }

  /** The whole job on one file. A refusal is an outcome; anything else is thrown. */
  async file(job: { file: string; out: string; signers: number; timeoutMs: number }): Promise<TryOutcome> {
    const deadline = Date.now() + job.timeoutMs;
    let envelopeId: EnvelopeId;
    try {
      if (!existsSync(job.file))
        return { status: "refused", code: "file/not-found", sentence: `There is no file ${job.file}.` };
      envelopeId = await this.#send(job.file, job.signers);
    } catch (error) {
      if (error instanceof AppError)
        return { status: "refused", code: error.code, sentence: sentenceOf(error.code) };
      throw error;
    }
    for (let signer = 0; signer < job.signers; signer++)
      await this.#sign(envelopeId, signer, job.signers, deadline);
    const stuck = await this.#until(
      envelopeId,
      deadline,
      async () => (await this.#state(envelopeId)).state === "completed",
    );
    if (stuck) return { status: "failed", code: stuck, sentence: sentenceOf(stuck) };
    await this.#write(envelopeId, job.out);
    return { status: "sealed" };
  }

  async #send(file: string, signers: number): Promise<EnvelopeId> {
    const ctx = this.#sender;
    const envelopeId = await createEnvelope(ctx, {
      title: path.basename(file, path.extname(file)).slice(0, 150),
    });
    const bytes = createReadStream(file) as AsyncIterable<Uint8Array>;
    const document = await addDocument(
      ctx,
      { envelopeId, name: path.basename(file), limitBytes: PDF_LIMIT_BYTES },
      bytes,
    );
    const content = this.#draft(document, path.basename(file), signers);
    const { version } = await saveDraft(ctx, { envelopeId, version: document.version, content });
    await sendEnvelope(ctx, { envelopeId, version });
    return envelopeId;
  }

  #draft(document: AddedDocument, title: string, signers: number) {
    const names = [...NAMES, ...MORE_NAMES];
    const recipients = Array.from({ length: signers }, (_, index) => ({
      id: this.#newId(),
      role: "signer" as const,
      name: names[index % names.length]!,
      email: `signer${index + 1}@example.com`,
    }));
    const fields = recipients.flatMap(({ id: recipientId }, index) =>
      trialFields(document.pages, index, signers).map((field) => ({
        ...{ id: this.#newId(), documentId: document.id, recipientId, label: "", isRequired: true },
        ...field,
      })),
    );
    return { title, message: "", order: "sequential" as const, recipients, fields };
  }

  #newId(): string {
    return uuidV7(Date.now(), this.#runtime.random(10));
  }

  async #state(envelopeId: EnvelopeId) {
    return getEnvelope(this.#sender, { envelopeId });
  }

  /** Waits for something to happen to an envelope until `isDone`; gives why it is not when the time is over. */
  async #until(
    envelopeId: EnvelopeId,
    deadline: number,
    isDone: () => Promise<boolean>,
  ): Promise<string | null> {
    for (;;) {
      const happened = this.#news.next(envelopeId, Math.min(1_000, deadline - Date.now()));
      if (await isDone()) return null;
      if (Date.now() >= deadline) return (await this.#state(envelopeId)).waitingFor ?? "sandbox/timed-out";
      await happened;
    }
  }

  async #sign(envelopeId: EnvelopeId, index: number, signers: number, deadline: number): Promise<void> {
    const state = await this.#state(envelopeId);
    const recipient = state.recipients[index]!;
    let link: string | null = null;
    const stuck = await this.#until(envelopeId, deadline, async () => {
      link = await this.#linkFor(recipient.email, envelopeId);
      return link !== null;
    });
    if (stuck || !link)
      throw new Error(`no invitation came: ${(await this.#state(envelopeId)).waitingFor ?? stuck}`);
    const token = (link as string).split("/").at(-1)!;
    const ctx = await recipientContext({ runtime: this.#runtime, request: REQUEST }, token);
    const opened = await openCeremony(ctx);
    for (const { id, sha256, pages } of opened.documents)
      await recordView(ctx, { documentId: id, sha256, pages: pages.map((_, page) => page) });
    const { version, locale, sha256 } = opened.consent;
    await giveConsent(ctx, { version, locale, sha256, wording: "Agree and continue" });
    const typed = (text: string) => ({ type: "typed", text, style: "flowing" }) as const;
    const initials = opened.me.name
      .split(/\s+/)
      .map((part) => [...part][0])
      .join("");
    const isRoomy = opened.documents.every(({ pages }) => hasRoomForText(pages.at(-1)!, signers));
    await adoptMarks(ctx, {
      signature: isRoomy ? typed(opened.me.name) : SCRIBBLE,
      initials: typed(initials),
    });
    const values: Partial<Record<FieldType, string>> = {
      signature: "adopted",
      initials: "adopted",
      name: opened.me.name,
      text: "As agreed",
      checkbox: "yes",
      date: "",
    };
    for (const field of opened.fields) {
      if (field.type === "date") continue;
      await fillField(ctx, { fieldId: field.id, value: values[field.type] ?? "" });
    }
    const shown = opened.documents.map(({ id, sha256 }) => ({ documentId: id, sha256 }));
    await finishSigning(ctx, { shown, wording: "Finish", timeZone: "UTC" });
  }

  async #linkFor(email: string, envelopeId: EnvelopeId): Promise<string | null> {
    const mails = (await readOutbox(this.#sender)) ?? [];
    const sent = mails.find((mail) => mail.toAddress === email && mail.envelopeId === envelopeId);
    if (!sent) return null;
    const { text } = await openOutboxMail(this.#sender, { mailId: sent.id });
    return /https?:\/\/\S+\/sign\/[\w-]+/.exec(text)?.[0] ?? null;
  }

  async #write(envelopeId: EnvelopeId, out: string): Promise<void> {
    const ctx = this.#sender;
    const state = await this.#state(envelopeId);
    const save = async (name: string, { bytes }: Pick<Download, "bytes">) =>
      pipeline(bytes as unknown as AsyncIterable<Uint8Array>, createWriteStream(path.join(out, name)));
    const [document] = state.documents;
    const documentId = document!.id;
    await save(
      "original.pdf",
      await download(ctx, { envelopeId, wanted: { kind: "document", documentId, variant: "original" } }),
    );
    for (const { name, bytes } of await revisionFiles(ctx, { envelopeId, documentId }))
      await save(name, { bytes });
    await save(
      "sealed.pdf",
      await download(ctx, { envelopeId, wanted: { kind: "document", documentId, variant: "current" } }),
    );
    await save("audit-trail.pdf", await download(ctx, { envelopeId, wanted: { kind: "audit-trail" } }));
    let signer = 0;
    for (const certificate of state.certificates) {
      const name = certificate.kind === "seal" ? "seal" : `signer-${++signer}`;
      for (const form of ["der", "pem"] as const) {
        const wanted = { kind: "certificate", certificateId: certificate.id, form } as const;
        await save(`${name}.${form === "der" ? "cer" : "pem"}`, await download(ctx, { envelopeId, wanted }));
      }
    }
    const root = await publishedRoot(this.#runtime);
    const inMemory = (bytes: Uint8Array) => ({
      bytes: new Blob([bytes as Uint8Array<ArrayBuffer>]).stream() as Download["bytes"],
    });
    await save("root.cer", inMemory(root!));
    await save("events.jsonl", inMemory(new TextEncoder().encode(await exportChain(ctx, envelopeId))));
  }
}

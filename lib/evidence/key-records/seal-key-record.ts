import type { KeyRecordKind } from "#db/schema/key-work.ts";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requireSystem } from "#lib/authorize.ts";
import { fromUtf8, toHex } from "#lib/bytes.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { uuidV7 } from "#lib/ids.ts";
import { ceremonyFacts } from "#lib/signing/key-ceremonies/get-ceremonies.ts";
import { custodyFacts } from "#lib/signing/key-exports/custody-facts.ts";
import { projectFacts } from "#lib/signing/key-projects/get-key-projects.ts";
import { keyTestFacts } from "#lib/signing/key-tests/get-tests.ts";
import { sealFile } from "#lib/signing/seal-file.ts";
import { checkReportFacts } from "../certificate-checks/get-checks.ts";
import { utcWords } from "../core/instant-words.ts";
import { ceremonyPaper } from "../core/key-records/ceremony-paper.ts";
import { checkPaper } from "../core/key-records/check-paper.ts";
import { custodyRecordPaper } from "../core/key-records/custody-paper.ts";
import { type KeyRecordWords, keyRecordWords } from "../core/key-records/key-record-words.ts";
import { projectPaper } from "../core/key-records/project-paper.ts";
import { testPaper } from "../core/key-records/test-paper.ts";
import type { Paper } from "../core/paper/paper.ts";
import { visible } from "../core/trail-words.ts";
import { GENERATOR } from "../trail-facts.ts";
import { loadKeyRecords, loadOrganization, saveKeyRecord } from "./store.ts";

export const RECORD_FIELD = "Seal";

interface Written {
  readonly paper: Pick<Paper, "title" | "blocks">;
  /** What it was written from. */
  readonly facts: unknown;
  readonly edition: number;
}

type Write = (ctx: WorkerContext, subjectId: string, words: KeyRecordWords) => Promise<Written>;

const WRITE: Partial<Record<KeyRecordKind, Write>> = {
  async project(ctx, projectId, words) {
    const facts = await projectFacts(ctx, { projectId });
    return { paper: projectPaper(facts, words), facts, edition: facts.done };
  },
  async ceremony(ctx, ceremonyId, words) {
    const facts = await ceremonyFacts(ctx, { ceremonyId });
    return { paper: ceremonyPaper(facts, words), facts, edition: facts.entries.length };
  },
  async custody(ctx, exportId, words) {
    const facts = await custodyFacts(ctx, { exportId });
    const edition = facts.view.custody.length;
    return { paper: custodyRecordPaper(facts, words), facts, edition };
  },
  async "key-test"(ctx, eventId, words) {
    const facts = await keyTestFacts(ctx, { eventId });
    return { paper: testPaper(facts, words), facts, edition: 1 };
  },
  async "certificate-check"(ctx, runId, words) {
    const facts = await checkReportFacts(ctx, { runId });
    return { paper: checkPaper(facts, words), facts, edition: 1 };
  },
};

/**
 * Writes down what was done with a key as a paper for people with its facts attached, and seals it with the
 * organization's key to the level of the installation. An edition that is there already is not made again.
 *
 * @throws keys/unavailable, timestamps/unavailable
 */
export async function sealKeyRecord(
  ctx: WorkerContext,
  input: { readonly kind: KeyRecordKind; readonly subjectId: string },
): Promise<void> {
  requireSystem(ctx);
  const { kind, subjectId } = input;
  const words = keyRecordWords();
  const { paper, facts, edition } = await WRITE[kind]!(ctx, subjectId, words);
  const { organization, known } = await inTransaction(ctx, async (ctx) => ({
    organization: await loadOrganization(ctx),
    known: await loadKeyRecords(ctx, kind, subjectId),
  }));
  if (known.some((one) => one.edition >= edition)) return;
  const { sandbox, files, random, config } = ctx.runtime;
  const createdAt = ctx.now();
  const header = words("header", { organization: visible(organization.name), title: paper.title });
  const footer = words("footer", { at: utcWords(createdAt), generator: GENERATOR });
  const written = await sandbox.run("paper", {
    paper: { ...paper, header, footer },
    options: {
      ...{ paper: organization.settings.paper, seed: random(32), createdAt },
      ...{ author: organization.name, producer: GENERATOR },
      signatureField: { name: RECORD_FIELD, label: words("seal") },
      attachment: {
        ...{ name: "record.json", mediaType: "application/json", description: words("attachment") },
        ...{ relationship: "Source", modifiedAt: createdAt },
        bytes: fromUtf8(`${JSON.stringify(facts, null, 1)}\n`),
      },
    },
  });
  const plan = { fieldName: RECORD_FIELD, reason: words("reason"), level: config.level };
  const use = { kind: "key-record", subjectId, envelopeId: null } as const;
  const { bytes } = await sealFile(ctx, written, { ...plan, use });
  const fileKey = `org/${ctx.organizationId}/key-records/${kind}-${subjectId}-${edition}-${toHex(random(4))}.pdf.enc`;
  const { sha256, sizeBytes } = await files.put(fileKey, [bytes], bytes.length);
  const isOurs = await inTransaction(ctx, async (ctx) => {
    const { organizationId } = ctx;
    const id = uuidV7(createdAt.getTime(), random(10));
    const row = { organizationId, id, kind, subjectId, edition, fileKey, sha256, sizeBytes, createdAt };
    if (!(await saveKeyRecord(ctx, row))) return false;
    const data = { record: id, kind, subject: subjectId, edition, sha256, sizeBytes };
    await appendEvent(ctx, { type: "key-record.sealed", envelopeId: null, data });
    return true;
  });
  // Another worker was faster; what this one sealed was never on record.
  if (!isOurs) await files.delete(fileKey);
}

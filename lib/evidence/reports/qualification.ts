import { sql } from "drizzle-orm";
import { canonicalJson } from "#lib/audit/core/canonical-json.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { equalBytes, fromUtf8, sha256, sourceOf, toHex } from "#lib/bytes.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { AppError } from "#lib/errors.ts";
import { uuidV7 } from "#lib/ids.ts";
import { parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { trustAnchorOf } from "#lib/pki/core/validation/path.ts";
import { publishedTrust } from "#lib/pki/published.ts";
import { sealFile } from "#lib/signing/seal-file.ts";
import { paragraph } from "../core/paper/paper.ts";
import type { Period } from "../core/reports/periods.ts";
import { endOf } from "../core/reports/periods.ts";
import type { ReportRow } from "../core/reports/report-content.ts";
import { reportWords } from "../core/reports/report-words.ts";
import { GENERATOR } from "../trail-facts.ts";
import { validateDocument } from "../validate-document.ts";
import { loadInstallation, loadSealTimes, tryChange } from "./qualification-store.ts";
import { loadPart11 } from "./records-store.ts";
import { type Collected, startOf } from "./report-events.ts";

type Outcome = "passed" | "failed" | "recorded";

/** One line of a paper: what was looked at, and what came of it. */
interface Line {
  readonly phase: "IQ" | "OQ" | "PQ";
  readonly key: string;
  readonly values: Readonly<Record<string, string | number>>;
  readonly outcome: Outcome;
}

const LEAST_NODE = 24;
const LEAST_POSTGRES = 15;
const TRIAL_BYTES = 64 * 1024;
/** What product.md promises of sealing, and what a worker needs for one trial at most. */
const SEALED_WITHIN_S = 30;
const TRIAL_WITHIN_MS = 10_000;
const VALIDATED_WITHIN_MS = 2_000;
/** The clock may be off by so much before time-stamps say something else than the trail. */
const CLOCK_WITHIN_MS = 1_000;
/** FIPS 180-4, of the three letters abc. */
const ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

/**
 * The papers of qualification: what is installed (IQ), trials of what it has to do, really run now (OQ), and how it did
 * with real work in a period (PQ). A trial that cannot be run has failed, and says by what.
 *
 * @param reportId whom the trial seal is put down for
 */
export async function qualification(
  ctx: WorkerContext,
  period: Period,
  reportId?: string,
): Promise<Collected> {
  const id = reportId ?? uuidV7(ctx.now().getTime(), ctx.runtime.random(10));
  const lines = [...(await installed(ctx)), ...(await operates(ctx, id)), ...(await performs(ctx, period))];
  const having = (outcome: Outcome) => lines.filter((line) => line.outcome === outcome).length;
  return {
    numbers: [
      { key: "trialsPassed", value: having("passed") },
      { key: "trialsFailed", value: having("failed") },
      { key: "factsRecorded", value: having("recorded") },
    ],
    rows: lines.map(rowOf),
  };
}

function rowOf({ phase, key, values, outcome }: Line): ReportRow {
  const words = reportWords();
  const say = (part: string) => words(`qualification.${key}.${part}`, values);
  const found =
    "refusal" in values ? words("qualification.refused", { code: values.refusal! }) : say("found");
  return {
    cells: [phase, say("check"), say("expected"), found, words(`qualification.outcomes.${outcome}`)],
    address: null,
  };
}

const judged = (holds: boolean): Outcome => (holds ? "passed" : "failed");

async function installed(ctx: WorkerContext): Promise<Line[]> {
  const { config } = ctx.runtime;
  const found = await inTransaction(ctx, loadInstallation);
  const { roots } = await publishedTrust(ctx.runtime);
  const line = (key: string, values: Line["values"], outcome: Outcome): Line => ({
    phase: "IQ",
    key,
    values,
    outcome,
  });
  const node = process.versions.node;
  const settings = {
    address: config.baseUrl,
    files: config.files.kind,
    masterKey: config.masterKey.kind,
    level: config.level,
    timestamps: config.tsaUrl === null ? "own" : new URL(config.tsaUrl).host,
    mail: config.mail === null ? "outbox" : "smtp",
    sms: config.sms === null ? "outbox" : "provider",
    databaseAtRest: config.databaseAtRest ?? "not said",
    backups: config.backupDir === null ? "none" : "daily",
    uploads: { ...config.uploads },
  };
  return [
    line("product", { product: GENERATOR }, "recorded"),
    line("node", { version: node, least: LEAST_NODE }, judged(Number.parseInt(node, 10) >= LEAST_NODE)),
    line("machine", { platform: process.platform, architecture: process.arch }, "recorded"),
    line(
      "postgres",
      { version: found.version, least: LEAST_POSTGRES },
      judged(Number.parseInt(found.version, 10) >= LEAST_POSTGRES),
    ),
    line("schema", { tables: found.tables, sha256: toHex(sha256(fromUtf8(found.schema))) }, "recorded"),
    line("role", { role: found.role }, judged(!found.isSuperuser && !found.passesRules)),
    line(
      "settings",
      { settings: told(settings), sha256: toHex(sha256(fromUtf8(canonicalJson(settings)))) },
      "recorded",
    ),
    line(
      "roots",
      { count: roots.length, sha256: roots.map((der) => parseCertificate(der).sha256).join(", ") || "-" },
      judged(roots.length > 0),
    ),
  ];
}

const told = (settings: Readonly<Record<string, unknown>>): string =>
  Object.entries(settings)
    .map(([name, value]) => `${name}: ${typeof value === "object" ? JSON.stringify(value) : String(value)}`)
    .join("; ");

async function operates(ctx: WorkerContext, reportId: string): Promise<Line[]> {
  const lines: Line[] = [];
  const run = async (key: string, work: () => Promise<{ holds: boolean; values?: Line["values"] }>) => {
    try {
      const { holds, values = {} } = await work();
      lines.push({ phase: "OQ", key, values, outcome: judged(holds) });
    } catch (error) {
      const code = error instanceof AppError ? error.code : "internal";
      ctx.runtime.log.warn({ err: error, code, key }, "a trial of qualification could not be run");
      lines.push({ phase: "OQ", key, values: { refusal: code }, outcome: "failed" });
    }
  };
  await run("hash", async () => {
    const found = toHex(sha256(fromUtf8("abc")));
    return { holds: found === ABC, values: { found } };
  });
  await run("appendOnly", async () => {
    const code = await tryChange(ctx);
    return { holds: code === "42501", values: { code: code ?? "-" } };
  });
  await run("apart", async () => {
    const others = await inTransaction(ctx, async (ctx) => {
      const [row] = await ctx.connection.execute<{ others: number }>(
        sql`select count(*)::int as others from envelopes where organization_id <> ${ctx.organizationId}`,
      );
      return row!.others;
    });
    return { holds: others === 0, values: { others } };
  });
  await run("files", () => storesFiles(ctx, reportId));
  await run("chain", async () => {
    const { entries, brokenAt } = await readChain(ctx, null);
    return { holds: brokenAt === null, values: { count: entries.length, brokenAt: brokenAt ?? "-" } };
  });
  await run("clock", async () => {
    await ctx.runtime.clock.look();
    const measured = ctx.runtime.clock.measured();
    const offset = measured?.offsetMs ?? Number.NaN;
    return {
      holds: Math.abs(offset) <= CLOCK_WITHIN_MS,
      values: { offset: Math.round(offset), most: CLOCK_WITHIN_MS },
    };
  });
  let trial: Uint8Array | null = null;
  await run("seal", async () => {
    const began = performance.now();
    trial = await sealedTrial(ctx, reportId);
    const tookMs = performance.now() - began;
    const { verdict, tookMs: checkedMs } = await judge(ctx, trial);
    lines.push(
      timed("sealTime", tookMs, TRIAL_WITHIN_MS),
      timed("validationTime", checkedMs, VALIDATED_WITHIN_MS),
    );
    return { holds: verdict === "passed", values: { verdict, level: ctx.runtime.config.level } };
  });
  await run("tamper", async () => {
    if (!trial) return { holds: false, values: { verdict: "-" } };
    const { verdict } = await judge(ctx, changed(trial));
    return { holds: verdict === "failed", values: { verdict } };
  });
  return lines;
}

const timed = (key: string, tookMs: number, mostMs: number): Line => ({
  ...{ phase: "PQ", key, outcome: judged(tookMs <= mostMs) },
  values: { took: Math.round(tookMs), most: mostMs },
});

async function storesFiles(ctx: WorkerContext, reportId: string) {
  const { files, random } = ctx.runtime;
  const bytes = random(TRIAL_BYTES);
  const key = `org/${ctx.organizationId}/reports/${reportId}-trial-${toHex(random(4))}.bin.enc`;
  await files.put(key, [bytes], bytes.length);
  const open = await files.open(key);
  const back = open.read(0, open.size);
  open.close();
  await files.delete(key);
  const isGone = await files.open(key).then(
    (file) => {
      file.close();
      return false;
    },
    (error: unknown) => error instanceof AppError && error.code === "files/not-found",
  );
  return { holds: equalBytes(bytes, back) && isGone, values: { bytes: bytes.length } };
}

const FIELD = "Trial";

async function sealedTrial(ctx: WorkerContext, reportId: string): Promise<Uint8Array> {
  const words = reportWords();
  const { sandbox, random, config } = ctx.runtime;
  const title = words("qualification.trial");
  const base = await sandbox.run("paper", {
    paper: { title, header: title, footer: GENERATOR, blocks: [paragraph(words("qualification.trialText"))] },
    options: {
      ...{ paper: "a4", seed: random(32), createdAt: ctx.now(), author: title, producer: GENERATOR },
      signatureField: { name: FIELD, label: title },
    },
  });
  const use = { kind: "report", subjectId: reportId, envelopeId: null } as const;
  return (await sealFile(ctx, base, { fieldName: FIELD, reason: title, level: config.level, use })).bytes;
}

async function judge(ctx: WorkerContext, pdf: Uint8Array) {
  const { roots, crls } = await publishedTrust(ctx.runtime);
  const began = performance.now();
  const terms = { name: null, now: ctx.now(), crls, anchors: roots.map(trustAnchorOf) };
  const { verdict } = validateDocument(sourceOf(pdf), terms);
  return { verdict, tookMs: performance.now() - began };
}

/** One bit of what the seal covers is another: in the header's comment, which every reader skips. */
function changed(pdf: Uint8Array): Uint8Array {
  const other = pdf.slice();
  other[10]! ^= 1;
  return other;
}

async function performs(ctx: WorkerContext, period: Period): Promise<Line[]> {
  const [from, to] = [startOf(period), endOf(period)];
  const { completed, p95Seconds } = await inTransaction(ctx, (ctx) => loadSealTimes(ctx, from, to));
  const { checked, failed } = await inTransaction(ctx, (ctx) => loadPart11(ctx, from, to));
  const line = (key: string, values: Line["values"], outcome: Outcome): Line => ({
    phase: "PQ",
    key,
    values,
    outcome,
  });
  return [
    line(
      "sealing",
      { completed, p95: p95Seconds ?? 0, most: SEALED_WITHIN_S },
      // No work shows nothing.
      p95Seconds === null ? "recorded" : judged(p95Seconds <= SEALED_WITHIN_S),
    ),
    line("quality", { checked, failed }, checked === 0 ? "recorded" : judged(failed === 0)),
  ];
}

import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { AppError } from "#lib/errors.ts";
import { startPostgres } from "./postgres.mjs";
import { sentenceOf } from "./sentences.ts";
import { type TryOutcome, TryRun } from "./try-run.ts";

const LEVELS = ["B-B", "B-T", "B-LT", "B-LTA"] as const;
const MOST_SIGNERS = 20;
/** Beyond this a file is given up; hostile parts of the work have tighter limits of their own. */
const FILE_MS = 120_000;

interface TryOptions {
  readonly files: readonly { readonly file: string; readonly out: string }[];
  readonly signers: number;
  readonly level: (typeof LEVELS)[number];
  readonly logLevel: string;
  readonly isBatch: boolean;
}

class UsageError extends Error {}

/**
 * `whereof try`: the main job headless, through the same verbs and worker code as the product, on services of its
 * own that are gone afterwards.
 *
 * @returns 0 done, 3 refused, 1 failed, 64 wrong use
 */
export async function tryCommand(args: readonly string[]): Promise<number> {
  let options: TryOptions;
  try {
    options = readOptions(args);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    return 64;
  }
  const folder = mkdtempSync(path.join(tmpdir(), "whereof-try-"));
  const postgres = await startPostgres({ folder, throwAway: true });
  let isOver = false;
  const clean = async () => {
    if (isOver) return;
    isOver = true;
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => void clean().then(() => process.exit(130)));
  try {
    const run = await TryRun.start({
      folder,
      adminUrl: postgres.adminUrl,
      appUrl: postgres.appUrl,
      level: options.level,
      logLevel: options.logLevel,
    });
    try {
      return options.isBatch ? await runBatch(run, options) : await runOne(run, options);
    } finally {
      await run.close();
    }
  } finally {
    await clean();
  }
}

function readOptions(args: readonly string[]): TryOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      signers: { type: "string", default: "2" },
      out: { type: "string" },
      level: { type: "string", default: "B-LTA" },
      batch: { type: "string" },
      log: { type: "string", default: "silent" },
    },
  });
  const signers = Number(values.signers);
  if (!Number.isInteger(signers) || signers < 1 || signers > MOST_SIGNERS)
    throw new UsageError(`--signers takes a number from 1 to ${MOST_SIGNERS}.`);
  const level = LEVELS.find((known) => known === values.level);
  if (!level) throw new UsageError(`--level takes one of ${LEVELS.join(", ")}.`);
  if (!values.out) throw new UsageError("--out FOLDER is missing: where the results go.");
  const out = path.resolve(values.out);
  if (values.batch !== undefined) {
    const base = path.resolve(values.batch);
    const files = pdfsBelow(base).map((file) => ({ file, out: path.join(out, path.relative(base, file)) }));
    return { files, signers, level, logLevel: values.log, isBatch: true };
  }
  const [file, ...more] = positionals;
  if (!file || more.length > 0) throw new UsageError("Name one PDF: whereof try contract.pdf --out FOLDER");
  return { files: [{ file: path.resolve(file), out }], signers, level, logLevel: values.log, isBatch: false };
}

function pdfsBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.pdf$/i.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

async function runOne(run: TryRun, { files, signers }: TryOptions): Promise<number> {
  const [{ file, out }] = files as [{ file: string; out: string }];
  const outcome = await attempt(run, file, out, signers);
  if (outcome.status === "sealed") {
    process.stdout.write(`Sealed with ${signers} signers in ${outcome.ms} ms. Everything is in ${out}:\n`);
    for (const name of readdirSync(out).sort())
      process.stdout.write(`  ${name} (${statSync(path.join(out, name)).size} bytes)\n`);
    return 0;
  }
  process.stderr.write(`${outcome.code}: ${outcome.sentence}\n`);
  return outcome.status === "refused" ? 3 : 1;
}

/** One line of JSON for each file, in the order they end. */
async function runBatch(run: TryRun, { files, signers }: TryOptions): Promise<number> {
  let failures = 0;
  let next = 0;
  const worker = async () => {
    for (let job = files[next++]; job; job = files[next++]) {
      const outcome = await attempt(run, job.file, job.out, signers);
      if (outcome.status === "failed") failures++;
      process.stdout.write(
        `${JSON.stringify({ file: job.file, ...outcome, ...(outcome.status === "sealed" ? { out: job.out } : {}) })}\n`,
      );
    }
  };
  await Promise.all(Array.from({ length: run.parallel }, worker));
  return failures === 0 ? 0 : 1;
}

async function attempt(
  run: TryRun,
  file: string,
  out: string,
  signers: number,
): Promise<TryOutcome & { ms: number }> {
  const startedAt = performance.now();
  const ms = () => Math.round(performance.now() - startedAt);
  try {
    mkdirSync(out, { recursive: true });
    const outcome = await run.file({ file, out, signers, timeoutMs: FILE_MS });
    if (outcome.status !== "sealed") rmSync(out, { recursive: true, force: true });
    return { ...outcome, ms: ms() };
  } catch (error) {
    rmSync(out, { recursive: true, force: true });
    if (error instanceof AppError && error.kind !== "unavailable")
      return { status: "refused", code: error.code, sentence: sentenceOf(error.code), ms: ms() };
    const said = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { status: "failed", code: "internal", sentence: `${sentenceOf("internal")} ${said}`, ms: ms() };
  }
}

import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { openDatabase } from "#db/client.ts";
import { ConfigError, readConfig } from "#lib/config.ts";
import { isRefusal } from "#lib/errors.ts";
import { describeLog } from "#lib/evidence/core/describe-log.ts";
import type { LogReport } from "#lib/evidence/core/log-report.ts";
import { trustAnchorsOf } from "#lib/evidence/core/validation/trust-anchors.ts";
import { type VerifyLogInput, verifyLog } from "#lib/evidence/verify-log.ts";
import type { TrustAnchor } from "#lib/pki/core/validation/path.ts";
import { findWorkspaceKeys } from "#lib/runtime.ts";
import { runningPostgres, startPostgres } from "./postgres.mjs";
import { sentenceOf } from "./sentences.ts";

const USAGE = `whereof verify-log [--checkpoint FILE|URL]… [--trust CERTIFICATE]… [--json]

  Says whether the audit trail of this installation is what was written: reads every event from the database.
  --checkpoint  one that was kept from BASE_URL/log/checkpoint, or where a witness keeps it; may be given again.
                Without one a log that was rolled back as a whole cannot be told from one that was not.
  --trust       the root's certificate as it was kept, DER or PEM; without it the database's own word is taken
  --json        the same for programs (docs/log.md)

  Settings as for npm start: DATABASE_URL, or DATA_DIR of the embedded database, running or not. Personal values are
  sealed: without the master key (DATA_DIR/master-key, or KMS_MASTER_KEY_ID) they are not looked into, and the answer
  says so.
  0 everything holds · 1 something does not · 2 it cannot be told
`;
const FETCH_MS = 20_000;
const MOST_CHARACTERS = 64 * 1024;

/** Where output goes, and the settings of the process. */
export interface VerifyLogIo {
  write(text: string): void;
  readonly settings: Readonly<Record<string, string | undefined>>;
}

/** It cannot be told, and why. */
class CannotTell extends Error {}

/**
 * Checks the audit log of an installation and prints what was found.
 *
 * @returns the exit code: 0, 1 or 2 as docs/log.md says, 64 when it was called wrongly.
 */
export async function verifyLogCommand(args: readonly string[], io: VerifyLogIo): Promise<number> {
  const options = readOptions(args);
  if (!options) {
    io.write(USAGE);
    return 64;
  }
  try {
    const anchors = options.trust.length === 0 ? null : options.trust.flatMap(readAnchors);
    const held = await Promise.all(
      options.checkpoint.map(async (source) => ({ name: source, text: await readCheckpoint(source) })),
    );
    const report = await checkDatabase(io.settings, { held, anchors });
    io.write(options.json ? `${JSON.stringify(asJson(report), null, 2)}\n` : describeLog(report));
    return report.findings.length === 0 ? 0 : 1;
  } catch (error) {
    const why = reasonOf(error);
    if (why === null) throw error;
    io.write(`It cannot be told whether the audit log holds. ${why}\n`);
    return 2;
  }
}

function reasonOf(error: unknown): string | null {
  if (error instanceof CannotTell || error instanceof ConfigError) return error.message;
  if (isRefusal(error)) return sentenceOf(error.code);
  const codes = [error, (error as { cause?: unknown } | null)?.cause].map(
    (one) => (one as { code?: unknown } | null)?.code,
  );
  const code = codes.find((one) => typeof one === "string");
  return code === undefined ? null : `The database does not answer as it should (${code}).`;
}

function readOptions(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        checkpoint: { type: "string", multiple: true },
        trust: { type: "string", multiple: true },
        json: { type: "boolean" },
      },
    });
    if (positionals.length > 0) return null;
    return { checkpoint: values.checkpoint ?? [], trust: values.trust ?? [], json: values.json ?? false };
  } catch {
    return null;
  }
}

function readAnchors(file: string): TrustAnchor[] {
  try {
    return trustAnchorsOf(new Uint8Array(readFileSync(file)));
  } catch (error) {
    if (isRefusal(error)) throw new CannotTell(`${file} is no certificate in DER or PEM.`);
    throw new CannotTell(`${file} cannot be read.`);
  }
}

/** From a file, or from wherever an address leads: the operator chose it. */
async function readCheckpoint(source: string): Promise<string> {
  if (!/^https?:\/\//.test(source)) {
    try {
      return readFileSync(source, "utf8").slice(0, MOST_CHARACTERS + 1);
    } catch {
      throw new CannotTell(`${source} cannot be read.`);
    }
  }
  try {
    const answer = await fetch(source, { signal: AbortSignal.timeout(FETCH_MS) });
    if (!answer.ok) throw new CannotTell(`${source} answers ${answer.status}.`);
    let text = "";
    const decoder = new TextDecoder();
    for await (const part of answer.body ?? []) {
      text += decoder.decode(part as Uint8Array, { stream: true });
      if (text.length > MOST_CHARACTERS) throw new CannotTell(`${source} is no checkpoint: it is too long.`);
    }
    return text;
  } catch (error) {
    if (error instanceof CannotTell) throw error;
    throw new CannotTell(`${source} does not answer.`);
  }
}

/** On the database of the settings; the embedded one is used as it runs, or started for as long as it takes. */
async function checkDatabase(
  settings: VerifyLogIo["settings"],
  input: Pick<VerifyLogInput, "held" | "anchors">,
): Promise<LogReport> {
  const given = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== ""));
  const embedded = given.DATABASE_URL === undefined ? await openEmbedded(given.DATA_DIR ?? ".data") : null;
  // Of what a process of the product needs besides, nothing is used here.
  const config = readConfig({
    NEXTAUTH_SECRET: "-".repeat(32),
    ...given,
    ...(embedded ? { DATABASE_URL: embedded.appUrl, DATABASE_ADMIN_URL: embedded.adminUrl } : {}),
  });
  const { url, role } = config.database;
  const database = openDatabase({ url, role, maxConnections: 3 });
  try {
    const workspaceKeys = await findWorkspaceKeys(config, database.db);
    return await verifyLog(
      { database, workspaceKeys },
      { ...input, acceptsForeignStamps: config.tsaUrl !== null },
    );
  } finally {
    await database.close();
    await embedded?.stop();
  }
}

async function openEmbedded(dataDir: string) {
  const folder = path.resolve(dataDir);
  if (!existsSync(path.join(folder, "postgres", "PG_VERSION")))
    throw new CannotTell(`There is no database in ${folder}: set DATABASE_URL or DATA_DIR as for npm start.`);
  const running = await runningPostgres({ folder });
  return running ? { ...running, stop: async () => {} } : startPostgres({ folder });
}

function asJson({ newest, findings, ...report }: LogReport) {
  return {
    holds: findings.length === 0,
    ...report,
    newest: newest && {
      origin: newest.origin,
      size: newest.size,
      root: Buffer.from(newest.root).toString("base64"),
    },
    findings,
  };
}

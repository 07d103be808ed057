import { createHash } from "node:crypto";
import { createWriteStream, mkdirSync } from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { parseArgs } from "node:util";
import { ConfigError, readConfig } from "#lib/config.ts";
import { createContext } from "#lib/context.ts";
import { isRefusal } from "#lib/errors.ts";
import { listOrganizations } from "#lib/identity/list-organizations.ts";
import { type EnvelopeId, parsePublicId } from "#lib/ids.ts";
import { takeFromArchive, takeRecords } from "#lib/retention/archive/take-out.ts";
import { createWorkerRuntime } from "#worker/worker-runtime.ts";
import { settingsOfRunning } from "./running-product.mjs";
import { sentenceOf } from "./sentences.ts";

const USAGE = `whereof from-archive ENVELOPE|records --out FOLDER

  Takes the copies of an envelope out of the archive: sealed documents, audit trail and evidence package,
  decrypted and compared with what was stored. ENVELOPE is env_… as the address of its page has it; "records"
  gives the reports and audit chains of every organization, each in a folder of its own.
  Settings as for npm start. 0 done · 1 refused, with the reason · 64 called wrongly
`;

interface ArchiveIo {
  write(text: string): void;
  readonly settings: Readonly<Record<string, string | undefined>>;
}

/** Takes an envelope's copies out of the archive. @returns the exit code */
export async function archiveCommand(args: readonly string[], io: ArchiveIo): Promise<number> {
  const wanted = readWanted(args);
  if (!wanted) {
    io.write(USAGE);
    return 64;
  }
  try {
    const runtime = await createWorkerRuntime(
      readConfig({ LOG_LEVEL: "error", ...(await settingsOfRunning(io.settings)) }),
    );
    try {
      mkdirSync(wanted.folder, { recursive: true });
      for (const organizationId of await listOrganizations(runtime)) {
        const actor = { kind: "system", job: "whereof from-archive" } as const;
        const ctx = createContext(runtime, { organizationId, actor });
        const { envelopeId } = wanted;
        const files = envelopeId
          ? await takeFromArchive(ctx, { envelopeId }).catch(elsewhere)
          : await takeRecords(ctx);
        if (!files) continue;
        const folder = envelopeId ? wanted.folder : path.join(wanted.folder, organizationId);
        mkdirSync(folder, { recursive: true });
        for (const { fileName, sha256, bytes } of files) {
          const hash = createHash("sha256");
          const hashed = async function* () {
            for await (const piece of bytes()) {
              hash.update(piece);
              yield piece;
            }
          };
          await pipeline(
            Readable.from(hashed()),
            createWriteStream(path.join(folder, fileName), { flags: "wx" }),
          );
          if (hash.digest("hex") !== sha256) throw new Error(`${fileName} is not what was stored`);
          io.write(`${sha256}  ${fileName}\n`);
        }
        if (envelopeId) return 0;
      }
      if (!wanted.envelopeId) return 0;
      io.write(`${sentenceOf("retention/not-archived")}\n`);
      return 1;
    } finally {
      await runtime.close();
    }
  } catch (error) {
    if (!isRefusal(error) && !(error instanceof ConfigError)) throw error;
    io.write(`${isRefusal(error) ? sentenceOf(error.code) : error.message}\n`);
    return 1;
  }
}

function elsewhere(error: unknown): null {
  if (isRefusal(error, "retention/not-archived")) return null;
  throw error;
}

/** No envelope for the records of organizations themselves. */
function readWanted(args: readonly string[]): { envelopeId: EnvelopeId | null; folder: string } | null {
  try {
    const options = { out: { type: "string" } } as const;
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options });
    const [envelope, ...others] = positionals;
    const id = envelope && parsePublicId("envelope", envelope);
    if ((!id && envelope !== "records") || others.length > 0 || !values.out) return null;
    return { envelopeId: id ? (id as EnvelopeId) : null, folder: path.resolve(values.out) };
  } catch {
    return null;
  }
}

import { closeSync, openSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import { ConfigError, readConfig } from "#lib/config.ts";
import { createContext, type WorkerContext } from "#lib/context.ts";
import { isRefusal } from "#lib/errors.ts";
import { listOrganizations } from "#lib/identity/list-organizations.ts";
import { exportRootKey, type RootKeyUse, removeRootKey, withRootKey } from "#lib/pki/root-key.ts";
import { openMasterKey } from "#lib/runtime.ts";
import { createWorkerRuntime } from "#worker/worker-runtime.ts";
import { settingsOfRunning } from "./running-product.mjs";
import { sentenceOf } from "./sentences.ts";

const USAGE = `whereof root export FILE
  Writes the root's key into FILE (PKCS#12, AES-256) and shows its passphrase, once for each root: the
  audit log says when. The key stays here.

whereof root remove FILE
  Opens FILE with the passphrase you type, then deletes the root's key here for good. A revocation list
  that lasts 400 days is left behind.

whereof root use FILE --for list|issuing|tsa|root
  Opens FILE for one operation: a new revocation list, or a new issuing, time-stamping or root authority.

Run it on a machine with the product's settings (DATABASE_URL, BASE_URL, DATA_DIR); the product keeps running.
0 done · 1 refused, with the reason · 64 called wrongly
`;

const PURPOSES = ["list", "issuing", "tsa", "root"] as const;

/** Where words go and passphrases come from. */
export interface RootIo {
  write(text: string): void;
  ask(question: string): Promise<string>;
}

/** Takes the root's key away into a file, and uses it from there. @returns the exit code */
export async function rootCommand(
  args: readonly string[],
  settings: Readonly<Record<string, string | undefined>>,
  io: RootIo = terminal(),
): Promise<number> {
  const wanted = readWanted(args);
  if (!wanted) {
    io.write(USAGE);
    return 64;
  }
  try {
    await withProduct(settings, io, (ctx) => run(ctx, wanted, io));
    return 0;
  } catch (error) {
    if (!isRefusal(error) && !(error instanceof ConfigError) && !isFileError(error)) throw error;
    io.write(`${isRefusal(error) ? sentenceOf(error.code) : (error as Error).message}\n`);
    return 1;
  }
}

type Wanted =
  | { readonly act: "export" | "remove"; readonly file: string }
  | { readonly act: "use"; readonly file: string; readonly purpose: RootKeyUse["purpose"] };

function readWanted(args: readonly string[]): Wanted | null {
  try {
    const options = { for: { type: "string" } } as const;
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options });
    const [act, file, ...others] = positionals;
    if (!file || others.length > 0) return null;
    if (act === "export" || act === "remove") return values.for === undefined ? { act, file } : null;
    const purpose = PURPOSES.find((known) => known === values.for);
    return act === "use" && purpose ? { act, file, purpose } : null;
  } catch {
    return null;
  }
}

const isFileError = (error: unknown): boolean =>
  error instanceof Error && "code" in error && /^E[A-Z]+$/.test(String(error.code)) && "path" in error;

async function withProduct(
  given: Readonly<Record<string, string | undefined>>,
  io: RootIo,
  work: (ctx: WorkerContext) => Promise<void>,
): Promise<void> {
  const runtime = await createWorkerRuntime(
    readConfig({ LOG_LEVEL: "error", ...(await settingsOfRunning(given)) }),
  );
  try {
    const [organizationId] = await listOrganizations(runtime);
    if (!organizationId) {
      io.write("Nobody has set the product up yet.\n");
      return;
    }
    const actor = { kind: "system", job: "whereof root" } as const;
    await work(createContext(runtime, { organizationId, actor }));
  } finally {
    await runtime.close();
  }
}

async function run(ctx: WorkerContext, wanted: Wanted, io: RootIo): Promise<void> {
  if (wanted.act === "export") {
    // It is handed out once: whether there is a place for it is seen before.
    const to = openSync(wanted.file, "wx", 0o600);
    let passphrase: string;
    try {
      const exported = await exportRootKey(ctx, await openMasterKey(ctx.runtime.config));
      writeFileSync(to, exported.bytes);
      ({ passphrase } = exported);
    } catch (error) {
      unlinkSync(wanted.file);
      throw error;
    } finally {
      closeSync(to);
    }
    io.write(`${wanted.file} holds the root's key. Its passphrase, shown this once:\n\n    ${passphrase}\n
Keep the two apart. Then run: whereof root remove ${wanted.file}\n`);
    return;
  }
  const file = new Uint8Array(readFileSync(wanted.file));
  const passphrase = (await io.ask("Passphrase: ")).trim();
  if (wanted.act !== "use") {
    await removeRootKey(ctx, { file, passphrase });
    io.write("The root's key is in the file and nowhere else.\n");
    return;
  }
  const { purpose } = wanted;
  await withRootKey(ctx, { file, passphrase, purpose });
  io.write("Done. The key was in memory for as long as that took.\n");
}

function terminal(): RootIo {
  return {
    write: (text) => void process.stdout.write(text),
    async ask(question) {
      const lines = createInterface({ input: process.stdin, output: process.stderr });
      try {
        return await lines.question(question);
      } finally {
        lines.close();
      }
    },
  };
}

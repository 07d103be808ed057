import { type ChildProcess, spawn } from "node:child_process";
import { access, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import {
  type ConvertedFile,
  conversionError,
  type OfficeConverter,
  type OfficeKind,
} from "#lib/ports/office.ts";
import { profileSettings } from "./profile-settings.ts";

export interface LibreOfficeSettings {
  /** The program; where Debian puts it unless given. */
  readonly program?: string;
  readonly timeoutMs?: number;
  /** Address space of the process. */
  readonly memoryBytes?: number;
  /** Of one file it writes. */
  readonly outputBytes?: number;
  /** How many run at once. */
  readonly size?: number;
  /** How many may wait. */
  readonly maxQueued?: number;
}

const PROGRAMS = ["/usr/bin/soffice", "/usr/local/bin/soffice", "/opt/libreoffice/program/soffice"];
const LAST_WORDS_LENGTH = 2_000;

/**
 * LibreOffice without its windows. Each file gets a fresh profile folder, a network namespace without any network
 * where the kernel grants one, and limits of the kernel on memory, time and output; all of its process group is ended
 * when its time is over.
 */
export function libreOffice(settings: LibreOfficeSettings = {}): OfficeConverter {
  const { timeoutMs = 60_000, memoryBytes = 4 * 1024 ** 3, outputBytes = 100 * 1024 ** 2 } = settings;
  const { size = 2, maxQueued = 20 } = settings;
  const waiting: (() => void)[] = [];
  let running = 0;
  let known: Promise<Installed> | null = null;

  async function turn<T>(work: () => Promise<T>): Promise<T> {
    if (running >= size) {
      if (waiting.length >= maxQueued) throw conversionError("busy", `${waiting.length} conversions wait`);
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running++;
    try {
      return await work();
    } finally {
      // Whoever waits takes this place over.
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  }

  async function convert(bytes: Uint8Array, kind: OfficeKind): Promise<ConvertedFile> {
    known ??= findInstalled(settings.program).catch((error: unknown) => {
      known = null;
      throw error;
    });
    const installed = await known;
    const folder = await mkdtemp(path.join(tmpdir(), "whereof-office-"));
    try {
      const [input, output] = [path.join(folder, `document.${kind}`), path.join(folder, "out")];
      const profile = path.join(folder, "profile");
      await mkdir(path.join(profile, "user"), { recursive: true, mode: 0o700 });
      await mkdir(output, { mode: 0o700 });
      await writeFile(path.join(profile, "user", "registrymodifications.xcu"), profileSettings());
      await writeFile(input, bytes, { mode: 0o600 });
      const limits = [
        `ulimit -v ${Math.floor(memoryBytes / 1024)}`,
        `ulimit -f ${Math.floor(outputBytes / 512)}`,
        `ulimit -t ${Math.ceil(timeoutMs / 1000)}`,
        "ulimit -c 0",
      ].join("; ");
      const child = spawn(
        "/bin/sh",
        [
          ...["-c", `${limits}; exec "$@"`, "sh", ...installed.isolation, installed.program, "--headless"],
          ...["--norestore", "--nolockcheck", "--nodefault", "--nologo", "--nofirststartwizard"],
          `-env:UserInstallation=${pathToFileURL(profile).href}`,
          ...["--convert-to", "pdf", "--outdir", output, input],
        ],
        // A group of its own, so that what it starts ends with it; nothing of our environment.
        {
          cwd: folder,
          detached: true,
          stdio: ["ignore", "ignore", "pipe"],
          env: { HOME: folder, TMPDIR: folder, LANG: "C.UTF-8", SAL_USE_VCLPLUGIN: "svp" } as never,
        },
      );
      const ended = await endOf(child, timeoutMs);
      if (ended.isLate) throw conversionError("timed-out", `LibreOffice was at it for ${timeoutMs} ms`);
      const file = path.join(output, "document.pdf");
      const made = await stat(file).catch(() => null);
      if (made && made.size >= outputBytes) throw conversionError("too-large", `${made.size} bytes`);
      if (ended.signal === "SIGXFSZ") throw conversionError("too-large", "it wrote more than it may");
      if (!made || made.size === 0 || ended.code !== 0)
        throw conversionError(
          "failed",
          `LibreOffice ended with ${ended.signal ?? ended.code}: ${ended.words}`,
        );
      return { pdf: new Uint8Array(await readFile(file)), by: installed.name };
    } finally {
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    }
  }

  return { convert: (bytes, kind) => turn(() => convert(bytes, kind)) };
}

interface Installed {
  readonly program: string;
  readonly name: string;
  /** What goes before the program to take the network away; nothing where the kernel refuses namespaces. */
  readonly isolation: readonly string[];
}

async function findInstalled(given: string | undefined): Promise<Installed> {
  let program: string | null = null;
  for (const candidate of given ? [given] : PROGRAMS)
    if (
      program === null &&
      (await access(candidate).then(
        () => true,
        () => false,
      ))
    )
      program = candidate;
  if (!program) throw conversionError("not-installed", `no program at ${given ?? PROGRAMS.join(", ")}`);
  const namespaces = ["unshare", "--user", "--map-root-user", "--net", "--kill-child", "--"];
  const said = await output([program, "--version"]);
  const version = /LibreOffice\s+([\d.]+)/.exec(said ?? "")?.[1];
  return {
    program,
    name: version ? `LibreOffice ${version}` : "LibreOffice",
    isolation: (await output([...namespaces, "true"])) === null ? [] : namespaces,
  };
}

/** What a command says; null when it fails. */
async function output([command, ...rest]: readonly string[]): Promise<string | null> {
  const child = spawn(command!, rest, {
    stdio: ["ignore", "pipe", "ignore"],
    detached: true,
    env: { PATH: "/usr/bin:/bin", HOME: tmpdir(), LANG: "C.UTF-8" } as never,
  });
  let said = "";
  child.stdout!.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-LAST_WORDS_LENGTH);
  });
  const { code, isLate } = await endOf(child, 10_000);
  return code === 0 && !isLate ? said : null;
}

interface End {
  readonly code: number | null;
  readonly signal: string | null;
  readonly isLate: boolean;
  readonly words: string;
}

/** How a child ended; after its time it is ended with all it started. */
function endOf(child: ChildProcess, timeoutMs: number): Promise<End> {
  return new Promise((resolve) => {
    let [isLate, words] = [false, ""];
    const timer = setTimeout(() => {
      isLate = true;
      try {
        process.kill(-child.pid!, "SIGKILL");
      } catch {
        child.kill("SIGKILL");
      }
    }, timeoutMs);
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      words = (words + text).slice(-LAST_WORDS_LENGTH);
    });
    child.on("error", (cause) => {
      clearTimeout(timer);
      resolve({ code: -1, signal: null, isLate, words: String(cause) });
    });
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, isLate, words });
    });
  });
}

import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

/** The rooms of lib/, left to right: a room imports itself and those before it. */
const ROOMS = [
  "ports", "audit", "pki", "pdf", "identity", "envelopes", "signing", "evidence", "delivery", "retention",
  "integrations",
]; // biome-ignore format: one row reads as the rule it states
const CORE_BASE = ["lib/bytes.ts", "lib/errors.ts", "lib/ids.ts"];
const root = import.meta.dirname;

interface Import {
  readonly from: string;
  readonly to: string;
}

const files = ["app", "bin", "components", "db", "lib", "worker"]
  .flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" }).map(
      (file) => `${folder}/${file}`,
    ),
  )
  .filter((file) => /\.(ts|tsx|mjs)$/.test(file));
const isTest = (file: string) => /\.test\.tsx?$/.test(file) || file.includes("testing");
const sources = files.filter((file) => !isTest(file));
const textOf = (file: string) => readFileSync(path.join(root, file), "utf8");

function importsOf(file: string): Import[] {
  const found = textOf(file).matchAll(/(?:from|import)\s*\(?\s*["']([^"']+)["']/g);
  return [...found].map(([, name]) => ({ from: file, to: resolve(file, name!) }));
}

function resolve(file: string, name: string): string {
  if (name.startsWith("#")) return name.slice(1);
  if (name.startsWith(".")) return path.posix.normalize(path.posix.join(path.posix.dirname(file), name));
  return name;
}

const imports = sources.flatMap(importsOf);
const roomOf = (file: string) => ROOMS.find((room) => file.startsWith(`lib/${room}/`));
const isCore = (file: string) => /^lib\/\w+\/core\//.test(file) || file.startsWith("lib/pdf/");
/** A room's table of refusals goes with its core. */
const isOwnErrors = (from: string, to: string) => to === `lib/${roomOf(from)}/errors.ts`;
const isAdapter = (file: string) => file.startsWith("lib/adapters/");
const isDoor = (file: string) => /^(app|worker|bin)\//.test(file);
const breaches = (rule: (edge: Import) => boolean) =>
  imports.filter(rule).map(({ from, to }) => `${from} imports ${to}`);

test("a room imports itself and the rooms to its left", () => {
  const isBreach = ({ from, to }: Import) => {
    const [own, other] = [roomOf(from), roomOf(to)];
    return own !== undefined && other !== undefined && ROOMS.indexOf(other) > ROOMS.indexOf(own);
  };
  expect(breaches(isBreach)).toEqual([]);
});

test("core decides alone: no database, network, files, clock or randomness", () => {
  const allowedBuiltIns = ["node:crypto", "node:zlib"];
  const isBreach = ({ from, to }: Import) =>
    isCore(from) &&
    ((to.startsWith("node:") && !allowedBuiltIns.includes(to)) ||
      (/^(lib|db|app|worker)\//.test(to) &&
        !isCore(to) &&
        !CORE_BASE.includes(to) &&
        !isOwnErrors(from, to) &&
        !isTypeOnlyPort(from, to)));
  expect(breaches(isBreach)).toEqual([]);
  const impure = sources.filter(
    (file) =>
      isCore(file) &&
      /Date\.now\(|new Date\(\)|Math\.random\(|randomBytes|randomUUID|getRandomValues|performance\.now/.test(
        textOf(file),
      ),
  );
  expect(impure).toEqual([]);
});

/** A key or a time-stamp is an argument to core, so core may name their types. */
function isTypeOnlyPort(from: string, to: string): boolean {
  const lines = textOf(from)
    .split(";")
    .filter((line) => line.includes(to));
  return to.startsWith("lib/ports/") && lines.every((line) => /import\s+type/.test(line));
}

test("doors call verbs, never a store, the database or an adapter", () => {
  const isBreach = ({ from, to }: Import) =>
    isDoor(from) &&
    !from.startsWith("bin/") &&
    from !== "worker/keys.ts" &&
    (/\/store\.ts$/.test(to) || /^db\//.test(to) || isAdapter(to));
  expect(breaches(isBreach)).toEqual([]);
});

test("adapters know ports, never rooms", () => {
  const isBreach = ({ from, to }: Import) =>
    isAdapter(from) && roomOf(to) !== undefined && roomOf(to) !== "ports";
  expect(breaches(isBreach)).toEqual([]);
});

test("only runtime.ts and sandbox.ts choose adapters, and only worker/keys.ts those of keys", () => {
  const isBreach = ({ from, to }: Import) =>
    isAdapter(to) &&
    !isAdapter(from) &&
    (to.startsWith("lib/adapters/keys/")
      ? from !== "worker/keys.ts"
      : !["lib/runtime.ts", "lib/sandbox.ts"].includes(from));
  expect(breaches(isBreach)).toEqual([]);
});

test("the web process cannot load a signing key", () => {
  const isBreach = ({ from, to }: Import) => from.startsWith("app/") && /^worker\//.test(to);
  expect(breaches(isBreach)).toEqual([]);
});

test("a store is private to its room", () => {
  const isBreach = ({ from, to }: Import) =>
    /^lib\/\w+\/.*store\.ts$/.test(to) && roomOf(from) !== roomOf(to);
  expect(breaches(isBreach)).toEqual([]);
});

test("only config.ts reads the environment", () => {
  const readers = sources.filter(
    (file) => /process\.env\b/.test(textOf(file)) && !/^bin\/.*\.mjs$/.test(file),
  );
  expect(readers.filter((file) => file !== "lib/config.ts")).toEqual([]);
});

test("browser code reaches components and core only", () => {
  const isBrowser = (file: string) =>
    file.startsWith("components/") || /^["']use client["']/.test(textOf(file));
  const isBreach = ({ from, to }: Import) =>
    isBrowser(from) &&
    /^(lib|db|worker)\//.test(to) &&
    !isCore(to) &&
    !CORE_BASE.includes(to) &&
    !textOf(from)
      .split(";")
      .filter((line) => line.includes(to))
      .every((line) => /import\s+type/.test(line));
  expect(breaches(isBreach)).toEqual([]);
});

test("no room has an index, a utils or a types file", () => {
  expect(files.filter((file) => /\/(index|utils|helpers|common|services|types)\.tsx?$/.test(file))).toEqual(
    [],
  );
});

/** What a file brings into a browser: values, and not what is a type alone or waits to be asked for. */
function valuesOf(file: string): string[] {
  const statements = textOf(file).matchAll(
    /^(?:import|export)\s+(?!type\b)([^;]*?)from\s*["']([^"']+)["']/gms,
  );
  return [...statements].flatMap(([, names, name]) => {
    const braces = /^\{([^}]*)\}\s*$/.exec(names!.trim())?.[1];
    const parts = braces?.split(",").map((part) => part.trim()) ?? [];
    const isTypes = parts.length > 0 && parts.every((part) => part === "" || part.startsWith("type "));
    return isTypes ? [] : [resolve(file, name!)];
  });
}

test("a signer's page takes no parser of input into the browser: it is a third of what the page may weigh", () => {
  const entries = sources.filter(
    (file) => file.startsWith("app/sign/") && /^["']use client["']/.test(textOf(file)),
  );
  const reached = new Map(entries.map((file) => [file, [file]]));
  // Actions stay on the server: a browser gets their names.
  for (const [file, way] of reached)
    for (const to of valuesOf(file))
      if (sources.includes(to) && !reached.has(to) && !/^["']use server["']/.test(textOf(to)))
        reached.set(to, [...way, to]);
  const ways = [...reached]
    .filter(([file]) => valuesOf(file).includes("zod"))
    .map(([, way]) => way.join(" > "));
  expect(entries.length).toBeGreaterThan(10);
  expect(ways).toEqual([]);
});

// npm run bench [signature] [log] [validate] [finish] [signing-page] …: sets up what the benchmarks need and runs them. A figure that
// misses its limit is printed as such; only a benchmark that breaks fails. "authorities:rates" runs one part of one alone.
import { spawnSync } from "node:child_process";
import os from "node:os";
import path from "node:path";
import { fail, ready, root } from "./setup.mjs";

process.chdir(root);
await ready();
const { withProduct } = await import("./product.mjs");
const BENCHMARKS = {
  signature: { needsProduct: false },
  authorities: { needsProduct: false },
  log: { needsProduct: false },
  validate: { needsProduct: false },
  package: { needsProduct: false },
  bulk: { needsProduct: false },
  search: { needsProduct: false },
  forms: { needsProduct: false },
  finish: { needsProduct: true },
  sealing: { needsProduct: true },
  "signing-page": { needsProduct: true },
  "signing-interactions": { needsProduct: true },
  editor: { needsProduct: true },
};
const parts = new Map();
for (const [name, part] of process.argv.slice(2).map((word) => word.split(":")))
  parts.set(name, [...(parts.get(name) ?? []), ...(part ? [part] : [])]);
const asked = [...parts.keys()];
const unknown = asked.filter((name) => !(name in BENCHMARKS));
if (unknown.length > 0)
  fail(`There is no benchmark ${unknown.join(", ")}, only ${Object.keys(BENCHMARKS).join(", ")}.`);
const names = asked.length > 0 ? asked : Object.keys(BENCHMARKS);
const env = {
  ...process.env,
  PATH: path.join(root, "node_modules/.bin") + path.delimiter + process.env.PATH,
  NEXT_TELEMETRY_DISABLED: "1",
};
delete env.NODE_ENV;

console.log(
  `${os.availableParallelism()} cores (${os.cpus()[0]?.model ?? "unknown"}), ${Math.round(os.totalmem() / 2 ** 30)} GB, Node ${process.version}, ${os.type()} ${os.release()}, load ${os.loadavg()[0].toFixed(1)}`,
);
for (const name of names.filter((name) => !BENCHMARKS[name].needsProduct)) run(name);
const onProduct = names.filter((name) => BENCHMARKS[name].needsProduct);
if (onProduct.length > 0)
  await withProduct(env, (visitor) => {
    for (const name of onProduct) run(name, visitor);
  });

function run(name, visitor = {}) {
  console.log(`\n${name}`);
  const { status } = spawnSync(
    process.execPath,
    ["--expose-gc", `bench/${name}.ts`, ...(parts.get(name) ?? [])],
    {
      stdio: "inherit",
      env: { ...env, ...visitor },
    },
  );
  if (status !== 0) throw new Error(`The benchmark ${name} broke (${status}).`);
}

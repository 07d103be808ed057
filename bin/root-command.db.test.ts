import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { rootCommand } from "./root-command.ts";

const product = testProduct();
const folder = mkdtempSync(path.join(tmpdir(), "whereof-root-"));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => path.join(folder, name);

async function run(...args: readonly string[]) {
  let text = "";
  const write = (more: string) => {
    text += more;
  };
  const code = await rootCommand(args, product().settings, { write, ask: async () => "" });
  return { code, text };
}

test("the root's key is written once, where there is a place for it, and that is on record", async () => {
  const owner = await (await product().newOrganization()).member("owner");
  await product().runtime.authorities();
  const exports = async () =>
    (await readChain(owner, null)).entries.filter(({ type }) => type === "root-key.exported").length;

  writeFileSync(at("taken.p12"), "something else");
  expect((await run("export", at("taken.p12"))).code).toBe(1);
  expect(await exports(), "what could not be kept never left").toBe(0);

  const first = await run("export", at("root.p12"));
  expect(first.code, first.text).toBe(0);
  expect(first.text).toMatch(/([A-Z2-9]{5}-){5}[A-Z2-9]/);
  expect(statSync(at("root.p12")).mode & 0o777).toBe(0o600);
  expect(await exports()).toBe(1);

  const second = await run("export", at("copy.p12"));
  expect([second.code, existsSync(at("copy.p12"))]).toEqual([1, false]);
  expect(second.text).toContain("written into a file already");
  expect(await exports()).toBe(1);
}, 60_000);

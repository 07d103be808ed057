import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testProduct } from "#db/testing.ts";
import { localMasterKey } from "#lib/adapters/master-key/local-master-key.ts";
import { appendEvent } from "#lib/audit/append-event.ts";
import { publishedCheckpoint } from "#lib/audit/published-log.ts";
import { sequenceLog } from "#lib/audit/sequence-log.ts";
import { signCheckpoint } from "#lib/audit/sign-checkpoint.ts";
import { inTransaction } from "#lib/context.ts";
import { createEnvelope } from "#lib/envelopes/create-envelope.ts";
import { verifyLogCommand } from "./verify-log-command.ts";

const product = testProduct();
const folder = mkdtempSync(path.join(tmpdir(), "whereof-verify-log-"));
let note = "";
const witness = createServer((request, response) => {
  if (request.url === "/log/checkpoint") response.end(note);
  else if (request.url === "/endless") response.end("x".repeat(70_000));
  else response.writeHead(404).end();
});
let address = "";

beforeAll(async () => {
  const { newOrganization, runtime, admin } = product();
  const ctx = await (await newOrganization()).member("owner");
  const envelopeId = await createEnvelope(ctx, { title: "Lease" });
  for (let index = 0; index < 5; index++)
    await inTransaction(ctx, (ctx) =>
      appendEvent(ctx, { type: "envelope.edited", envelopeId, data: { index } }),
    );
  await sequenceLog(runtime);
  await signCheckpoint(runtime);
  note = (await publishedCheckpoint(runtime))!.note;
  file("checkpoint.txt", note);
  const [root] = await admin`select certificate_der from authorities where kind = 'root'`;
  file("root.cer", root!.certificate_der as Buffer);
  await new Promise<void>((resolve) => witness.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(witness.address() as AddressInfo).port}`;
});
afterAll(() => {
  witness.close();
  rmSync(folder, { recursive: true });
});

function file(name: string, bytes: Uint8Array | string): string {
  writeFileSync(path.join(folder, name), bytes);
  return path.join(folder, name);
}
const at = (name: string) => path.join(folder, name);

async function run(args: readonly string[], settings: Readonly<Record<string, string>> = product().settings) {
  let text = "";
  const write = (more: string) => {
    text += more;
  };
  const code = await verifyLogCommand(args, { write, settings });
  return { code, text };
}

test("a log that holds is said to hold, and on what that rests", async () => {
  const { code, text } = await run([]);
  expect(code).toBe(0);
  expect(text).toMatch(/^The audit log holds/);
  expect(text).toMatch(/Checked: 6 events, 6 leaves, 1 checkpoint\./);
  expect(text).toMatch(/No checkpoint from outside was given/);
  expect(text).toMatch(/root certificate was taken from the database itself/);
});

test("without the master key it says what it did not look into, and it judges with no other", async () => {
  const elsewhere = mkdtempSync(path.join(folder, "no-key-"));
  const settings = { ...product().settings, DATA_DIR: elsewhere };
  const without = await run([], settings);
  expect(without.code).toBe(0);
  expect(without.text).toMatch(/^As far as it was checked, the audit log holds/);
  expect(without.text).toContain("Not checked: the personal values of 6 events. They are sealed");
  expect(existsSync(path.join(elsewhere, "master-key"))).toBe(false);
  const json = await run(["--json"], settings);
  expect(JSON.parse(json.text)).toMatchObject({ holds: true, unopenedCount: 6 });

  localMasterKey(path.join(elsewhere, "master-key"));
  const another = await run([], settings);
  expect(another.code).toBe(2);
  expect(another.text).toMatch(/is another master key than the one/);
  expect((await run([])).text).not.toContain("Not checked");
});

test("with a kept checkpoint and a kept root, from a file or from an address", async () => {
  for (const checkpoint of [at("checkpoint.txt"), `${address}/log/checkpoint`]) {
    const { code, text } = await run(["--checkpoint", checkpoint, "--trust", at("root.cer")]);
    expect(code).toBe(0);
    expect(text).toContain(`Compared with ${checkpoint}.`);
    expect(text).not.toMatch(/No checkpoint from outside|taken from the database/);
  }
});

test("an altered event is named and ends with 1, in words and as JSON", async () => {
  const { admin } = product();
  const [{ body }] = (await admin`select body from audit_events where sequence = 3`) as [{ body: string }];
  await admin`update audit_events set body = replace(body, '"index":2', '"index":9') where sequence = 3`;
  try {
    const { code, text } = await run(["--checkpoint", at("checkpoint.txt")]);
    expect(code).toBe(1);
    expect(text).toMatch(/^The audit log does not hold: 1 thing is wrong\./);
    expect(text).toMatch(/ {2}- Event 3 of envelope env_[0-9a-f]{32}: its text \(column body\) was altered/);
    const json = await run(["--json"]);
    expect(json.code).toBe(1);
    expect(JSON.parse(json.text)).toMatchObject({
      holds: false,
      size: 6,
      newest: { origin: "localhost/log", size: 6 },
      findings: [{ fault: "altered", table: "audit_events", column: "body" }],
    });
  } finally {
    await admin`update audit_events set body = ${body} where sequence = 3`;
  }
});

test("what cannot be told ends with 2 and says why", async () => {
  const cases: readonly [readonly string[], RegExp][] = [
    [["--checkpoint", at("missing.txt")], /missing\.txt cannot be read/],
    [["--checkpoint", file("poem.txt", "no checkpoint\n")], /This is no checkpoint of a log/],
    [["--checkpoint", `${address}/gone`], /answers 404/],
    [["--checkpoint", `${address}/endless`], /too long/],
    [["--checkpoint", "http://127.0.0.1:1/log/checkpoint"], /does not answer/],
    [["--trust", at("checkpoint.txt")], /is no certificate/],
    [["--trust", at("missing.cer")], /cannot be read/],
  ];
  for (const [args, why] of cases) {
    const { code, text } = await run(args);
    expect(code, text).toBe(2);
    expect(text).toMatch(why);
  }
  const away = { ...product().settings, DATABASE_URL: "postgres://a:b@127.0.0.1:1/none" };
  expect(await run([], away)).toMatchObject({
    code: 2,
    text: expect.stringMatching(/does not answer as it should \(\w+\)/),
  });
  expect(await run([], { DATA_DIR: folder })).toMatchObject({
    code: 2,
    text: expect.stringMatching(/There is no database in/),
  });
});

test("called wrongly it says how it is called", async () => {
  for (const args of [["file.pdf"], ["--checkpoints", "a"]]) {
    const { code, text } = await run(args);
    expect(code).toBe(64);
    expect(text).toMatch(/^whereof verify-log/);
  }
});

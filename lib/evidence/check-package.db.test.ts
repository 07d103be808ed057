import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { crc32 } from "node:zlib";
import { type Browser, chromium, type Page } from "@playwright/test";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findBrowser } from "#bin/product.mjs";
import { verifyCommand } from "#bin/verify-command.ts";
import { testProduct } from "#db/testing.ts";
import { concatBytes, fromUtf8, sourceOf, toUtf8 } from "#lib/bytes.ts";
import type { Context } from "#lib/context.ts";
import { verifierPage } from "#lib/verifier-page.ts";
import { checkPackage } from "./check-package.ts";
import { etsiList, GRANTED, QTST } from "./core/trust/testing.ts";
import { readZip } from "./core/zip/read-zip.ts";
import { writeZip } from "./core/zip/write-zip.ts";
import { requestPackage } from "./request-package.ts";
import { completed, packageBytes, readyPackage } from "./testing-package.ts";

const product = testProduct({ runsJobs: true });
const folder = mkdtempSync(path.join(tmpdir(), "whereof-check-"));
let owner: Context;
let bytes: Uint8Array;
let redacted: Uint8Array;
let completedAt: Date;

beforeAll(async () => {
  owner = await (await product().newOrganization()).member("owner");
  const envelopeId = await completed(owner);
  await readyPackage(owner, envelopeId);
  bytes = await packageBytes(owner, envelopeId);
  const id = await requestPackage(owner, { envelopeId, variant: "redacted" });
  await readyPackage(owner, envelopeId, id);
  redacted = await packageBytes(owner, envelopeId, id);
  completedAt = new Date();
}, 180_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const check = (zip: Uint8Array, now = new Date()) => checkPackage(sourceOf(zip), { anchors: [], now });
const faultsIn = (report: ReturnType<typeof check>) =>
  report.checks.filter(({ verdict }) => verdict !== "passed");

/** One bit in the middle of the bytes of each file. */
function* flips(zip: Uint8Array): Generator<{ name: string; changed: Uint8Array }> {
  for (const { name, source } of readZip(sourceOf(zip))) {
    const at = source.read(0, 1).byteOffset - zip.byteOffset + Math.floor(source.size / 2);
    const changed = zip.slice();
    changed[at] = changed[at]! ^ 4;
    yield { name, changed };
  }
}

/** The package with one file exchanged, and checksums that fit. */
async function exchanged(
  name: string,
  change: (bytes: Uint8Array) => Uint8Array | null,
): Promise<Uint8Array> {
  const files = readZip(sourceOf(bytes)).flatMap((member) => {
    const own = member.source.read(0, member.source.size).slice();
    const next = member.name === name ? change(own) : own;
    if (!next) return [];
    return [{ name: member.name, sizeBytes: next.length, crc32: crc32(next), open: () => [next] }];
  });
  const parts: Uint8Array[] = [];
  for await (const part of writeZip(files, completedAt)) parts.push(part.slice());
  return concatBytes(parts);
}

describe("without a browser", () => {
  test("a package as it was built holds in every check, redacted or not", () => {
    for (const zip of [bytes, redacted]) {
      const report = check(zip);
      expect(faultsIn(report)).toEqual([]);
      expect(report).toMatchObject({ verdict: "passed", exitCode: 0, damagedFiles: [] });
    }
    expect(check(bytes).checks.map(({ title }) => title)).toEqual([
      ...["Files", "Signature on the list of files"],
      ...["Signature on the package as an ASiC-E container", "Chain of events"],
      ...["Log of the installation", "Files and the events that recorded them"],
      ...["01-agreement/1-lease-signed.pdf"],
      ...["02-audit/audit-trail.pdf", "Certificates", "Revocation data"],
      "Signatures and time-stamps beside the documents",
    ]);
  });

  test("a trusted list counts for a package as it does for a document, for its purpose and time", async () => {
    const [row] = await product().admin`select certificate_der from authorities where kind = 'root'`;
    const certificateDer = new Uint8Array(row!.certificate_der as Buffer);
    const services = (from: string) => [
      { name: "Signatures", states: [[GRANTED, from]] as const, certificateDer },
      { name: "Time", type: QTST, states: [[GRANTED, from]] as const, certificateDer },
    ];
    const zip = path.join(folder, "listed.zip");
    writeFileSync(zip, bytes);
    const checked = async (xml: string) => {
      const list = path.join(folder, "list.xml");
      writeFileSync(list, xml);
      let text = "";
      const code = await verifyCommand([zip, "--trust-list", list, "--json"], {
        write: (more) => void (text += more),
      });
      return { code, report: JSON.parse(text) as ReturnType<typeof check> };
    };
    const good = await checked(etsiList({ services: services("2020-01-01T00:00:00Z") }));
    expect([good.code, good.report.verdict, good.report.trustAnchor!.isFromPackage]).toEqual([
      0,
      "passed",
      false,
    ]);
    for (const some of [services("2999-01-01T00:00:00Z"), services("2020-01-01T00:00:00Z").slice(0, 1)]) {
      const { code, report } = await checked(etsiList({ services: some }));
      expect([code, report.verdict]).toEqual([2, "indeterminate"]);
    }
  });

  test("three years later it still holds, and says of when what it rests on is", () => {
    const report = check(bytes, new Date(completedAt.getTime() + 3 * 365 * 86_400_000));
    expect(faultsIn(report)).toEqual([]);
    expect(report.checks[1]!.sentences.join(" ")).toContain("a newer status was not at hand");
  });

  test("one bit changed in any file names that file", () => {
    let count = 0;
    for (const { name, changed } of flips(bytes)) {
      const report = check(changed);
      expect([name, report.verdict, report.damagedFiles]).toEqual([name, "failed", [name]]);
      expect(report.summary).toContain(name);
      count++;
    }
    expect(count).toBeGreaterThan(50);
  }, 300_000);

  test.each([
    ["manifest.json", "Signature on the list of files"],
    ["02-audit/events.jsonl", "Files"],
    ["05-certificates/root.cer", "Package"],
  ])("a change of %s with checksums that fit is found all the same", async (name, title) => {
    const changed = await exchanged(name, (own) => {
      const next = own.slice();
      const at = Buffer.from(own).indexOf(name === "manifest.json" ? '"sizeBytes":' : "") + 12;
      next[at] = next[at] === 49 ? 50 : name === "manifest.json" ? 49 : next[at]! ^ 1;
      return next;
    });
    const report = check(changed);
    expect(report.verdict).toBe("failed");
    expect(faultsIn(report).map((one) => one.title)).toContain(title);
  });

  const CONTAINER = "Signature on the package as an ASiC-E container";
  test.each<[string, (own: Uint8Array) => Uint8Array | null, string]>([
    [
      "META-INF/ASiCManifest001.xml",
      (own) => fromUtf8(toUtf8(own).replace(/\n<asic:DataObj[^\n]*/, "")),
      "does not hold",
    ],
    ["META-INF/ASiCManifest001.xml", () => null, "does not list the files"],
    ["META-INF/signature001.p7s", () => null, "is not there"],
    ["META-INF/signature001.p7s", (own) => own.slice(0, -1), "cannot be read"],
    ["mimetype", () => fromUtf8("application/zip"), "does not begin with mimetype"],
  ])("as a container it does not hold with another %s", async (name, change, sentence) => {
    const report = check(await exchanged(name, change));
    expect(report.verdict).toBe("failed");
    const { verdict, sentences } = report.checks.find(({ title }) => title === CONTAINER)!;
    expect([verdict, sentences.join(" ")]).toEqual(["failed", expect.stringContaining(sentence)]);
  });

  test("a signature of another list, whole in itself, is not taken for the container's", async () => {
    const other = readZip(sourceOf(bytes)).find(({ name }) => name === "manifest.p7s")!.source;
    const report = check(await exchanged("META-INF/signature001.p7s", () => other.read(0, other.size)));
    expect(faultsIn(report).map(({ title }) => title)).toEqual([CONTAINER]);
  });

  const edited = (change: (text: string) => string) => (own: Uint8Array) => fromUtf8(change(toUtf8(own)));
  test.each<[string, (own: Uint8Array) => Uint8Array | null, string]>([
    [
      "02-audit/log-proof.json",
      edited((text) => text.replace(/"leafIndex": (\d+)/, (_, at) => `"leafIndex": ${Number(at) + 1}`)),
      "is not in the log that the checkpoint was signed over",
    ],
    [
      "02-audit/log-proof.json",
      edited((text) => text.replace(/"entry": "[0-9a-f]{8}/, '"entry": "00000000')),
      "is about another event",
    ],
    ["02-audit/log-proof.json", edited(() => "null"), "cannot be read"],
    ["02-audit/log-proof.json", () => null, "carries no proof"],
    [
      "02-audit/checkpoint.txt",
      edited((text) => text.replace(/\n\d+\n/, "\n999999\n")),
      "is not signed by the key of a log",
    ],
    ["02-audit/checkpoint.txt", () => null, "checkpoint.txt is not there"],
    ["02-audit/checkpoint.tst", (own) => own.slice(0, -1), "cannot be read"],
    ["05-certificates/log.cer", () => null, "is not signed by the key of a log"],
  ])("the place in the log is proven from %s, and from nothing else", async (name, change, sentence) => {
    const report = check(await exchanged(name, change));
    const { verdict, sentences } = report.checks.find(({ title }) => title === "Log of the installation")!;
    expect([verdict === "passed", sentences.join(" ")]).toEqual([false, expect.stringContaining(sentence)]);
  });

  test("a file that is taken out, and one that is put in, are named", async () => {
    const without = check(await exchanged("03-identity/1-ana-ruiz.json", () => null));
    expect(without).toMatchObject({ verdict: "failed", damagedFiles: ["03-identity/1-ana-ruiz.json"] });
    const files = readZip(sourceOf(bytes)).map(({ name, sizeBytes, crc32, source }) => ({
      ...{ name, sizeBytes, crc32 },
      open: () => [source.read(0, source.size)],
    }));
    const more = fromUtf8("more");
    const extra = { name: "01-agreement/more.txt", sizeBytes: 4, crc32: crc32(more), open: () => [more] };
    const parts: Uint8Array[] = [];
    for await (const part of writeZip([...files, extra], completedAt)) parts.push(part.slice());
    expect(check(concatBytes(parts))).toMatchObject({
      verdict: "failed",
      damagedFiles: ["01-agreement/more.txt"],
    });
  });

  test("believing in another certificate, nothing is confirmed", async () => {
    const stranger = check(bytes);
    const { trustAnchorOf } = await import("#lib/pki/core/validation/path.ts");
    const { testWorld } = await import("#lib/pki/core/testing.ts");
    const anchors = [trustAnchorOf((await testWorld()).root.certificateDer)];
    const report = checkPackage(sourceOf(bytes), { anchors, now: new Date() });
    expect(report.verdict).toBe("indeterminate");
    expect(stranger.trustAnchor).toMatchObject({ isFromPackage: true });
  });

  test.each([
    ["nothing", new Uint8Array()],
    ["another file", fromUtf8("%PDF-1.7")],
  ])("%s is no package, and that is said", (_, zip) => {
    expect(check(zip)).toMatchObject({ verdict: "failed", package: null, damagedFiles: [] });
  });
});

describe("on the command line", () => {
  async function run(zip: Uint8Array, ...options: readonly string[]) {
    const file = path.join(folder, "package.zip");
    writeFileSync(file, zip);
    let text = "";
    const write = (more: string) => {
      text += more;
    };
    return { code: await verifyCommand([file, ...options], { write }), text };
  }

  test("a package holds, in words and as JSON, and a changed one names its file", async () => {
    const { code, text } = await run(bytes);
    expect(code).toBe(0);
    expect(text).toMatch(/^Everything in this package holds\.\n/);
    for (const { sentences } of check(bytes).checks)
      for (const sentence of sentences) expect(text).toContain(sentence);
    const json = await run(bytes, "--json");
    expect(JSON.parse(json.text)).toMatchObject({ format: "whereof-package-check/1", verdict: "passed" });
    const [, second] = flips(bytes);
    const changed = await run(second!.changed);
    expect(changed.code).toBe(1);
    expect(changed.text).toContain(`This package was changed: ${second!.name}.`);
  }, 180_000);
});

describe("in a browser without a network", () => {
  let browser: Browser;
  let page: Page;
  const asked: string[] = [];

  beforeAll(async () => {
    const found = await findBrowser();
    browser = await chromium.launch({ executablePath: found.path, args: ["--no-sandbox"] });
    const context = await browser.newContext({ offline: true });
    page = await context.newPage();
    page.on("request", (request) => asked.push(request.url()));
    writeFileSync(path.join(folder, "verifier.html"), await verifierPage());
    await page.goto(`file://${folder}/verifier.html`);
  }, 180_000);
  afterAll(() => browser?.close());

  async function verdictOf(zip: Uint8Array): Promise<{ verdict: string | null; text: string }> {
    const buffer = Buffer.from(zip);
    await page.evaluate(() => document.getElementById("result")?.replaceChildren());
    await page
      .getByLabel("Drop the ZIP file here")
      .setInputFiles({ name: "package.zip", mimeType: "application/zip", buffer });
    const banner = page.locator("#result .verdict");
    await banner.waitFor({ timeout: 60_000 });
    return { verdict: await banner.getAttribute("data-verdict"), text: (await banner.textContent()) ?? "" };
  }

  test("the page in the package is this one, and it says that the package holds, in the same words", async () => {
    const inside = readZip(sourceOf(bytes)).find(({ name }) => name === "verifier.html")!;
    expect(Buffer.from(inside.source.read(0, inside.source.size)).toString()).toBe(await verifierPage());
    for (const zip of [bytes, redacted]) {
      expect(await verdictOf(zip)).toMatchObject({
        verdict: "passed",
        text: expect.stringContaining("Everything in this package holds."),
      });
      const shown = await page.locator("#result details").evaluateAll((all) =>
        all.map((one) => ({
          title: one.querySelector(".title")?.textContent,
          sentences: [...one.querySelectorAll("li")].map((item) => item.textContent),
        })),
      );
      expect(shown).toEqual(check(zip).checks.map(({ title, sentences }) => ({ title, sentences })));
    }
  }, 180_000);

  test("one bit changed in any file names that file", async () => {
    for (const { name, changed } of flips(bytes)) {
      const { verdict, text } = await verdictOf(changed);
      expect([name, verdict, text.includes(`changed: ${name}.`)]).toEqual([name, "failed", true]);
    }
  }, 600_000);

  test("nothing was asked of any server", () => {
    expect(asked.filter((url) => !url.startsWith("file://") && !url.startsWith("blob:"))).toEqual([]);
  });
});

import { afterAll, beforeAll, expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { signCheckpoint } from "#lib/audit/sign-checkpoint.ts";
import { fromBase64, fromUtf8, sha256, toHex } from "#lib/bytes.ts";
import { createContext } from "#lib/context.ts";
import { inFolder, run } from "#lib/pdf/testing.ts";
import { lineBreak } from "../core/stamp-line.ts";
import { requestReport } from "../reports/request-report.ts";
import { completed, readyPackage } from "../testing-package.ts";
import { downloadStamps, listStamps } from "./list-stamps.ts";
import { renewRecords } from "./renew-records.ts";

const product = testProduct({ runsJobs: true });
const YEAR_MS = 365.25 * 86_400_000;
let aheadMs = 0;
const goTo = (years: number) => {
  aheadMs = years * YEAR_MS;
};
beforeAll(() => {
  Object.assign(product().runtime, { now: () => new Date(Date.now() + aheadMs) });
});
afterAll(() => goTo(0));

interface Line {
  readonly files: { name: string; sha256: string }[];
  readonly brokenAt: number | null;
  readonly stamps: readonly {
    readonly number: number;
    readonly statement: string | null;
    readonly token: string | null;
    readonly statusText: string | null;
  }[];
}

test("packages, reports and the log's checkpoint get time-stamps over theirs while those can be checked", async () => {
  const { runtime, newOrganization } = product();
  const organization = await newOrganization();
  const owner = await organization.member("owner");
  const envelopeId = await completed(owner);
  const { id: packageId } = await readyPackage(owner, envelopeId);
  const day = new Date().toISOString().slice(0, 10);
  const reportId = await requestReport(owner, { kind: "access", from: day, to: day });
  await expect
    .poll(() => product().admin`select from reports where id = ${reportId} and state = 'ready'`, {
      timeout: 60_000,
    })
    .toHaveLength(1);
  await signCheckpoint(runtime);
  const actor = { kind: "system", job: "schedule" } as const;
  const worker = createContext(runtime, { organizationId: organization.id, actor });

  expect(await renewRecords(worker)).toBe(0);
  const before = await listStamps(owner);
  expect(before.renewals).toBe(0);
  expect(before.stamps.map(({ kind }) => kind)).toEqual(expect.arrayContaining(["package", "report"]));
  goTo(3);
  expect(await renewRecords(worker)).toBe(0);
  goTo(4.5);
  expect(await renewRecords(worker)).toBeGreaterThanOrEqual(3);
  expect(await renewRecords(worker)).toBe(0);
  const after = await listStamps(owner);
  for (const kind of ["package", "report", "checkpoint"]) {
    const [own, renewed] = [before, after].map(({ stamps }) => stamps.find((one) => one.kind === kind));
    expect([kind, renewed!.renewals]).toEqual([kind, 1]);
    if (own) expect(renewed!.until.getTime()).toBeGreaterThan(own.until.getTime());
  }

  const { root } = await runtime.authorities();
  for (const [kind, subject] of [
    ["package", packageId],
    ["report", reportId],
  ] as const) {
    const { bytes } = await downloadStamps(owner, { kind, subject });
    const line = (await new Response(bytes).json()) as Line;
    expect(line.brokenAt).toBeNull();
    const [own, first] = line.stamps;
    expect(JSON.parse(first!.statement!)).toMatchObject({
      record: { kind, files: line.files },
      tokenBeforeSha256: toHex(sha256(fromBase64(own!.token!))),
      statusSha256: toHex(sha256(fromUtf8(first!.statusText!))),
    });
    // As a stranger checks it, with the words that stand in the file.
    const told = inFolder((file) => {
      const pem = run("openssl", ["x509", "-inform", "DER"], root.certificateDer).stdout;
      const [data, token] = [file("s.json", fromUtf8(first!.statement!)), fromBase64(first!.token!)];
      const args = ["-data", data, "-in", file("t.der", token), "-token_in", "-CAfile", file("r.pem", pem)];
      return run("openssl", [
        "ts",
        "-verify",
        ...args,
        "-attime",
        String(Math.round((Date.now() + aheadMs) / 1000)),
      ]).text;
    });
    expect(told).toContain("Verification: OK");
    // Whoever changes one thing breaks the line.
    const stamps = line.stamps.map(({ token, statusText: status, ...one }) => ({
      ...{ ...one, status },
      token: token === null ? null : fromBase64(token),
    }));
    const record = { kind, subject, files: line.files };
    expect(lineBreak(record, stamps)).toBeNull();
    expect(lineBreak({ ...record, files: [{ ...line.files[0]!, sha256: "0".repeat(64) }] }, stamps)).toBe(1);
    expect(lineBreak(record, [{ ...stamps[0]!, token: stamps[1]!.token }, stamps[1]!])).toBe(1);
    expect(lineBreak(record, [stamps[0]!, { ...stamps[1]!, status: "{}" }])).toBe(1);
  }

  const { entries, brokenAt } = await readChain(owner, null);
  expect(brokenAt).toBeNull();
  const told = entries.filter(({ type }) => type === "record-stamp.renewed").map(({ data }) => data.kind);
  expect(told).toEqual(expect.arrayContaining(["package", "report", "checkpoint"]));

  const stranger = await (await newOrganization()).member("owner");
  expect((await listStamps(stranger)).stamps.filter(({ kind }) => kind !== "checkpoint")).toEqual([]);
  expect(await refusalOf(downloadStamps(stranger, { kind: "package", subject: packageId }))).toBe(
    "evidence/not-found",
  );
  const sender = await organization.member("sender");
  expect(await refusalOf(listStamps(sender))).toBe("authorize/not-allowed");
}, 300_000);

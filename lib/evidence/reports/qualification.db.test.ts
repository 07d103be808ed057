import { expect, test } from "vitest";
import { testProduct } from "#db/testing.ts";
import { createContext, type WorkerContext } from "#lib/context.ts";
import { completed } from "#lib/evidence/testing-package.ts";
import { pdfsig } from "#lib/evidence/testing-sealed.ts";
import { wordsIn } from "#lib/pdf/testing.ts";
import { collectReport } from "./collect-report.ts";
import { downloadReport } from "./download-report.ts";
import { listReports } from "./list-reports.ts";
import { requestReport } from "./request-report.ts";

const product = testProduct({ runsJobs: true });
const today = () => new Date().toISOString().slice(0, 10);

test("what is installed is told, its trials are run, and the paper is sealed", async () => {
  const organization = await product().newOrganization();
  const owner = await organization.member("owner");
  await completed(owner);
  await requestReport(owner, { kind: "qualification", from: today(), to: today() });
  const made = async () => (await listReports(owner)).reports.find(({ isReady }) => isReady);
  await expect.poll(made, { timeout: 60_000 }).toBeTruthy();
  const { id } = (await made())!;
  const bytesOf = async (form: "pdf" | "json") => {
    const { bytes } = await downloadReport(owner, { reportId: id, form });
    return new Uint8Array(Buffer.concat(await Array.fromAsync(bytes)));
  };
  const { rows, numbers } = JSON.parse(Buffer.from(await bytesOf("json")).toString()) as {
    rows: { cells: string[] }[];
    numbers: { key: string; value: number }[];
  };
  const failed = rows.filter(({ cells }) => cells.at(-1) === "failed");
  expect(failed).toEqual([]);
  expect(numbers.find(({ key }) => key === "trialsPassed")!.value).toBeGreaterThan(12);
  const found = (what: string) => rows.find(({ cells }) => cells[1]!.includes(what))!.cells[3];
  expect(found("validated")).toMatch(/: passed$/);
  expect(found("one bit changed")).toBe("failed");
  expect(found("Changing an event")).toBe("Answer 42501");
  expect(found("From the last signature")).toMatch(/^1 envelope: [\d.]+ s$/);
  const pdf = await bytesOf("pdf");
  expect(pdfsig(pdf)).toContain("Signature is Valid");
  expect(wordsIn(pdf)).toContain("FIPS 180-4");
  const { authSecret, database } = product().runtime.config;
  for (const secret of [authSecret, database.url, new URL(database.url).password].filter((one) => one !== ""))
    expect(JSON.stringify(rows)).not.toContain(secret);
}, 120_000);

test("a trial that does not come out, or cannot be run, is a failure with its reason", async () => {
  const organization = await product().newOrganization();
  const { runtime } = product();
  const actor = { kind: "system", job: "test" } as const;
  const outcomes = async (ctx: WorkerContext) =>
    (await collectReport(ctx, "qualification", { from: today(), to: today() })).rows
      .filter(({ cells }) => cells[4] === "failed")
      .map(({ cells }) => [cells[1], cells[3]]);
  const system = createContext(runtime, { organizationId: organization.id, actor });
  expect(await outcomes(system)).toEqual([]);
  const { admin } = product();
  const [{ role }] = (await admin`select grantee as role from information_schema.role_table_grants
    where table_name = 'audit_events' and grantee <> current_user limit 1`) as unknown as [{ role: string }];
  // The organization's chain as somebody who owns the tables could make it, and rights somebody gave by mistake.
  await admin.begin(async (sql) => {
    await sql`set local session_replication_role = replica`;
    await sql`update audit_events set body = replace(body, '"v', '"w')
      where chain_id = ${organization.id} and sequence = 0`;
  });
  await admin`grant update on audit_events to ${admin(role)}`;
  try {
    expect(await outcomes(system)).toEqual([
      ["Changing an event of the audit chain, as the program", "Answer -"],
      ["The organization’s audit chain, computed anew", expect.stringMatching(/broken at 0$/)],
    ]);
  } finally {
    await admin`revoke update on audit_events from ${admin(role)}`;
  }
}, 120_000);

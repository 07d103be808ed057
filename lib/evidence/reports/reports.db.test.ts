import { mkdirSync, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { type Context, createContext } from "#lib/context.ts";
import { openOutboxMail, readOutbox } from "#lib/delivery/read-outbox.ts";
import { signIn } from "#lib/identity/sign-in.ts";
import { type EnvelopeId, publicId, type ReportId } from "#lib/ids.ts";
import { inFolder, run } from "#lib/pdf/testing.ts";
import { REPORT_KINDS, type RunnableReport } from "../core/reports/report-content.ts";
import { download } from "../download.ts";
import { closeReview, decideAccess, listReviews, openReview } from "../reviews/review-access.ts";
import { completed } from "../testing-package.ts";
import { validatedByUs } from "../testing-sealed.ts";
import { downloadReport } from "./download-report.ts";
import { getReport, listReports, type ReportForm } from "./list-reports.ts";
import { noteLateReports, orderDueReports, requestReport, scheduleReport } from "./request-report.ts";

const product = testProduct({ runsJobs: true });

let organization: Awaited<ReturnType<ReturnType<typeof product>["newOrganization"]>>;
let owner: Context;
let counsel: Context;
let envelopeId: EnvelopeId;

const today = new Date().toISOString().slice(0, 10);
const period = { from: today, to: today };

async function built(ctx: Context, reportId: ReportId) {
  for (let tries = 0; tries < 1200; tries++) {
    const report = await getReport(ctx, { reportId });
    if (report.content) return { ...report, content: report.content };
    await pause(50);
  }
  throw new Error("the report does not get ready");
}

const bytesOf = async (reportId: ReportId, form: ReportForm) => {
  const { bytes } = await downloadReport(owner, { reportId, form });
  return new Uint8Array(await new Response(bytes).arrayBuffer());
};
const reportOf = async (kind: RunnableReport) =>
  built(counsel, await requestReport(counsel, { kind, ...period }));
const numbersOf = ({ content }: Awaited<ReturnType<typeof reportOf>>) =>
  Object.fromEntries(content.numbers.map(({ key, value }) => [key, value]));

beforeAll(async () => {
  organization = await product().newOrganization();
  owner = await organization.member("owner");
  counsel = await organization.member("counsel");
  envelopeId = await completed(owner);
  const { bytes } = await download(counsel, { envelopeId, wanted: { kind: "audit-trail" } });
  await bytes.cancel();
}, 180_000);

describe("a report", () => {
  test.for(REPORT_KINDS)("on %s is one sealed PDF with the same rows as CSV and JSON", async (kind) => {
    const { id, content, rowCount, sha256 } = await reportOf(kind);
    expect(rowCount).toBe(content.rows.length);
    const pdf = await bytesOf(id, "pdf");
    if (process.env.KEEP_REPORTS) {
      mkdirSync(process.env.KEEP_REPORTS, { recursive: true });
      writeFileSync(`${process.env.KEEP_REPORTS}/${kind}.pdf`, pdf);
    }
    const look = (program: string, args: (file: string) => string[]) =>
      inFolder((file) => run(program, args(file("a.pdf", pdf)))).text;
    expect(look("pdfsig", (file) => [file])).toContain("Signature is Valid.");
    expect(look("qpdf", (file) => ["--check", file])).toContain("No syntax or stream encoding errors");
    expect(look("mutool", (file) => ["info", file])).toMatch(/Pages: \d/);
    expect(await validatedByUs(product().runtime, pdf)).toMatchObject({
      verdict: "passed",
      file: { sha256 },
    });
    const csv = new TextDecoder().decode(await bytesOf(id, "csv"));
    expect(csv.trimEnd().split("\r\n")).toHaveLength(content.rows.length + 1);
    expect(JSON.parse(new TextDecoder().decode(await bytesOf(id, "json")))).toEqual(content);
  });

  test("on access lists everybody with their role, and counts who may what", async () => {
    const report = await reportOf("access");
    const cells = report.content.rows.map((row) => row.cells.slice(0, 3).join(" "));
    expect(cells.some((text) => text.startsWith("Olivia counsel") && text.endsWith("Counsel"))).toBe(true);
    expect(numbersOf(report)).toEqual({ members: 2, owners: 1, readers: 2 });
  });

  test("on sign-ins counts those that were refused", async () => {
    const { runtime } = product();
    const email = owner.actor.kind === "member" ? owner.actor.email : "";
    const request = { ip: "198.51.100.9", userAgent: "a test" };
    for (let count = 0; count < 2; count++)
      expect(await refusalOf(signIn({ runtime, request }, { email, password: "not the password" }))).toBe(
        "identity/sign-in-refused",
      );
    const report = await reportOf("sign-ins");
    expect(numbersOf(report)).toMatchObject({ refused: 2, locked: 0, addresses: 1 });
    expect(report.content.rows[0]!.cells).toContain("198.51.100.9");
    expect(report.content.rows[0]!.address).toMatch(/^\/audit\/events\/evt_[0-9a-f]{32}$/);
  });

  test("on downloads tells who took what, members and people who sign", async () => {
    const report = await reportOf("exports");
    expect(numbersOf(report).downloads).toBeGreaterThan(0);
    expect(report.content.rows.some(({ cells }) => cells.join(" ").includes("Lease 12B - audit trail"))).toBe(
      true,
    );
  });

  test("on validation finds the document that was altered in the store", async () => {
    const before = await reportOf("validation");
    expect(numbersOf(before)).toEqual({ envelopes: 1, documents: 1, failed: 0, waiting: 0 });
    const { admin, folder } = product();
    const [row] =
      await admin`select file_key from document_revisions r join documents d on d.id = r.document_id
      where d.envelope_id = ${envelopeId} order by r.number desc limit 1`;
    const { readFileSync } = await import("node:fs");
    const path = `${folder}/files/${row!.file_key as string}`;
    const kept = readFileSync(path);
    const altered = Uint8Array.from(kept);
    altered[altered.length - 40]! ^= 1;
    writeFileSync(path, altered);
    const after = await reportOf("validation");
    writeFileSync(path, kept);
    expect(numbersOf(after)).toMatchObject({ documents: 1, failed: 1 });
    expect(after.content.rows[0]!.cells.at(-1)).toMatch(/^failed/);
  });

  test("is for owners, admins and counsel, in their organization, and every download is an event", async () => {
    const { id } = await reportOf("keys");
    for (const role of ["sender", "viewer"] as const) {
      const ctx = await organization.member(role);
      expect(await refusalOf(listReports(ctx)), role).toBe("authorize/not-allowed");
      expect(await refusalOf(downloadReport(ctx, { reportId: id, form: "pdf" }))).toBe(
        "authorize/not-allowed",
      );
    }
    const stranger = await (await product().newOrganization()).member("owner");
    expect(await refusalOf(getReport(stranger, { reportId: id }))).toBe("evidence/not-found");
    await bytesOf(id, "csv");
    const { entries } = await readChain(owner, null);
    expect(entries.findLast(({ type }) => type === "evidence.downloaded")).toMatchObject({
      data: { kind: "report", report: id },
    });
    expect(entries.filter(({ type, data }) => type === "report.built" && data.report === id)).toHaveLength(1);
  });
});

test("a scheduled report is made once for each period that ends after it was scheduled", async () => {
  const idOf = ({ actor }: Context) => (actor.kind === "member" ? actor.memberId : "");
  const recipients = [idOf(counsel)];
  await scheduleReport(owner, { kind: "access", cadence: "monthly", recipients });
  const sender = idOf(await organization.member("sender"));
  expect(
    await refusalOf(scheduleReport(owner, { kind: "access", cadence: "monthly", recipients: [sender] })),
  ).toBe("evidence/report-recipient-wrong");
  expect((await listReports(owner)).schedules).toEqual({ access: { cadence: "monthly", recipients } });
  expect((await listReports(owner)).readers.map(({ id }) => id)).not.toContain(sender);
  const { runtime } = product();
  const at = (now: Date) => ({
    ...createContext(runtime, { organizationId: organization.id, actor: { kind: "system", job: "test" } }),
    now: () => now,
  });
  const scheduled = async () => (await listReports(owner)).reports.filter(({ isScheduled }) => isScheduled);
  await orderDueReports(at(new Date()));
  expect(await scheduled()).toEqual([]);
  const next = new Date();
  next.setUTCMonth(next.getUTCMonth() + 1, 3);
  for (let count = 0; count < 3; count++) await orderDueReports(at(next));
  const [only, ...others] = await scheduled();
  expect(others).toEqual([]);
  expect(only).toMatchObject({ kind: "access", from: `${today.slice(0, 7)}-01` });
  await built(owner, only!.id);
  const mails = async () =>
    ((await readOutbox(owner)) ?? []).filter(({ subject }) => /^Report/.test(subject));
  await expect.poll(async () => (await mails()).length, { timeout: 30_000 }).toBe(1);
  const [mail] = await mails();
  expect(mail!.subject).toMatch(/^Report ready: Who has access/);
  const { text } = await openOutboxMail(owner, { mailId: mail!.id });
  expect(JSON.stringify(mail)).toContain(counsel.actor.kind === "member" ? counsel.actor.email : "?");
  expect(text).toContain(`/reports/${publicId("report", only!.id)}`);
  // One that is not made within a day is late, once, and whoever waits for it hears that.
  await product().admin`update reports set state = 'waiting' where id = ${only!.id}`;
  const dayAfter = at(new Date(next.getTime() + 90_000_000));
  for (let count = 0; count < 2; count++) await noteLateReports(dayAfter);
  await expect.poll(async () => (await mails()).length, { timeout: 30_000 }).toBe(2);
  expect((await mails()).map(({ subject }) => subject)).toContainEqual(expect.stringMatching(/^Report late/));
  await product().admin`update reports set state = 'ready' where id = ${only!.id}`;
  await scheduleReport(owner, { kind: "access", cadence: null });
  next.setUTCMonth(next.getUTCMonth() + 1);
  await orderDueReports(at(next));
  expect(await scheduled()).toHaveLength(1);
});

describe("an access review", () => {
  test("confirms or takes out everybody, and ends as a sealed record", async () => {
    const leaving = await organization.member("viewer");
    const leavingId = leaving.actor.kind === "member" ? leaving.actor.memberId : ("" as never);
    await openReview(owner);
    expect(await refusalOf(openReview(owner))).toBe("evidence/review-open");
    const { open } = await listReviews(owner);
    const reviewId = open!.id;
    expect(await refusalOf(closeReview(owner, { reviewId }))).toBe("evidence/review-undecided");
    const ownId = owner.actor.kind === "member" ? owner.actor.memberId : ("" as never);
    expect(await refusalOf(decideAccess(owner, { reviewId, memberId: ownId, decision: "removed" }))).toBe(
      "evidence/review-self",
    );
    for (const { memberId } of open!.items) {
      const decision = memberId === leavingId ? "removed" : "kept";
      const reason = decision === "removed" ? "left in October" : "needed for their work";
      await decideAccess(owner, { reviewId, memberId, decision, reason });
    }
    expect(await refusalOf(decideAccess(owner, { reviewId, memberId: leavingId, decision: "kept" }))).toBe(
      "evidence/review-decided",
    );
    await closeReview(owner, { reviewId });
    expect(await refusalOf(closeReview(owner, { reviewId }))).toBe("evidence/review-closed");

    const { closed } = await listReviews(owner);
    const record = await built(owner, closed[0]!.reportId);
    expect(numbersOf(record)).toMatchObject({ members: open!.items.length, removed: 1 });
    expect(record.content.rows.map(({ cells }) => cells.join("|"))).toContainEqual(
      expect.stringMatching(/Viewer\|.*\|taken out\|Olivia owner\|left in October$/),
    );
    const pdf = await bytesOf(record.id, "pdf");
    expect(inFolder((file) => run("pdfsig", [file("a.pdf", pdf)])).text).toContain("Signature is Valid.");

    const [row] = await product().admin`select removed_at from members where id = ${leavingId}`;
    expect(row!.removed_at).not.toBeNull();
    const types = (await readChain(owner, null)).entries.map(({ type }) => type);
    for (const type of [
      "access-review.opened",
      "access-review.decided",
      "member.removed",
      "access-review.closed",
    ])
      expect(types).toContain(type);
  });

  test("is for owners and admins of the organization", async () => {
    for (const ctx of [counsel, await organization.member("viewer")]) {
      expect(await refusalOf(openReview(ctx))).toBe("authorize/not-allowed");
      expect(await refusalOf(listReviews(ctx))).toBe("authorize/not-allowed");
    }
    await openReview(owner);
    const { open } = await listReviews(owner);
    const stranger = await (await product().newOrganization()).member("owner");
    const { memberId } = open!.items[0]!;
    const input = { reviewId: open!.id, memberId, decision: "kept" } as const;
    expect(await refusalOf(decideAccess(stranger, input))).toBe("evidence/not-found");
    // An admin cannot take an owner out, and nothing is decided by trying.
    const admin = await organization.member("admin");
    const ownerId = owner.actor.kind === "member" ? owner.actor.memberId : ("" as never);
    expect(await refusalOf(decideAccess(admin, { ...input, memberId: ownerId, decision: "removed" }))).toBe(
      "authorize/not-allowed",
    );
    expect((await listReviews(owner)).open!.items.every(({ decision }) => decision === null)).toBe(true);
  });
});

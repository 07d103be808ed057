import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { archiveCommand } from "#bin/archive-command.ts";
import { refusalOf, testProduct } from "#db/testing.ts";
import { freePort } from "#lib/adapters/testing/free-port.ts";
import { type BucketForTests, noS3Because, startS3 } from "#lib/adapters/testing/s3.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { type Context, createContext, type WorkerContext } from "#lib/context.ts";
import { getReport } from "#lib/evidence/reports/list-reports.ts";
import { requestReport } from "#lib/evidence/reports/request-report.ts";
import { type EnvelopeId, publicId } from "#lib/ids.ts";
import { addClass } from "../add-class.ts";
import { chooseClass } from "../choose-class.ts";
import { placeHold } from "../place-hold.ts";
import { purgeEnvelope } from "../purge-envelope.ts";
import { completedLongAgo, endLongAgo, letThrough, office, releasedByTwo } from "../testing.ts";
import { archiveDue } from "./archive-envelope.ts";
import { archiveRecords } from "./archive-records.ts";
import { keepArchive } from "./keep-archive.ts";
import { ARCHIVED_WITHIN_DAYS, listArchive } from "./list-archive.ts";
import { tryArchivePlace } from "./open-place.ts";
import { removeArchivePlace, setArchivePlace } from "./set-place.ts";
import { takeFromArchive, takeRecords } from "./take-out.ts";

describe.skipIf(noS3Because)("archiving to a bucket of one's own", () => {
  let server: BucketForTests;
  const folder = mkdtempSync(path.join(tmpdir(), "whereof-archived-"));
  const product = testProduct({
    runsJobs: true,
    settings: async () => {
      server = await startS3({ locks: true });
      return { PRIVATE_HOSTS: new URL(server.settings.endpoint).host };
    },
  });
  afterAll(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  let people: Awaited<ReturnType<typeof office>>;
  let envelopeId: EnvelopeId;
  beforeAll(async () => {
    people = await office(product());
    envelopeId = (await completedLongAgo(product(), people.sender, 0)).id;
  }, 240_000);

  const chosen = (more: Partial<Parameters<typeof setArchivePlace>[1]> = {}) => {
    const { endpoint, region, bucket, credentials } = server.settings;
    return {
      endpoint,
      region,
      bucket,
      ...credentials,
      keyPrefix: "whereof",
      lockMode: "governance" as const,
      ...more,
    };
  };
  const lastOf = async (ctx: Context, type: string, id = envelopeId) =>
    (await readChain(ctx, id)).entries.findLast((entry) => entry.type === type)?.data;
  const eventually = async <T>(look: () => Promise<T>, holds: (value: T) => boolean): Promise<T> => {
    for (let tries = 0; ; tries++) {
      const value = await look();
      if (holds(value) || tries === 150) return value;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  };
  const entryOf = async (id = envelopeId) =>
    (await listArchive(people.owner)).archived.find((one) => one.envelopeId === id);

  test("until a place is chosen nothing is copied, and what is complete for thirty days is late", async () => {
    const { owner, system } = people;
    expect(await archiveDue(system)).toBe(0);
    await product()
      .admin`update envelopes set ended_at = now() - make_interval(days => ${ARCHIVED_WITHIN_DAYS + 1})
      where id = ${envelopeId}`;
    const view = await listArchive(owner);
    expect(view).toMatchObject({ place: null, counts: { waiting: 1, late: 1, archived: 0 } });
    expect(view.waiting).toMatchObject([{ envelopeId, isLate: true, refusal: null }]);
    expect(await refusalOf(listArchive(people.sender))).toBe("authorize/not-allowed");
    expect(await refusalOf(setArchivePlace(people.counsel, chosen()))).toBe("authorize/not-allowed");
    for (const wrong of [
      { bucket: "No Such" },
      { endpoint: "ftp://x" },
      { endpoint: "https://a/b" },
      { keyPrefix: "../up" },
    ])
      expect(await refusalOf(setArchivePlace(owner, chosen(wrong)))).toBe(
        "retention/archive-place-unreadable",
      );
    expect(await refusalOf(setArchivePlace(owner, chosen({ secretAccessKey: " " })))).toBe(
      "retention/archive-text-missing",
    );
  });

  test("a bucket that does not lock is named, and nothing goes there", async () => {
    const { owner, system } = people;
    const placeId = await setArchivePlace(owner, chosen({ bucket: await server.another(false) }));
    await tryArchivePlace(system, { placeId });
    const { place } = await listArchive(owner);
    expect(place).toMatchObject({ id: placeId, refusal: "archive/not-locking", lockMode: "governance" });
    expect(place!.triedAt).not.toBeNull();
    expect(await archiveDue(system)).toBe(0);
    // The secret leaves the database sealed, and the page not at all.
    expect(JSON.stringify(place)).not.toContain(server.settings.credentials.secretAccessKey);
  });

  test("reports and the organization's own chain are copied too, once, and come out as they were", async () => {
    const { owner, system } = people;
    const placeId = await setArchivePlace(owner, chosen());
    await tryArchivePlace(system, { placeId });
    const day = new Date().toISOString().slice(0, 10);
    const reportId = await requestReport(owner, { kind: "access", from: day, to: day });
    const report = await eventually(
      () => getReport(owner, { reportId }),
      ({ isReady }) => isReady,
    );
    expect(await archiveRecords(system)).toBe(2);
    expect(await archiveRecords(system)).toBe(0);
    const files = await takeRecords(system);
    expect(files.map(({ fileName }) => fileName)).toEqual([
      ...[`report-${reportId}.pdf`, `chain-${day.slice(0, 7)}.jsonl`],
    ]);
    expect(files[0]!.sha256).toBe(report.sha256);
    const [pdf, chain] = await Promise.all(
      files.map(async ({ bytes }) => Buffer.concat(await Array.fromAsync(bytes()))),
    );
    expect(createHash("sha256").update(pdf!).digest("hex")).toBe(report.sha256);
    const { entries } = await readChain(owner, null);
    const lines = chain!
      .toString()
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    // It ends where the copy began.
    const numbers = lines.map(({ number }) => number as number).toSorted((a, b) => a - b);
    expect(numbers).toEqual(numbers.map((_, position) => position));
    const hashes = new Map(lines.map(({ event, hash }) => [event as string, hash as string]));
    const copied = entries.slice(0, lines.length);
    expect(copied.map(({ id }) => hashes.get(publicId("event", id)) ?? hashes.get(id))).toEqual(
      copied.map(({ hash }) => hash),
    );
    expect(chain!.toString()).not.toContain("openings");
    const archived = entries.filter(({ type }) => type === "record.archived");
    expect(archived.map(({ data }) => [data.kind, data.lockMode])).toEqual([
      ...[
        ["report", "governance"],
        ["chain", "governance"],
      ],
    ]);
    expect(await archiveRecords({ ...system, now: () => new Date(Date.now() + 32 * 86_400_000) })).toBe(1);
  });

  test("documents, trail and package are copied, locked until retention ends, and come out as they were", async () => {
    const { owner, system } = people;
    const placeId = await setArchivePlace(owner, chosen());
    await tryArchivePlace(system, { placeId });
    expect((await listArchive(owner)).place).toMatchObject({ refusal: null });
    await archiveDue(system);
    const view = await listArchive(owner);
    expect(view.counts).toMatchObject({ archived: 1, locked: 1, waiting: 0, late: 0, broken: 0 });
    const { ended } = (
      await product()
        .admin`select to_char(ended_at at time zone 'UTC' + interval '7 years 1 day', 'YYYY-MM-DD')
      as ended from envelopes where id = ${envelopeId}`
    )[0] as { ended: string };
    expect(view.archived[0]!.lockedUntil!.toISOString()).toBe(`${ended}T00:00:00.000Z`);
    expect(await lastOf(owner, "envelope.archived")).toMatchObject({ lockMode: "governance" });

    const files = await takeFromArchive(system, { envelopeId });
    expect(files.map(({ fileName }) => fileName.replace(/-[0-9a-f-]{36}/, ""))).toEqual([
      "audit-trail.pdf",
      "document.pdf",
      "package.zip",
    ]);
    for (const file of files) {
      const bytes = Buffer.concat(await Array.fromAsync(file.bytes()));
      expect(createHash("sha256").update(bytes).digest("hex")).toBe(file.sha256);
      expect(bytes.subarray(0, 4).toString("latin1")).toBe(
        file.fileName.endsWith("zip") ? "PK\u0003\u0004" : "%PDF",
      );
    }
    // And with the command line, which writes them into a folder.
    let said = "";
    const io = { write: (text: string) => void (said += text), settings: product().settings };
    const out = path.join(folder, "out");
    expect(await archiveCommand([publicId("envelope", envelopeId), "--out", out], io)).toBe(0);
    expect(said.split("\n").filter(Boolean)).toEqual(
      files.map(({ sha256, fileName }) => `${sha256}  ${fileName}`),
    );
    const trail = readFileSync(path.join(out, "audit-trail.pdf"));
    expect(createHash("sha256").update(trail).digest("hex")).toBe(files[0]!.sha256);
    expect(await archiveCommand(["env_nothing"], io)).toBe(64);

    // A second run copies nothing.
    await archiveDue(system);
    expect(
      (await readChain(owner, envelopeId)).entries.filter(({ type }) => type === "envelope.archived"),
    ).toHaveLength(1);
  }, 180_000);

  test("a hold is set in the bucket too, and a longer class lengthens the lock", async () => {
    const { owner, counsel } = people;
    const { short_id: query } = (
      await product().admin`select short_id from envelopes where id = ${envelopeId}`
    )[0]!;
    const hold = { matter: "Ruiz v. Moss", reason: "a claim came", scope: "envelope", query } as const;
    const holdId = await placeHold(counsel, hold);
    expect((await eventually(entryOf, (one) => one?.isHeld === true))?.isHeld).toBe(true);
    expect(await lastOf(owner, "archive.lock-changed")).toMatchObject({ isHeld: true });
    await releasedByTwo(counsel, owner, holdId);
    expect((await eventually(entryOf, (one) => one?.isHeld === false))?.isHeld).toBe(false);

    const before = (await entryOf())!.lockedUntil!;
    const classId = await addClass(counsel, {
      ...{
        trigger: "completion",
        name: "Property",
        years: 20,
        basis: "a lease of 20 years",
        isDefault: false,
      },
    });
    await chooseClass(counsel, { envelopeId, classId });
    const longer = await eventually(entryOf, (one) => one!.lockedUntil! > before);
    expect(longer!.lockedUntil!.getUTCFullYear()).toBe(before.getUTCFullYear() + 13);
  }, 180_000);

  test("copies are read back within the year, and one that was changed is found", async () => {
    const { owner, system } = people;
    await product().admin`update archives set checked_at = now() - interval '340 days'`;
    await keepArchive(system);
    expect(await lastOf(owner, "archive.checked")).toMatchObject({ holds: true, copies: 3 });
    const [file] = await product()
      .admin`select object_key, version_id from archived_files where name = 'package'`;
    // A version cannot be changed; a row that points to another one can.
    await server.put(`whereof/${file!.object_key}`, new Uint8Array(5000));
    await product().admin`update archived_files set version_id = null where name = 'package'`;
    await product().admin`update archives set checked_at = now() - interval '340 days'`;
    await keepArchive(system);
    expect(await entryOf()).toMatchObject({ finding: "archive/not-whole" });
    expect((await listArchive(owner)).counts.broken).toBe(1);
    await product().admin`update archived_files set version_id = ${file!.version_id} where name = 'package'`;
  }, 180_000);

  test("a refusal is shown, waits longer each time, and is on record once", async () => {
    const { owner, sender, system } = people;
    const port = await freePort();
    const placeId = await setArchivePlace(owner, chosen());
    await tryArchivePlace(system, { placeId });
    const endpoint = `http://127.0.0.1:${port}`;
    await product().admin`update archive_places set endpoint = ${endpoint} where id = ${placeId}`;
    const second = (await completedLongAgo(product(), sender, 0, "Ben Okafor")).id;
    const entry = async () => (await listArchive(owner)).waiting.find((one) => one.envelopeId === second);
    await eventually(entry, (one) => Boolean(one?.refusal));
    expect(await entry()).toMatchObject({ refusal: "archive/not-public" });
    expect(await archiveDue(system)).toBe(0);
    await product()
      .admin`update archives set tried_at = now() - interval '1 day' where envelope_id = ${second}`;
    expect(await archiveDue(system)).toBe(1);
    const failures = (await readChain(owner, second)).entries.filter(({ type }) => type === "archive.failed");
    expect(failures).toHaveLength(1);
    await product()
      .admin`update archive_places set endpoint = ${server.settings.endpoint} where id = ${placeId}`;
    await product()
      .admin`update archives set tried_at = now() - interval '1 day' where envelope_id = ${second}`;
    await archiveDue(system);
    expect(await entryOf(second)).toMatchObject({ refusal: null, finding: null });
  }, 180_000);

  test("destroying the envelope makes its copies noise at once, and they go when their lock ends", async () => {
    const { owner, system } = people;
    const copies = (await takeFromArchive(system, { envelopeId })).map((file) => file.bytes);
    await product().admin`delete from envelope_retention`;
    await endLongAgo(product(), envelopeId, 7);
    await letThrough(people, [envelopeId]);
    await eventually(
      async () => {
        await purgeEnvelope(system, { envelopeId });
        return lastOf(owner, "envelope.purged");
      },
      (data) => data !== undefined,
    );
    for (const bytes of copies)
      expect(await refusalOf(Array.fromAsync(bytes()))).toBe("master-key/destroyed");
    const row = async () =>
      (await product().admin`select refusal, removed_at from archives where envelope_id = ${envelopeId}`)[0]!;
    expect(await eventually(row, ({ refusal }) => refusal !== null)).toMatchObject({
      ...{ refusal: "archive/locked", removed_at: null },
    });
  }, 180_000);

  test("given up, a place gets nothing more", async () => {
    const { owner, system } = people;
    await removeArchivePlace(owner);
    expect((await listArchive(owner)).place).toBeNull();
    expect(await archiveDue(system)).toBe(0);
    const stranger = await (await product().newOrganization()).member("owner");
    expect((await listArchive(stranger)).archived).toEqual([]);
    const actor = { kind: "system", job: "test" } as const;
    const other: WorkerContext = createContext(product().runtime, {
      organizationId: stranger.organizationId,
      actor,
    });
    expect(await refusalOf(takeFromArchive(other, { envelopeId }))).toBe("retention/not-archived");
  });
});

import { cpSync, existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { openDatabase } from "#db/client.ts";
import { refusalOf, testProduct } from "#db/testing.ts";
import { localFiles } from "#lib/adapters/files/local-files.ts";
import { envelopeMasterKey } from "#lib/adapters/master-key/envelope-master-key.ts";
import { localMasterKey } from "#lib/adapters/master-key/local-master-key.ts";
import { appendEvent } from "#lib/audit/append-event.ts";
import { exportChain, readChain } from "#lib/audit/read-chain.ts";
import { sealRecords } from "#lib/audit/seal-records.ts";
import { sequenceLog } from "#lib/audit/sequence-log.ts";
import { signCheckpoint } from "#lib/audit/sign-checkpoint.ts";
import { fromUtf8, sha256, toHex } from "#lib/bytes.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { databaseEnvelopeKeys } from "#lib/envelope-keys.ts";
import { getEnvelope } from "#lib/envelopes/get-envelope.ts";
import { listEnvelopes } from "#lib/envelopes/list-envelopes.ts";
import { download } from "#lib/evidence/download.ts";
import { verifyLog } from "#lib/evidence/verify-log.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { inFolder, qpdfFaults, run, wordsIn } from "#lib/pdf/testing.ts";
import { trustAnchorOf } from "#lib/pki/core/validation/path.ts";
import type { FileStore } from "#lib/ports/files.ts";
import { linkFor } from "#lib/signing/testing.ts";
import { approvePurges, removePurge, reviewPurges } from "./decide-purges.ts";
import { getRetention } from "./get-retention.ts";
import { downloadDestruction, listDestroyed } from "./list-destroyed.ts";
import { listPurges } from "./list-purges.ts";
import { placeHold } from "./place-hold.ts";
import { planPurges } from "./plan-purges.ts";
import { purgeEnvelope } from "./purge-envelope.ts";
import { announcedLongAgo, completedLongAgo, letThrough, office, PASSWORD } from "./testing.ts";

const product = testProduct({ runsJobs: true });
const opened: { close(): Promise<void> }[] = [];
afterAll(() => Promise.all(opened.map((one) => one.close())));

/** The files below a folder of the data directory, as a backup has them. */
function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    statSync(path.join(folder, name)).isFile(),
  );
}

/** A copy of the data directory, with its files and its master key. */
function backup() {
  const copy = `${product().folder}-backup-${Math.random().toString(36).slice(2)}`;
  cpSync(product().folder, copy, { recursive: true });
  const { DATABASE_URL: url } = product().settings;
  const database = openDatabase({ url: url!, role: null, maxConnections: 2 });
  opened.push(database);
  const masterKey = localMasterKey(path.join(copy, masterKeyName()));
  const folder = path.join(copy, "files");
  return {
    folder,
    /** With what the database knows now, and with the master key alone. */
    store: localFiles({
      folder,
      masterKey: envelopeMasterKey(masterKey, databaseEnvelopeKeys(database.db)),
    }),
    bare: localFiles({ folder, masterKey }),
  };
}

const masterKeyName = () => {
  const { masterKey } = product().runtime.config;
  if (masterKey.kind !== "local") throw new Error("the test has a local master key");
  return path.relative(product().folder, masterKey.path);
};

async function opens(store: FileStore, key: string): Promise<string | undefined> {
  return refusalOf(
    (async () => {
      (await store.open(key)).close();
    })(),
  );
}

const envelopeFolder = (organizationId: string, envelopeId: EnvelopeId) =>
  `org/${organizationId}/envelopes/${envelopeId}`;

async function logReport() {
  const { runtime, admin } = product();
  await sequenceLog(runtime);
  await signCheckpoint(runtime);
  const [root] = await admin`select certificate_der from authorities where kind = 'root'`;
  const anchors = [trustAnchorOf(new Uint8Array(root!.certificate_der as Buffer))];
  return verifyLog(runtime, { held: [], anchors, acceptsForeignStamps: false });
}

test("after a purge no file can be read, also from a backup made before, and the log still verifies", async () => {
  const people = await office(product());
  const { owner, sender, organization } = people;
  const envelope = await completedLongAgo(product(), sender, 7);
  const elsewhere = await office(product());
  const other = await completedLongAgo(product(), elsewhere.sender, 7);
  // Hashes of every row of evidence stand under events, of those too that a purge erases.
  expect(await sealRecords(people.system, { afterMs: 0 })).toBeGreaterThan(5);
  await sealRecords(elsewhere.system, { afterMs: 0 });
  const link = await linkFor(sender, envelope.id, "Ana Ruiz");
  const before = await readChain(sender, envelope.id);
  const copy = backup();
  const folder = envelopeFolder(organization.id, envelope.id);
  const names = filesIn(path.join(copy.folder, folder)).map((name) => `${folder}/${name}`);
  expect(names.length).toBeGreaterThan(8);
  // The backup is good: until the key goes, every file of it opens.
  for (const name of names) expect(await opens(copy.store, name), name).toBeUndefined();
  // And no file carries a key that the master key alone would open.
  for (const name of names) expect(await opens(copy.bare, name), name).toBe("files/damaged");

  const copied = await product().admin`select o.* from audit_openings o
    join audit_events e on e.id = o.event_id where e.chain_id = ${envelope.id}`;
  expect(copied.length).toBeGreaterThan(10);
  expect(await exportChain(owner, envelope.id)).toMatch(/"value":"Ana Ruiz"/);

  const destructionId = await letThrough(people, [envelope.id]);
  const isDestroyed = async () => (await getRetention(owner, { envelopeId: envelope.id })).queue;
  await expect.poll(isDestroyed, { timeout: 30_000 }).toBe("purged");

  for (const name of names) expect(await opens(copy.store, name), name).toBe("master-key/destroyed");
  for (const name of names) expect(await opens(copy.bare, name), name).toBe("files/damaged");
  expect(filesIn(path.join(product().folder, "files", folder))).toEqual([]);
  const kept = envelopeFolder(elsewhere.organization.id, other.id);
  for (const name of filesIn(path.join(copy.folder, kept)))
    expect(await opens(copy.store, `${kept}/${name}`)).toBeUndefined();

  const after = await readChain(owner, envelope.id);
  expect(after.brokenAt).toBeNull();
  expect(after.entries.slice(0, before.entries.length).map(({ hash }) => hash)).toEqual(
    before.entries.map(({ hash }) => hash),
  );
  const report = await logReport();
  expect(report.findings).toEqual([]);
  expect(report.eventCount).toBeGreaterThan(after.entries.length);

  const { destroyed } = await getRetention(owner, { envelopeId: envelope.id });
  expect(destroyed!.tombstone).toMatchObject({
    shortId: envelope.shortId,
    endedAs: "completed",
    documents: [
      { originalSha256: envelope.documents[0]!.originalSha256, sha256: envelope.documents[0]!.sha256 },
    ],
    retention: { class: "Standard", years: 7 },
    recipients: 1,
  });
  expect(destroyed!.tombstone.papers.map(({ kind }) => kind)).toEqual(["audit-trail", "evidence-package"]);
  expect(destroyed!.tombstone.certificates).toHaveLength(2);
  const { head, events } = destroyed!.tombstone.chain;
  expect(after.entries[events - 1]!.hash).toBe(head);
  const [row] = await product().admin`select body from tombstones where envelope_id = ${envelope.id}`;
  const told = after.entries.at(-1)!.data.tombstoneSha256;
  expect(told).toBe(toHex(sha256(fromUtf8(row!.body as string))));

  await expectForgotten(envelope.id, [
    "Ana Ruiz",
    "ana.ruiz@example.com",
    "Lease 12B",
    "As agreed",
    "lease.pdf",
  ]);
  expect(await exportChain(owner, envelope.id)).not.toMatch(/"value"/);
  await expectSealedForGood(owner, envelope.id, copied);
  await expectToldOnPages(owner, sender, envelope.id, link);
  await expectCertified(owner, destructionId, envelope.shortId);

  // What the chain does not say was forgotten may not be missing: here who asked for the events afterwards.
  const [late] = await product().admin`delete from audit_openings o using audit_events e
    where e.id = o.event_id and e.chain_id = ${envelope.id} and e.body like '%"name":{"commitment"%' returning e.sequence`;
  const { findings } = await logReport();
  expect(findings).toHaveLength(1);
  expect(findings[0]!.sentence).toContain(`Event ${late!.sequence} of envelope`);
  await expectNothingElseExcused(envelope.id);
  await expectForgeryFound(elsewhere.system, other.id);
}, 300_000);

const asForger = (work: string, ...parameters: string[]) =>
  product().admin.begin(async (sql) => {
    await sql`set local session_replication_role = replica`;
    await sql.unsafe(work, parameters);
  });
const found = async () => (await logReport()).findings.map(({ table, fault }) => `${table} ${fault}`);

/** What a purge leaves standing may not be missing after it: above all the tombstone. */
async function expectNothingElseExcused(envelopeId: EnvelopeId): Promise<void> {
  for (const [table, where] of [
    ["tombstones", "envelope_id = $1"],
    ["document_revisions", "document_id in (select id from documents where envelope_id = $1)"],
    ["artifacts", "envelope_id = $1"],
  ] as const) {
    await product().admin.unsafe(`create table kept_rows as table ${table}`);
    await asForger(`delete from ${table} where ${where}`, envelopeId);
    expect(await found(), table).toContain(`${table} deleted`);
    await asForger(`delete from ${table}`);
    await asForger(`insert into ${table} select * from kept_rows`);
    await product().admin`drop table kept_rows`;
  }
  await asForger("update tombstones set body = body || ' ' where envelope_id = $1", envelopeId);
  const { findings } = await logReport();
  expect(findings.map(({ sentence }) => sentence)).toContainEqual(
    expect.stringMatching(/^The tombstone of envelope env_\w+ is not the one it was destroyed with\.$/),
  );
}

/** One event that says that people were forgotten excuses nothing where no two people let it through. */
async function expectForgeryFound(system: WorkerContext, envelopeId: EnvelopeId): Promise<void> {
  const before = new Set(await found());
  expect(before).not.toContain("marks deleted");
  await inTransaction(system, (ctx) =>
    appendEvent(ctx, { type: "people.forgotten", envelopeId, data: { all: true } }),
  );
  await asForger("update chain_keys set wrapped_key = null where chain_id = $1", envelopeId);
  await asForger(
    "delete from audit_openings o using audit_events e where e.id = o.event_id and e.chain_id = $1",
    envelopeId,
  );
  await asForger(
    "delete from marks m using recipients r where r.id = m.recipient_id and r.envelope_id = $1",
    envelopeId,
  );
  const after = await found();
  for (const one of [
    "audit_events inserted",
    "chain_keys deleted",
    "audit_openings deleted",
    "marks deleted",
  ])
    expect(after).toContain(one);
}

/** Rows of the trail's values from before the destruction, put back by whoever owns the tables. */
async function expectSealedForGood(
  ctx: Parameters<typeof exportChain>[0],
  envelopeId: EnvelopeId,
  copied: readonly import("postgres").Row[],
): Promise<void> {
  const { admin } = product();
  const ids = copied.map(({ event_id }) => event_id as string);
  await admin`insert into audit_openings ${admin(copied)}`;
  expect(await exportChain(ctx, envelopeId)).not.toMatch(/"value"/);
  const { findings } = await logReport();
  expect(findings).toHaveLength(copied.length);
  expect(findings[0]!.sentence).toMatch(/under a key that was destroyed: they were put back/);
  await admin`delete from audit_openings where event_id = any(${ids})`;
  expect((await logReport()).findings).toEqual([]);
}

/** Every table that has anything of the envelope's organization, searched for what named people. */
async function expectForgotten(envelopeId: EnvelopeId, words: readonly string[]): Promise<void> {
  const { admin } = product();
  const [row] = await admin`select organization_id as own from envelopes where id = ${envelopeId}`;
  const tables = await admin`select c.relname as name from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'organization_id'
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'`;
  expect(tables.length).toBeGreaterThan(30);
  for (const { name } of tables) {
    const rows = await admin.unsafe(`select * from "${name}" where organization_id = '${row!.own}'`);
    const readable = rows.flatMap((one) => Object.values(one)).map(readableValue);
    for (const word of words)
      expect(
        readable.filter((value) => value.includes(word)),
        `${name} has ${word}`,
      ).toEqual([]);
  }
}

const readableValue = (value: unknown): string =>
  value instanceof Uint8Array ? Buffer.from(value).toString("latin1") : JSON.stringify(value);

async function expectToldOnPages(
  owner: Awaited<ReturnType<typeof office>>["owner"],
  sender: typeof owner,
  envelopeId: EnvelopeId,
  link: string,
): Promise<void> {
  const view = await getEnvelope(sender, { envelopeId });
  expect(view).toMatchObject({ title: "", certificates: [{ kind: "seal" }], trailBrokenAt: null });
  expect(view.purgedAt).toBeInstanceOf(Date);
  const [listed] = (await listEnvelopes(owner, {})).items.filter(({ id }) => id === envelopeId);
  expect(listed).toMatchObject({ isDestroyed: true, title: "" });
  const documentId = view.documents[0]!.id;
  for (const variant of ["current", "original"] as const)
    expect(
      await refusalOf(download(owner, { envelopeId, wanted: { kind: "document", documentId, variant } })),
    ).toBe("evidence/destroyed");
  expect(await refusalOf(download(owner, { envelopeId, wanted: { kind: "audit-trail" } }))).toBe(
    "evidence/destroyed",
  );
  const events = await download(owner, { envelopeId, wanted: { kind: "events" } });
  expect(await new Response(events.bytes).text()).toContain("envelope.purged");
  const { recipientContext } = await import("#lib/signing/recipient-context.ts");
  const { openCeremony } = await import("#lib/signing/open-ceremony.ts");
  const visitor = { runtime: owner.runtime, request: { ip: "203.0.113.7", userAgent: "a test" } };
  expect(await openCeremony(await recipientContext(visitor, link))).toMatchObject({
    status: "destroyed",
    title: "",
    documents: [],
  });
}

async function expectCertified(
  owner: Awaited<ReturnType<typeof office>>["owner"],
  destructionId: string,
  shortId: string,
): Promise<void> {
  const find = async () =>
    (await listDestroyed(owner, {})).destructions.find(({ id }) => id === destructionId);
  await expect.poll(async () => (await find())?.certificate ?? null, { timeout: 60_000 }).not.toBeNull();
  const { certificate } = (await find())!;
  const file = await downloadDestruction(owner, { destructionId });
  const pdf = new Uint8Array(await new Response(file.bytes).arrayBuffer());
  expect(toHex(sha256(pdf))).toBe(certificate!.sha256);
  expect(qpdfFaults(pdf)).toBe("");
  const report = inFolder((place) => run("pdfsig", [place("destroyed.pdf", pdf)]).text);
  expect(report.match(/Signature is Valid\./g)).toHaveLength(1);
  expect(report.match(/^Signature #/gm)).toHaveLength(2);
  const words = wordsIn(pdf);
  expect(words).toContain(shortId);
  expect(words).toContain("Certificate of destruction");
  expect(words).toMatch(/Rule that applied/);
  expect(words.replace(/\s+/g, " ")).toMatch(/Its years were counted from \d{4}-\d\d-\d\d \(UTC\)/);
  const attached = inFolder((place) =>
    run("qpdf", ["--show-attachment=tombstones.jsonl", place("destroyed.pdf", pdf)]).stdout.toString(),
  );
  const [tombstone] = await product().admin`select body from tombstones where short_id = ${shortId}`;
  expect(attached).toBe(`${tombstone!.body}\n`);
  expect(words).not.toMatch(/Ana|Ruiz|Olivia|example\.com|Lease/);
}

/** What keeps nothing about people, or forgets it at a purge: see purge-store.ts and forget_people. */
const CONSIDERED = [
  ...[
    "access_reasons",
    "archive_timestamps",
    "archived_files",
    "archives",
    "artifacts",
    "audit_events",
    "certificate_captures",
    "certificate_checks",
    "certificates",
  ],
  ...[
    "consent_acts",
    "contract_ends",
    "dispute_files",
    "documents",
    "document_revisions",
    "envelope_keys",
    "envelope_retention",
  ],
  ...[
    "evidence_packages",
    "field_files",
    "fields",
    "held_envelopes",
    "marks",
    "notice_trials",
    "page_images",
    "paper_requests",
  ],
  ...[
    "presented_certificates",
    "purges",
    "quality_checks",
    "recipient_access_codes",
    "recipient_checks",
    "recipient_sessions",
    "identity_results",
    "sso_attempts",
    "authorization_attempts",
    "signer_authorizations",
  ],
  ...["recipient_tokens", "recipients", "signing_steps", "tombstones"],
  // Keys and hashes of rows, of which those with anything about people are erased.
  ...["record_seals", "records_pending", "sample_review_items", "hand_overs", "offline_kits"],
  // What envelopes are found by, what came in and is named, and rows of tables: erased or emptied.
  ...["bulk_sends", "mail_returns", "document_sources", "document_texts", "envelope_texts", "search_pending"],
  // What is sent again and again is nobody's.
  "templates",
  // Who came is emptied once the envelope holds them, and gone after a week.
  "public_link_requests",
  // Which rule did something about it, and nothing of what it holds.
  "rule_runs",
  // Who has a draft open, for less than a minute.
  "editing_windows",
  // With what was noted beside it.
  "send_approvals",
  // Gone with what they led to.
  "hosted_links",
  // Gone with the names of their hosts.
  "kiosk_sessions",
  "kiosk_visits",
  // What people stated goes with them.
  "attestations",
  // A hash of what was signed, and when.
  "key_uses",
  // The recipient of a key is a member.
  "key_exports",
];

test("every table that names an envelope, its documents or its people was considered", async () => {
  const tables = await product().admin`select distinct c.relname as name from pg_class c
    join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
      and a.attname in ('envelope_id', 'document_id', 'recipient_id') order by 1`;
  expect(tables.map(({ name }) => name)).toEqual(CONSIDERED.toSorted());
});

test("two people let an envelope through, one asks for the password, and nobody is both", async () => {
  const people = await office(product());
  const { system, owner, counsel, sender, person } = people;
  const { id } = await completedLongAgo(product(), sender, 8);
  expect(await planPurges(system)).toBe(1);
  expect(await planPurges(system)).toBe(0);
  const chosen = { envelopeIds: [id] };
  expect(await refusalOf(approvePurges(owner, { ...chosen, password: PASSWORD }))).toBe(
    "retention/not-reviewed",
  );
  expect(await refusalOf(reviewPurges(sender, chosen))).toBe("authorize/not-allowed");
  expect(await refusalOf(reviewPurges(counsel, { envelopeIds: [] }))).toBe("retention/nothing-chosen");
  await reviewPurges(counsel, chosen);
  expect(await refusalOf(reviewPurges(owner, chosen))).toBe("retention/already-reviewed");
  expect(await refusalOf(approvePurges(counsel, { ...chosen, password: PASSWORD }))).toBe(
    "retention/same-person",
  );
  expect(await refusalOf(approvePurges(owner, { ...chosen, password: "wrong" }))).toBe(
    "identity/current-password-wrong",
  );
  const stranger = await (await product().newOrganization()).member("owner");
  expect(await refusalOf(reviewPurges(stranger, chosen))).toBe("retention/not-found");

  const admin = await person("admin");
  const { queued } = await listPurges(admin);
  expect(queued).toMatchObject([{ envelopeId: id, state: "reviewed", isDue: false, years: 7 }]);
  expect(await refusalOf(removePurge(admin, { envelopeId: id, reason: "" }))).toBe(
    "retention/reason-missing",
  );
  await removePurge(admin, { envelopeId: id, reason: "The tenant may still sue" });
  expect(await planPurges(system)).toBe(0);
  expect(await listPurges(admin)).toMatchObject({
    queued: [],
    removed: [{ envelopeId: id, removed: { reason: "The tenant may still sue" } }],
  });
  const inAYear = { ...system, now: () => new Date(Date.now() + 367 * 86_400_000) };
  expect(await planPurges(inAYear)).toBe(1);
  expect((await listPurges(admin)).queued).toMatchObject([{ state: "due", reviewed: null }]);
  const { entries } = await readChain(owner, id);
  expect(entries.map(({ type }) => type).filter((type) => type.startsWith("purge."))).toEqual([
    "purge.queued",
    "purge.reviewed",
    "purge.removed",
    "purge.queued",
  ]);
}, 180_000);

test("what only rows say nobody acts upon: a forged approval, a forged beginning and a hold taken off destroy nothing", async () => {
  const people = await office(product());
  const { admin, system, owner, counsel, sender, organization } = people;
  const { id } = await completedLongAgo(product(), sender, 8);
  const [reviewer, approver] = [counsel, owner].map(({ actor }) =>
    actor.kind === "member" ? actor.memberId : "",
  );
  const isUntouched = async () => {
    const [key] =
      await admin`select wrapped_key is not null as lives from envelope_keys where envelope_id = ${id}`;
    const files = filesIn(path.join(product().folder, "files", envelopeFolder(organization.id, id)));
    return key!.lives === true && files.length > 8;
  };
  const purged = async () => {
    await purgeEnvelope(system, { envelopeId: id });
    const { entries } = await readChain(owner, id);
    const { type, data } = entries.findLast(({ type }) => type.startsWith("purge."))!;
    return `${type} ${String(data.because)}`;
  };
  /** Rows as two people's approval would leave them, and events that look the same. */
  const forge = async (more: Readonly<Record<string, unknown>> = {}) => {
    await planPurges(system);
    await announcedLongAgo(people, [id]);
    const destruction = crypto.randomUUID();
    await admin`insert into destructions (organization_id, id, approved_by, approver_role, approved_at)
      values (${organization.id}, ${destruction}, ${approver!}, 'owner', now())`;
    await admin`update purges set ${admin({
      ...{ state: "approved", reviewed_by: reviewer!, reviewer_role: "counsel", reviewed_at: new Date() },
      ...{ destruction_id: destruction, ...more },
    } as never)} where envelope_id = ${id}`;
    return destruction;
  };

  await forge();
  expect(await purged()).toBe("purge.stopped not-proven");
  await forge({ state: "purging", begun_at: new Date(), key_destroyed_at: new Date() });
  expect(await purged()).toBe("purge.stopped not-proven");

  // A hold that is taken off in its rows frees nothing, though two people then let it through.
  const { shortId } = await getEnvelope(sender, { envelopeId: id });
  const holdId = await placeHold(counsel, {
    ...{ matter: "Ruiz v. Harbour", reason: "Letter", scope: "envelope", query: shortId },
  });
  await admin`update legal_holds set released_at = now(), released_by = placed_by, release_asked_at = now(),
    release_asked_by = placed_by, release_reason = 'x' where id = ${holdId}`;
  await admin`update envelopes set held_since = null where id = ${id}`;
  await letThrough(people, [id]);
  expect(await purged()).toBe("purge.stopped not-proven");
  expect(await isUntouched()).toBe(true);
  const { findings } = await logReport();
  expect(findings.map(({ table }) => table)).toContain("legal_holds");
}, 180_000);

test("the database lets nobody forget what was not let through, nor bring a key back", async () => {
  const people = await office(product());
  const { sender, organization } = people;
  const { id } = await completedLongAgo(product(), sender, 7);
  const { DATABASE_URL: url } = product().settings;
  const { default: postgres } = await import("postgres");
  const app = postgres(url!, { max: 1, onnotice: () => {} });
  const as = (work: (sql: import("postgres").TransactionSql) => Promise<unknown>) =>
    app.begin(async (sql) => {
      await sql`select set_config('app.organization_id', ${organization.id}, true)`;
      await work(sql);
    });
  try {
    await expect(as((sql) => sql`select forget_people(${id})`)).rejects.toThrow(/is not to be forgotten/);
    await expect(as((sql) => sql`delete from envelope_keys where envelope_id = ${id}`)).rejects.toThrow(
      /leaves its record/,
    );
    await expect(as((sql) => sql`update tombstones set body = ''`)).rejects.toThrow(/permission denied/);
    await product().admin`update envelopes set held_since = now() where id = ${id}`;
    const destroy = (sql: import("postgres").TransactionSql) =>
      sql`update envelope_keys set wrapped_key = null, destroyed_at = now() where envelope_id = ${id}`;
    await expect(as(destroy)).rejects.toThrow(/under a legal hold/);
    await product().admin`update envelopes set held_since = null where id = ${id}`;
    // Not without the event that tells of it.
    await expect(as(destroy)).rejects.toThrow(/no event tells of a change of envelope_keys/);
    await product().admin.begin(destroy);
    const restore = (sql: import("postgres").TransactionSql) =>
      sql`update envelope_keys set wrapped_key = ${Buffer.alloc(9)}, destroyed_at = null where envelope_id = ${id}`;
    await expect(as(restore)).rejects.toThrow(/stays destroyed/);
  } finally {
    await app.end();
  }
}, 180_000);

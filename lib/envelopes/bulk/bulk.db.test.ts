import { expect, test } from "vitest";
import { contract, refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { fromUtf8, toUtf8 } from "#lib/bytes.ts";
import { type Context, createContext } from "#lib/context.ts";
import { addDocument } from "#lib/envelopes/add-document.ts";
import { createEnvelope } from "#lib/envelopes/create-envelope.ts";
import { saveDraft } from "#lib/envelopes/save-draft.ts";
import { uuidV7 } from "#lib/ids.ts";
import { addClass } from "#lib/retention/add-class.ts";
import { chooseClass } from "#lib/retention/choose-class.ts";
import { getRetention } from "#lib/retention/get-retention.ts";
import { addAuthenticationRule } from "../authentication/change-policy.ts";
import { setRequiredStep } from "../authentication/required-steps.ts";
import { importContacts, listContactGroups } from "../contacts.ts";
import { getDraft } from "../get-draft.ts";
import { getEnvelope } from "../get-envelope.ts";
import { createTemplate } from "../templates/create-template.ts";
import { publishTemplate, retireTemplate } from "../templates/publish-template.ts";
import { changeMapping } from "./change-mapping.ts";
import { downloadRows } from "./download-rows.ts";
import { getJob, listJobRowsOf, listJobs, previewRows } from "./get-job.ts";
import { releaseRows } from "./release-rows.ts";
import { cancelJob, pauseJob, resumeJob, startJob } from "./run-job.ts";
import { uploadContacts, uploadTable } from "./upload-table.ts";

const product = testProduct();
const member = async (role: "sender" | "admin" = "sender") =>
  (await product().newOrganization()).member(role);

async function* pieces(...parts: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield typeof part === "string" ? fromUtf8(part) : part;
}

/** Something to send: one person nobody is named in yet, who signs and finds a rent filled in. */
async function prepared(ctx: Context) {
  const newId = () => uuidV7(Date.now(), ctx.runtime.random(10));
  const envelopeId = await createEnvelope(ctx, { title: "Lease" });
  const document = await addDocument(ctx, { envelopeId, name: "lease.pdf" }, pieces(contract()));
  const [ana, sign, rent, ssn] = [newId(), newId(), newId(), newId()];
  const at = { documentId: document.id, recipientId: ana, page: 0, x: 0.1, width: 0.4, height: 0.04 };
  const base = { label: "", isRequired: true, settings: {} };
  await saveDraft(ctx, {
    envelopeId,
    version: document.version,
    content: {
      ...{
        title: "Lease",
        message: "",
        order: "sequential",
        consentMode: "business",
        asksForEveryPage: false,
        markLimit: "any",
      },
      recipients: [{ id: ana, role: "signer", name: "", email: "", check: "none", phone: "", language: "" }],
      fields: [
        { ...base, ...at, id: sign, type: "signature", y: 0.5 },
        {
          ...base,
          ...at,
          id: rent,
          type: "amount",
          y: 0.6,
          label: "Rent",
          settings: { currency: "EUR", isReadOnly: true, value: "1.00" },
        },
        { ...base, ...at, id: ssn, type: "ssn", y: 0.7, label: "SSN", settings: { isSensitive: true } },
      ],
      rules: [],
    },
  });
  return { envelopeId, rent };
}

const tableOf = (count: number) =>
  `Name,Email,Rent\n${Array.from({ length: count }, (_, index) => `Person ${index},p${index}@example.com,${1000 + index}`).join("\n")}\n`;
const upload = async (ctx: Context, text: string, id: string) =>
  uploadTable(ctx, { source: { kind: "draft", id }, fileName: "people.csv" }, pieces(text));
const system = (ctx: Context) =>
  createContext(product().runtime, {
    organizationId: ctx.organizationId,
    actor: { kind: "system", job: "bulk" },
  });
/** The same, at another time. */
const at = (ctx: Context, ms: number): Context => ({ ...system(ctx), now: () => new Date(Date.now() + ms) });
const textOf = async (stream: ReadableStream<Uint8Array>) => {
  const parts: Uint8Array[] = [];
  for await (const part of stream) parts.push(part);
  return toUtf8(Buffer.concat(parts));
};
const words = {
  ...{ wrong: "What is wrong", state: "State", envelope: "Envelope" },
  describe: ({ code }: { code: string }, column: string) => (column ? `${column}: ${code}` : code),
  stateOf: (state: string) => state,
};

test("a table becomes envelopes, each with its own files, people, values and trail", async () => {
  const ctx = await member();
  const { envelopeId: source, rent } = await prepared(ctx);
  const jobId = await upload(ctx, tableOf(3), source);
  const before = await getJob(ctx, { jobId });
  expect(before).toMatchObject({
    state: "preparing",
    blockers: [],
    withheld: ["SSN"],
    counts: { all: 3, rows: { ready: 3 } },
  });
  expect(before.mapping.map((key) => key?.split(":")[0])).toEqual(["name", "email", "field"]);
  expect((await previewRows(ctx, { jobId }))[1]!.values.map(({ text }) => text)).toEqual([
    "",
    "1001.00",
    "SSN",
  ]);
  await startJob(ctx, { jobId, perMinute: 600 });
  expect(await releaseRows(system(ctx))).toBe(3);
  expect(await releaseRows(system(ctx))).toBe(0);
  // Whoever sends one envelope meanwhile is served before them.
  const jobs = await product().admin`select priority, data ->> 'isBackground' as background from pgboss.job
    where name = 'event' and data ->> 'type' = 'envelope.sent' and data ->> 'organizationId' = ${ctx.organizationId}`;
  expect(jobs.map(({ priority, background }) => [priority, background])).toEqual(
    Array.from({ length: 3 }, () => [-1, "yes"]),
  );
  expect(await getJob(ctx, { jobId })).toMatchObject({
    state: "done",
    counts: { rows: { sent: 3 }, envelopes: { sent: 3 } },
  });

  const rows = await listJobRowsOf(ctx, { jobId, after: 0, limit: 10 });
  const envelope = await getEnvelope(ctx, { envelopeId: rows[1]!.id });
  expect(envelope).toMatchObject({ title: "Lease", state: "sent", trailBrokenAt: null });
  expect(envelope.recipients.map(({ name, email }) => [name, email])).toEqual([
    ["Person 1", "p1@example.com"],
  ]);
  const { entries } = await readChain(ctx, rows[1]!.id);
  expect(entries.map(({ type }) => type).slice(0, 2)).toEqual(["envelope.created", "envelope.sent"]);
  const values = await product().admin`select v.value from field_values v join fields f on f.id = v.field_id
    where f.envelope_id = ${rows[1]!.id}`;
  expect(values.map(({ value }) => value)).toEqual(["1001.00"]);
  const [file] = await product().admin`select r.file_key, r.sha256 from document_revisions r
    join documents d on d.id = r.document_id where d.envelope_id = ${rows[1]!.id}`;
  expect(file!.file_key).toContain(rows[1]!.id);
  const opened = await product().runtime.files.open(file!.file_key);
  expect(opened.sha256).toBe(file!.sha256);
  opened.close();
  expect((await listJobs(ctx)).map(({ id }) => id)).toEqual([jobId]);
  expect(rent).not.toBe("");
});

test("rows with something wrong stay behind, and come back as the file they were in with what to fix", async () => {
  const ctx = await member();
  const { envelopeId } = await prepared(ctx);
  const text = [
    "Name;E-mail;Rent;Note",
    "Ana Ruiz;ana@example.com;1200;=cmd|'/C calc'!A0",
    "Ben Okafor;ben@example.com, eve@example.com;1200;+1",
    "Cy;cy@example.com;lots;",
    "Ana Ruiz;ana@example.com;1200;again",
    '"Dee";"dee@example.com\nBcc: all@example.com";5;',
    "Eve;eve+lease@bücher.example;7,50;",
  ].join("\r\n");
  const jobId = await upload(ctx, `\ufeff${text}`, envelopeId);
  expect((await getJob(ctx, { jobId })).counts.rows).toMatchObject({ ready: 1, wrong: 5 });
  const file = await textOf((await downloadRows(ctx, { jobId, which: "wrong" }, words)).bytes);
  expect(file.split("\r\n").slice(0, 4)).toEqual([
    '\ufeff"Name","E-mail","Rent","Note","What is wrong"',
    `"Ben Okafor","ben@example.com, eve@example.com","1200","'+1","E-mail: email-two"`,
    '"Cy","cy@example.com","lots","","Rent: value-wrong"',
    '"Ana Ruiz","ana@example.com","1200","again","duplicate-row"',
  ]);
  expect(file).toContain("E-mail: email-line-break");
  expect(file).toContain("Rent: value-wrong");
  await startJob(ctx, { jobId });
  await releaseRows(system(ctx));
  await releaseRows(system(ctx));
  const all = await textOf((await downloadRows(ctx, { jobId, which: "all" }, words)).bytes);
  expect(all).toContain(`"'=cmd|'/C calc'!A0","sent","env_`);

  // Put right and sent again: what went out does not go out twice, and our own apostrophes are no part of the cells.
  const fixed = file
    .replace("ben@example.com, eve@example.com", "ben@example.com")
    .replace('"lots"', '"900"');
  const again = await upload(ctx, fixed, envelopeId);
  const rows = await listJobRowsOf(ctx, { jobId: again, after: 0, limit: 10 });
  expect(rows.map(({ state, problems }) => [state, problems[0]?.code])).toEqual([
    ["ready", undefined],
    ["ready", undefined],
    ["wrong", "sent-before"],
    ["wrong", "email-line-break"],
    ["wrong", "value-wrong"],
  ]);
  expect(rows[0]!.cells[3]).toBe("+1");
});

test("the same file twice is noticed, and goes out again only when that is wanted", async () => {
  const ctx = await member();
  const { envelopeId } = await prepared(ctx);
  const first = await upload(ctx, tableOf(2), envelopeId);
  await startJob(ctx, { jobId: first });
  // Nothing of it has gone out yet, and in another form: noticed all the same.
  const second = await upload(ctx, tableOf(2).replaceAll(",", "\t"), envelopeId);
  expect((await getJob(ctx, { jobId: second })).sameTable).toMatchObject({ id: first });
  expect(await refusalOf(startJob(ctx, { jobId: second }))).toBe("envelopes/bulk-same-table");
  await startJob(ctx, { jobId: second, allowsRepeats: true });
  await releaseRows(system(ctx));
  await releaseRows(at(ctx, 2_000));
  await releaseRows(at(ctx, 4_000));
  expect((await getJob(ctx, { jobId: second })).counts.rows.sent).toBe(2);
});

test("two jobs with the same rows at the same time send each row once", async () => {
  const ctx = await member();
  const { envelopeId } = await prepared(ctx);
  const one = await upload(ctx, tableOf(3), envelopeId);
  const other = await upload(ctx, `${tableOf(3)}More,more@example.com,1\n`, envelopeId);
  await startJob(ctx, { jobId: one, perMinute: 600 });
  await startJob(ctx, { jobId: other, perMinute: 600 });
  for (let second = 0; second < 3; second++) await releaseRows(at(ctx, second * 1_000));
  const sent = await product().admin`select r.email from recipients r join envelopes e on e.id = r.envelope_id
    where r.organization_id = ${ctx.organizationId} and e.state = 'sent' order by 1`;
  expect(sent.map(({ email }) => email)).toEqual([
    "more@example.com",
    "p0@example.com",
    "p1@example.com",
    "p2@example.com",
  ]);
});

test("many workers at once send every row once, and never more in a minute than the throttle", async () => {
  const ctx = await member();
  const { envelopeId } = await prepared(ctx);
  const jobId = await upload(ctx, tableOf(40), envelopeId);
  await startJob(ctx, { jobId, perMinute: 15 });
  for (let round = 0; round < 20; round++)
    await Promise.all(Array.from({ length: 4 }, () => releaseRows(at(ctx, round * 100)).catch(() => 0)));
  expect((await getJob(ctx, { jobId })).counts.rows).toMatchObject({ sent: 15, ready: 25 });
  const chains = await product().admin`select count(*)::int as count from audit_events
    where organization_id = ${ctx.organizationId} and type = 'envelope.sent'`;
  expect(chains[0]!.count).toBe(15);
});

test("paused nothing goes out, resumed it goes on exactly there, cancelled the rest never does", async () => {
  const ctx = await member();
  const { envelopeId } = await prepared(ctx);
  const jobId = await upload(ctx, tableOf(5), envelopeId);
  expect(await refusalOf(pauseJob(ctx, { jobId }))).toBe("envelopes/bulk-not-running");
  await startJob(ctx, { jobId, perMinute: 60 });
  await releaseRows(system(ctx));
  await pauseJob(ctx, { jobId });
  expect(await releaseRows(at(ctx, 5_000))).toBe(0);
  expect((await getJob(ctx, { jobId })).counts.rows).toMatchObject({ sent: 1, ready: 4 });
  await resumeJob(ctx, { jobId });
  expect(await refusalOf(resumeJob(ctx, { jobId }))).toBe("envelopes/bulk-not-paused");
  await releaseRows(at(ctx, 6_000));
  await cancelJob(ctx, { jobId });
  expect(await releaseRows(at(ctx, 9_000))).toBe(0);
  expect(await getJob(ctx, { jobId })).toMatchObject({
    state: "cancelled",
    counts: { rows: { sent: 2, cancelled: 3 } },
  });
  expect(await refusalOf(cancelJob(ctx, { jobId }))).toBe("envelopes/bulk-not-running");
  expect(await refusalOf(startJob(ctx, { jobId }))).toBe("envelopes/bulk-not-preparing");
});

test("in quiet hours nobody is written to, by the clock of each person", async () => {
  const ctx = await member();
  const { envelopeId } = await prepared(ctx);
  const jobId = await upload(
    ctx,
    "Name,Email,Time zone\nAna,ana@example.com,\nKei,kei@example.jp,Asia/Tokyo\n",
    envelopeId,
  );
  await startJob(ctx, {
    jobId,
    perMinute: 600,
    quietHours: { from: "20:00", until: "08:00", timeZone: "UTC" },
  });
  const noon = (time: string): Context => ({ ...system(ctx), now: () => new Date(`2027-01-11T${time}:00Z`) });
  // 12:00 UTC is 21:00 in Tokyo.
  expect(await releaseRows(noon("12:00"))).toBe(1);
  expect(await releaseRows(noon("22:30"))).toBe(0);
  expect(await releaseRows(noon("23:30"))).toBe(1);
});

test("a mapping is remembered for the next table, and a wrong one refused", async () => {
  const ctx = await member();
  const { envelopeId, rent } = await prepared(ctx);
  const text = "Who,Where,How much\nAna,ana@example.com,12\n";
  const jobId = await upload(ctx, text, envelopeId);
  const { mapping, source } = await getJob(ctx, { jobId });
  expect(mapping).toEqual([null, null, null]);
  expect(await refusalOf(startJob(ctx, { jobId }))).toBe("envelopes/bulk-email-unmapped");
  const person = source.content.recipients[0]!.id;
  for (const wrong of [[null], ["name:x", null, null], [`name:${person}`, `name:${person}`, null]])
    expect(await refusalOf(changeMapping(ctx, { jobId, mapping: wrong }))).toBe(
      "envelopes/bulk-mapping-wrong",
    );
  const right = [`name:${person}`, `email:${person}`, `field:${rent}`];
  await changeMapping(ctx, { jobId, mapping: right });
  expect((await getJob(ctx, { jobId })).counts.rows.ready).toBe(1);
  expect((await getJob(ctx, { jobId: await upload(ctx, text, envelopeId) })).mapping).toEqual(right);
});

test("a file without end is refused while it comes, and nothing is kept of it", async () => {
  const ctx = await member();
  const { envelopeId } = await prepared(ctx);
  let given = 0;
  async function* endless(): AsyncGenerator<Uint8Array> {
    const row = fromUtf8("Ana,ana@example.com,1\n".repeat(50_000));
    for (; given < 1024 ** 3; given += row.length) yield row;
  }
  const input = { source: { kind: "draft" as const, id: envelopeId }, fileName: "huge.csv" };
  expect(await refusalOf(uploadTable(ctx, input, endless()))).toBe("envelopes/table-too-large");
  expect(given).toBeLessThan(25 * 1024 * 1024);
  expect(await refusalOf(uploadTable(ctx, input, pieces("")))).toBe("envelopes/table-empty");
  expect(await refusalOf(uploadTable(ctx, input, pieces(`a\n${"1\n".repeat(10_001)}`)))).toBe(
    "envelopes/table-too-many-rows",
  );
  expect(await listJobs(ctx)).toEqual([]);
});

test("what is not ready to be sent is not sent to anybody", async () => {
  const ctx = await member();
  const envelopeId = await createEnvelope(ctx, { title: "Empty" });
  const jobId = await upload(ctx, "Name,Email\nAna,ana@example.com\n", envelopeId);
  expect((await getJob(ctx, { jobId })).blockers.map(({ code }) => code)).toContain("no-document");
  expect(await refusalOf(startJob(ctx, { jobId }))).toBe("envelopes/bulk-source-not-ready");
});

test("who may not send in bulk any more can stop what they began", async () => {
  const organization = await product().newOrganization();
  const sender = await organization.member("sender");
  const { envelopeId } = await prepared(sender);
  const withhold = (from: string) => product().admin`
    update organizations set settings = settings || ${from}::text::jsonb where organization_id = ${organization.id}`;
  const jobId = await upload(sender, tableOf(2), envelopeId);
  await startJob(sender, { jobId });
  await withhold('{"withholdsBulkFrom": ["sender"]}');
  await pauseJob(sender, { jobId });
  expect(await refusalOf(resumeJob(sender, { jobId }))).toBe("envelopes/bulk-withheld");
  await cancelJob(sender, { jobId });
  await withhold('{"withholdsBulkFrom": []}');
  expect((await getJob(sender, { jobId })).state).toBe("cancelled");
});

test("what the class of the draft asks for is asked of every row", async () => {
  const boss = await (await product().newOrganization()).member("owner");
  const deeds = { trigger: "completion", years: 10, basis: "State law", isDefault: false } as const;
  const classId = await addClass(boss, { ...deeds, name: "Deeds" });
  await setRequiredStep(boss, { classId, steps: ["notary"] });
  await addAuthenticationRule(boss, {
    ...{ name: "Deeds", minimum: "email-code" },
    conditions: [{ about: "class", label: "", operator: "is", value: classId }],
  });
  const { envelopeId } = await prepared(boss);
  await chooseClass(boss, { envelopeId, classId });
  const jobId = await upload(boss, tableOf(1), envelopeId);
  expect((await getJob(boss, { jobId })).blockers).toEqual([{ code: "notary-required" }]);
  expect(await refusalOf(startJob(boss, { jobId }))).toBe("envelopes/bulk-source-not-ready");

  await setRequiredStep(boss, { classId, steps: [] });
  await startJob(boss, { jobId, perMinute: 60 });
  await releaseRows(system(boss));
  const [row] = await listJobRowsOf(boss, { jobId, after: 0, limit: 10 });
  const { entries } = await readChain(boss, row!.id);
  expect(entries.map(({ type }) => type)).toEqual(
    expect.arrayContaining(["retention-class.chosen", "envelope.sent", "authentication.raised"]),
  );
  expect((await getRetention(boss, { envelopeId: row!.id })).chosenId).toBe(classId);
});

test("an organization withholds it from a role; another's jobs are not there", async () => {
  const organization = await product().newOrganization();
  const [admin, sender] = [await organization.member("admin"), await organization.member("sender")];
  const { envelopeId } = await prepared(admin);
  const jobId = await upload(admin, tableOf(1), envelopeId);
  expect(await refusalOf(getJob(sender, { jobId }))).toBe("authorize/not-allowed");
  await product().admin`update organizations set settings = settings || '{"withholdsBulkFrom": ["sender"]}'
    where organization_id = ${organization.id}`;
  expect(await refusalOf(listJobs(sender))).toBe("envelopes/bulk-withheld");
  expect(await refusalOf(getJob(await member("admin"), { jobId }))).toBe("envelopes/bulk-not-found");
  expect(await refusalOf(startJob(await member(), { jobId }))).toBe("envelopes/bulk-not-found");
});

test("a published template is a source, as it was published; one that is not, or is retired, is none", async () => {
  const ctx = await member("admin");
  const { envelopeId } = await prepared(ctx);
  const made = await createTemplate(ctx, { fromEnvelopeId: envelopeId });
  const source = { kind: "template", id: made.templateId } as const;
  const table = () => pieces("Name,Email,Rent\nAna Ruiz,ana@example.com,950.00\nBen Okafor,ben@,1\n");
  expect(await refusalOf(uploadTable(ctx, { source, fileName: "a.csv" }, table()))).toBe(
    "envelopes/not-published",
  );
  const { version } = await getDraft(ctx, { envelopeId: made.envelopeId });
  await publishTemplate(ctx, { templateId: made.templateId, draftVersion: version });
  const jobId = await uploadTable(ctx, { source, fileName: "a.csv" }, table());
  const job = await getJob(ctx, { jobId });
  expect(job.source).toMatchObject({ kind: "template", id: made.templateId, envelopeId: made.envelopeId });
  const [preview] = await previewRows(ctx, { jobId });
  expect(JSON.stringify(preview)).toContain("950.00");
  await startJob(ctx, { jobId, perMinute: 60 });
  await releaseRows(system(ctx));
  const sentRow = (await listJobRowsOf(ctx, { jobId, after: 0, limit: 10 })).find(
    ({ state }) => state === "sent",
  )!;
  expect((await getEnvelope(ctx, { envelopeId: sentRow.id })).recipients[0]).toMatchObject({
    name: "Ana Ruiz",
    email: "ana@example.com",
  });
  const [row] = await product()
    .admin`select template_id, template_version from envelopes where id = ${sentRow.id}`;
  expect(row).toEqual({ template_id: made.templateId, template_version: 1 });
  await retireTemplate(ctx, { templateId: made.templateId, isRetired: true });
  expect(await refusalOf(uploadTable(ctx, { source, fileName: "a.csv" }, table()))).toBe(
    "envelopes/template-retired",
  );
});

test("a list of contacts is a table: a group of them, or all, and nobody else's", async () => {
  const organization = await product().newOrganization();
  const [ctx, other] = [await organization.member("sender"), await organization.member("sender")];
  await importContacts(
    ctx,
    pieces(
      'Name,Email,Phone,Groups\n"Müller, Änne",anne@example.com,+49 30 1234567,"Tenants, Berlin"\nBen,ben@example.com,,Tenants\n=cmd(),cy@example.com,,\n',
    ),
  );
  expect(await listContactGroups(ctx)).toEqual({
    all: 3,
    groups: [
      { name: "Berlin", count: 1 },
      { name: "Tenants", count: 2 },
    ],
  });
  const { envelopeId } = await prepared(ctx);
  const source = { kind: "draft", id: envelopeId } as const;
  const jobId = await uploadContacts(ctx, { source, group: "Tenants" });
  const job = await getJob(ctx, { jobId });
  expect(job).toMatchObject({
    fileName: "Contacts - Tenants",
    header: expect.arrayContaining(["Name", "Email"]),
  });
  expect(job.mapping.map((key) => key?.split(":")[0])).toEqual([
    "name",
    "email",
    "phone",
    "language",
    undefined,
  ]);
  const rows = await listJobRowsOf(ctx, { jobId, after: 0, limit: 10, states: ["ready"] });
  expect(rows.map(({ cells }) => cells.slice(0, 3)).toSorted()).toEqual([
    ["Ben", "ben@example.com", ""],
    ["Müller, Änne", "anne@example.com", "+49301234567"],
  ]);
  const all = await uploadContacts(ctx, { source, group: null });
  expect((await previewRows(ctx, { jobId: all })).length).toBe(3);
  expect(await refusalOf(uploadContacts(ctx, { source, group: "Gone" }))).toBe("envelopes/no-contacts");
  expect(await listContactGroups(other)).toEqual({ all: 0, groups: [] });
});

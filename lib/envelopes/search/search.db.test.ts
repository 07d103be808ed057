import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { type Context, createContext } from "#lib/context.ts";
import { addClass } from "#lib/retention/add-class.ts";
import { chooseClass } from "#lib/retention/choose-class.ts";
import { newDraft } from "#lib/signing/testing.ts";
import { createEnvelope } from "../create-envelope.ts";
import { exportEnvelopes } from "../export-list.ts";
import { addFolder, removeFolder } from "../folders.ts";
import { getHome } from "../get-home.ts";
import { countViews, listEnvelopes } from "../list-envelopes.ts";
import {
  chooseColumns,
  fileAway,
  getColumns,
  keepFilter,
  listChoices,
  listFilters,
  moveEnvelope,
  tagEnvelope,
  transferEnvelope,
} from "../organize.ts";
import { sendEnvelope } from "../send-envelope.ts";
import { indexEnvelopes, listUnread } from "./index-envelopes.ts";

const product = testProduct();
const PEOPLE = [{ name: "Żaneta Müller" }];
const titles = async (ctx: Context, input: Parameters<typeof listEnvelopes>[1]) =>
  (await listEnvelopes(ctx, input)).items.map(({ id }) => id);
const system = (ctx: Context) =>
  createContext(product().runtime, {
    organizationId: ctx.organizationId,
    actor: { kind: "system", job: "search" },
  });

test("an envelope is found by its title, its people, its short id and what its document says", async () => {
  const organization = await product().newOrganization();
  const ctx = await organization.member("sender");
  const { envelopeId } = await newDraft(ctx, PEOPLE);
  await newDraft(ctx, [{ name: "Ben Okafor" }]);
  const find = (search: string) => titles(ctx, { search });
  expect(await find("zaneta muller")).toEqual([envelopeId]);
  expect(await find("lease MÜLL")).toEqual([envelopeId]);
  expect(await find("lease")).toHaveLength(2);
  expect(await find("zaneta@")).toEqual([envelopeId]);
  expect(await find("no such words")).toEqual([]);
  expect(await find("' | ! :*")).toEqual([]);
  // Words of the document are read by the worker.
  expect(await find("confidential lease")).toEqual([]);
  expect(await listUnread(product().runtime)).toContain(ctx.organizationId);
  await indexEnvelopes(system(ctx));
  expect(await listUnread(product().runtime)).not.toContain(ctx.organizationId);
  const [text] = await product().admin`select text from document_texts limit 1`;
  const word = (text!.text as string).split(" ").find((one) => one.length > 6)!;
  expect(await find(`${word} zaneta`)).toEqual([envelopeId]);
  // Two documents with the same bytes are read once, and each is found.
  expect(await find(word)).toHaveLength(2);

  const other = await (await product().newOrganization()).member("sender");
  expect(await titles(other, { search: "zaneta" })).toEqual([]);
  expect(await titles(await organization.member("sender"), { search: "zaneta" })).toEqual([]);
  expect(await titles(await organization.member("counsel"), { search: "zaneta" })).toEqual([envelopeId]);
});

test("a sensitive answer is found by nobody", async () => {
  const ctx = await (await product().newOrganization()).member("sender");
  const { envelopeId, content } = await newDraft(ctx, PEOPLE);
  const [, text] = content.fields;
  await product().admin`insert into field_values (organization_id, field_id, value, saved_at)
    values (${ctx.organizationId}, ${text!.id}, 'Zanzibar', now())`;
  await product().admin`update envelopes set version = version where id = ${envelopeId}`;
  await indexEnvelopes(system(ctx));
  expect(await titles(ctx, { search: "zanzibar" })).toEqual([envelopeId]);
  await product().admin`update fields set settings = '{"isSensitive": true}' where id = ${text!.id}`;
  await product().admin`update envelopes set version = version where id = ${envelopeId}`;
  await indexEnvelopes(system(ctx));
  expect(await titles(ctx, { search: "zanzibar" })).toEqual([]);
});

test("views hold what they say, page by page, with counts beside them", async () => {
  const ctx = await (await product().newOrganization()).member("sender");
  for (let index = 0; index < 27; index++) await newDraft(ctx, []);
  const sent = await newDraft(ctx, PEOPLE);
  await sendEnvelope(ctx, sent);
  expect(await countViews(ctx)).toEqual({
    ...{
      all: 28,
      "needs-me": 0,
      waiting: 1,
      "due-soon": 0,
      completed: 0,
      ended: 0,
      drafts: 27,
      scheduled: 0,
      shared: 0,
      archived: 0,
    },
  });
  expect(await titles(ctx, { view: "waiting" })).toEqual([sent.envelopeId]);
  const first = await listEnvelopes(ctx, { view: "drafts" });
  expect(first.items).toHaveLength(25);
  const second = await listEnvelopes(ctx, { view: "drafts", cursor: first.olderCursor });
  expect(second.items).toHaveLength(2);
  expect(second.olderCursor).toBeNull();
  const back = await listEnvelopes(ctx, { view: "drafts", cursor: second.newerCursor, direction: "newer" });
  expect(back.items.map(({ id }) => id)).toEqual(first.items.map(({ id }) => id));
  await product()
    .admin`update envelopes set expires_at = now() + interval '3 days' where id = ${sent.envelopeId}`;
  expect(await titles(ctx, { view: "due-soon" })).toEqual([sent.envelopeId]);
});

test("envelopes go into folders, get tags, change hands, and filters are kept", async () => {
  const organization = await product().newOrganization();
  const [ctx, admin, viewer] = [
    await organization.member("sender"),
    await organization.member("admin"),
    await organization.member("viewer"),
  ];
  const { envelopeId } = await newDraft(ctx, PEOPLE);
  const folderId = await addFolder(ctx, { name: "Leases 2027" });
  expect(await refusalOf(addFolder(ctx, { name: "leases 2027" }))).toBe("envelopes/folder-exists");
  await moveEnvelope(ctx, { envelopeId, folderId });
  expect(await titles(ctx, { folder: folderId })).toEqual([envelopeId]);
  expect(await refusalOf(moveEnvelope(ctx, { envelopeId, folderId: envelopeId }))).toBe(
    "envelopes/folder-not-found",
  );
  await tagEnvelope(ctx, { envelopeId, tags: ["Urgent", "urgent", "Berlin"] });
  expect(await titles(ctx, { tag: "Berlin" })).toEqual([envelopeId]);
  expect(await titles(ctx, { search: "berl" })).toEqual([envelopeId]);
  const tagsNow = async () => (await listEnvelopes(ctx, {})).items[0]!.tags;
  await tagEnvelope(ctx, { envelopeId, tags: ["URGENT", "Lease"], how: "add" });
  expect(await tagsNow()).toEqual(["urgent", "Berlin", "Lease"]);
  await tagEnvelope(ctx, { envelopeId, tags: ["lease"], how: "remove" });
  expect(await tagsNow()).toEqual(["urgent", "Berlin"]);
  const many = Array.from({ length: 19 }, (_, index) => `tag ${index}`);
  expect(await refusalOf(tagEnvelope(ctx, { envelopeId, tags: many, how: "add" }))).toBe(
    "envelopes/too-many-tags",
  );
  const wish = {
    ...({ view: "drafts", state: null, search: "lease", folder: folderId, tag: null } as const),
    ...{ sender: null, team: null, template: null, from: "2026-01-01", until: null },
    ...({ class: folderId, signature: "advanced", held: true, least: "10.5", most: null } as const),
  };
  await keepFilter(ctx, { name: "Mine", wish });
  expect(await listFilters(ctx)).toEqual([{ name: "Mine", wish }]);
  expect(await listFilters(admin)).toEqual([]);

  const [heir, stranger] = [admin.actor, viewer.actor].map((actor) =>
    actor.kind === "member" ? actor.memberId : null,
  );
  expect(await refusalOf(transferEnvelope(ctx, { envelopeId, to: stranger! }))).toBe(
    "envelopes/member-not-found",
  );
  await transferEnvelope(ctx, { envelopeId, to: heir! });
  expect(await titles(ctx, {})).toEqual([]);
  expect(await refusalOf(tagEnvelope(ctx, { envelopeId, tags: [] }))).toBe("authorize/not-allowed");
  await removeFolder(admin, { folderId });
  expect(await titles(admin, {})).toEqual([envelopeId]);
});

test("what waits for a member is listed, whoever sent it, and opens nothing else of it", async () => {
  const organization = await product().newOrganization();
  const [sender, viewer, other] = [
    await organization.member("sender"),
    await organization.member("sender"),
    await organization.member("sender"),
  ];
  const mine = await newDraft(sender, [{ name: "Ana Ruiz" }, { name: "Ben Okafor" }]);
  await sendEnvelope(sender, { envelopeId: mine.envelopeId, version: mine.version });
  const email = viewer.actor.kind === "member" ? viewer.actor.email : "";
  const asked = (state: string) =>
    product()
      .admin`update recipients set email = ${email}, state = ${state} where name = 'Ana Ruiz' and envelope_id = ${mine.envelopeId}`;
  await asked("waiting");
  expect(await titles(viewer, { view: "needs-me" })).toEqual([]);
  await asked("notified");
  await tagEnvelope(sender, { envelopeId: mine.envelopeId, tags: ["Secret"] });
  const [item] = (await listEnvelopes(viewer, { view: "needs-me" })).items;
  expect(item).toMatchObject({ id: mine.envelopeId, isReadable: false, tags: [], title: "Lease 12B" });
  expect(item!.recipients.map((one) => one.email)).toEqual([email]);
  expect(item!.ownPlace).not.toBeNull();
  expect((await countViews(viewer))["needs-me"]).toBe(1);
  const [home, hers] = [await getHome(viewer), await getHome(sender)];
  expect(home.needsMe.items.map(({ id }) => id)).toEqual([mine.envelopeId]);
  expect(home.waiting!.items).toEqual([]);
  expect(hers.needsMe.items).toEqual([]);
  expect(hers.waiting!.items.map(({ id }) => id)).toEqual([mine.envelopeId]);
  expect((await getHome(await organization.member("counsel"))).drafts).toBeNull();
  expect(await titles(viewer, {})).toEqual([]);
  expect(await titles(other, { view: "needs-me" })).toEqual([]);
  // Its sender sees that somebody else is waited for.
  const [own] = (await listEnvelopes(sender, {})).items;
  expect(own).toMatchObject({ isReadable: true, ownPlace: null, tags: ["Secret"] });
  // On a host's device nobody signs from their own desk.
  await product()
    .admin`update recipients set host_id = ${mine.envelopeId} where name = 'Ana Ruiz' and envelope_id = ${mine.envelopeId}`;
  expect(await titles(viewer, { view: "needs-me" })).toEqual([]);
});

test("the list is narrowed to a sender, a template and days, and taken along as a table", async () => {
  const organization = await product().newOrganization();
  const [admin, sender] = [await organization.member("admin"), await organization.member("sender")];
  const memberOf = ({ actor }: Context) => (actor.kind === "member" ? actor.memberId : "");
  const [hers, old] = [await newDraft(sender, PEOPLE), await newDraft(sender, PEOPLE)];
  const his = await newDraft(admin, PEOPLE);
  await product()
    .admin`update envelopes set changed_at = '2026-02-28T23:30:00Z', title = '=cmd()' where id = ${old.envelopeId}`;
  expect(await titles(admin, { sender: memberOf(admin) })).toEqual([his.envelopeId]);
  expect(await titles(sender, { sender: memberOf(admin) })).toEqual([]);
  expect(await titles(admin, { from: "2026-02-28", until: "2026-02-28" })).toEqual([old.envelopeId]);
  expect(await titles(admin, { until: "2026-02-27" })).toEqual([]);
  expect(await titles(admin, { from: "2026-03-01", sender: memberOf(sender) })).toEqual([hers.envelopeId]);
  expect(await titles(admin, { template: hers.envelopeId })).toEqual([]);
  expect((await listChoices(admin)).senders).toHaveLength(2);
  expect((await listChoices(sender)).senders).toEqual([]);

  const table = await new Response((await exportEnvelopes(sender, {})).bytes).text();
  const lines = table.trim().split("\r\n");
  expect(lines).toHaveLength(3);
  expect(lines[0]).toContain('"envelope","number","title","state","sender"');
  expect(lines[0]).toContain('"class","signatures","amount","held","archived"');
  expect(lines[1]).toContain('"here"');
  // A spreadsheet runs no title as a formula.
  expect(table).toContain('"\'=cmd()"');
  expect(table).not.toContain(his.envelopeId);
  const [taken] = await product().admin`select body from audit_events
    where organization_id = ${sender.organizationId} and body like '%"evidence.downloaded"%'`;
  expect(taken!.body).toContain("envelope-list");
});

test("columns are kept for the member who chose them", async () => {
  const organization = await product().newOrganization();
  const [ctx, other] = [await organization.member("sender"), await organization.member("sender")];
  const first = await getColumns(ctx);
  await chooseColumns(ctx, { columns: ["changed", "template", "changed"] });
  expect(await getColumns(ctx)).toEqual(["template", "changed"]);
  expect(await getColumns(other)).toEqual(first);
  await chooseColumns(ctx, { columns: [] });
  expect(await getColumns(ctx)).toEqual([]);
});

test("the list is narrowed to a class, a level, what is held, and amounts, and counts say so", async () => {
  const organization = await product().newOrganization();
  const [admin, ctx] = [await organization.member("admin"), await organization.member("sender")];
  const [one, two] = [await newDraft(ctx, PEOPLE), await newDraft(ctx, PEOPLE)];
  const lease = await addClass(admin, {
    ...({ name: "Lease", trigger: "completion", years: 10, basis: "contract", isDefault: false } as const),
  });
  const mine = () => listChoices(ctx).then(({ classes }) => classes);
  expect(await mine()).toContainEqual({ id: lease, name: "Lease", isRetired: false });
  await chooseClass(ctx, { envelopeId: one.envelopeId, classId: lease });
  expect(await titles(ctx, { class: lease })).toEqual([one.envelopeId]);
  expect((await listEnvelopes(ctx, { class: lease })).items[0]!.className).toBe("Lease");
  // What was chosen after sending counts, and what it was sent under once nothing is chosen any more.
  await sendEnvelope(ctx, { envelopeId: one.envelopeId, version: one.version });
  await chooseClass(ctx, { envelopeId: one.envelopeId, classId: null });
  expect(await titles(ctx, { class: lease })).toEqual([one.envelopeId]);
  expect(await titles(ctx, { class: two.envelopeId })).toEqual([]);

  await product()
    .admin`update envelopes set signature_kind = 'qualified', held_since = now() where id = ${two.envelopeId}`;
  expect(await titles(ctx, { signature: "qualified" })).toEqual([two.envelopeId]);
  expect(await titles(ctx, { signature: "here" })).toEqual([one.envelopeId]);
  expect(await titles(ctx, { held: true })).toEqual([two.envelopeId]);
  expect(await titles(ctx, { held: true, class: lease })).toEqual([]);

  const text = two.content.fields[1]!;
  await product().admin`update fields set type = 'amount' where id = ${text.id}`;
  await product().admin`insert into field_values (organization_id, field_id, value, saved_at)
    values (${ctx.organizationId}, ${text.id}, '1250.50', now())`;
  await product().admin`update envelopes set version = version where id = ${two.envelopeId}`;
  await indexEnvelopes(system(ctx));
  expect(await titles(ctx, { least: "1250.5" })).toEqual([two.envelopeId]);
  expect(await titles(ctx, { least: "1000", most: "1250.49" })).toEqual([]);
  expect(await titles(ctx, { most: "2000" })).toEqual([two.envelopeId]);
  expect((await listEnvelopes(ctx, { most: "2000" })).items[0]!.amount).toBe("1250.50");
  expect(await refusalOf(listEnvelopes(ctx, { least: "1e9" })).then(Boolean)).toBe(true);
  expect(await countViews(ctx, { most: "2000" })).toMatchObject({ all: 1, drafts: 1, waiting: 0 });
  expect(await countViews(ctx, { class: lease })).toMatchObject({ all: 1, drafts: 0, waiting: 1 });
  // A state that a view does not hold finds nothing there.
  expect(await titles(ctx, { view: "drafts", state: "sent" })).toEqual([]);
  expect(await countViews(ctx, { state: "sent" })).toMatchObject({ all: 1, drafts: 0, waiting: 1 });
  // What is sensitive is reckoned by nobody.
  await product().admin`update fields set settings = '{"isSensitive": true}' where id = ${text.id}`;
  await product().admin`update envelopes set version = version where id = ${two.envelopeId}`;
  await indexEnvelopes(system(ctx));
  expect(await titles(ctx, { least: "0" })).toEqual([]);
  const stranger = await (await product().newOrganization()).member("sender");
  expect(await titles(stranger, { class: lease })).toEqual([]);
});

test("what is over is filed away and taken back, by who may manage it", async () => {
  const organization = await product().newOrganization();
  const [ctx, other, viewer] = [
    await organization.member("sender"),
    await organization.member("sender"),
    await organization.member("viewer"),
  ];
  const { envelopeId } = await newDraft(ctx, PEOPLE);
  expect(await refusalOf(fileAway(ctx, { envelopeId, isAway: true }))).toBe("envelopes/not-over");
  await product()
    .admin`update envelopes set state = 'voided', ended_at = now(), changed_at = '2026-01-01' where id = ${envelopeId}`;
  expect(await titles(ctx, { view: "ended" })).toEqual([envelopeId]);
  for (const stranger of [other, viewer])
    expect(await refusalOf(fileAway(stranger, { envelopeId, isAway: true }))).toBe("authorize/not-allowed");
  const foreign = await (await product().newOrganization()).member("sender");
  expect(await refusalOf(fileAway(foreign, { envelopeId, isAway: true }))).toBe("envelopes/not-found");
  await fileAway(ctx, { envelopeId, isAway: true });
  expect(await refusalOf(fileAway(ctx, { envelopeId, isAway: true }))).toBe("envelopes/nothing-changed");
  expect(await titles(ctx, { view: "ended" })).toEqual([]);
  expect(await titles(ctx, { view: "archived" })).toEqual([envelopeId]);
  expect(await titles(ctx, {})).toEqual([envelopeId]);
  expect(await countViews(ctx)).toMatchObject({ all: 1, ended: 0, archived: 1 });
  // It is no change of the envelope: it stays at its place in the list.
  const [item] = (await listEnvelopes(ctx, { view: "archived" })).items;
  expect(item).toMatchObject({
    isFiledAway: true,
    mayFile: true,
    changedAt: new Date("2026-01-01T00:00:00Z"),
  });
  expect((await listEnvelopes(viewer, {})).items[0]!.mayFile).toBe(false);
  await fileAway(ctx, { envelopeId, isAway: false });
  expect(await titles(ctx, { view: "ended" })).toEqual([envelopeId]);
  const events = await product().admin`select type from audit_events where chain_id = ${envelopeId}
    and type in ('envelope.filed-away', 'envelope.taken-back') order by sequence`;
  expect(events.map(({ type }) => type)).toEqual(["envelope.filed-away", "envelope.taken-back"]);
});

test("what many have in common is found page by page, both ways, as what few have is", async () => {
  const ctx = await (await product().newOrganization()).member("sender");
  const made: string[] = [];
  for (let count = 0; count < 60; count++)
    made.push(await createEnvelope(ctx, { title: `Common heron${count % 2} ${count}` }));
  await indexEnvelopes(system(ctx));
  const newest = made.toReversed();
  for (const [search, expected] of [
    ["comm", newest],
    ["common heron", newest],
    ["common heron1", newest.filter((_, place) => place % 2 === 0)],
  ] as const) {
    const found: string[] = [];
    let last: Awaited<ReturnType<typeof listEnvelopes>> | null = null;
    for (let cursor: string | null = null; ; ) {
      const page: Awaited<ReturnType<typeof listEnvelopes>> = await listEnvelopes(ctx, { search, cursor });
      found.push(...page.items.map(({ id }) => id));
      cursor = page.olderCursor;
      last = page;
      if (cursor === null) break;
    }
    expect(found, search).toEqual(expected);
    const before = await listEnvelopes(ctx, { search, cursor: last.newerCursor, direction: "newer" });
    const from = expected.length - last.items.length;
    expect(
      before.items.map(({ id }) => id),
      search,
    ).toEqual(expected.slice(from - 25, from));
  }
  expect((await countViews(ctx, { search: "comm" })).drafts).toBe(60);
});

import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { type Context, createContext } from "#lib/context.ts";
import { newDraft } from "#lib/signing/testing.ts";
import { countViews, listEnvelopes } from "../list-envelopes.ts";
import {
  addFolder,
  keepFilter,
  listFilters,
  moveEnvelope,
  removeFolder,
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
  const wish = { view: "drafts", state: null, search: "lease", folder: folderId, tag: null } as const;
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

import { beforeAll, describe, expect, test } from "vitest";
import { contract, refusalOf, testProduct } from "#db/testing.ts";
import type { Context } from "./context.ts";
import { openOutboxMail, readOutbox } from "./delivery/read-outbox.ts";
import { addDocument } from "./envelopes/add-document.ts";
import { deleteDraft } from "./envelopes/delete-draft.ts";
import { getDraft } from "./envelopes/get-draft.ts";
import { getEnvelope } from "./envelopes/get-envelope.ts";
import { listEnvelopes } from "./envelopes/list-envelopes.ts";
import { PREVIEW, pageImage } from "./envelopes/page-image.ts";
import { remindRecipient } from "./envelopes/remind-recipient.ts";
import { removeDocument } from "./envelopes/remove-document.ts";
import { saveDraft } from "./envelopes/save-draft.ts";
import { sendEnvelope } from "./envelopes/send-envelope.ts";
import { voidEnvelope } from "./envelopes/void-envelope.ts";
import { watchEnvelope } from "./envelopes/watch-envelope.ts";
import { download } from "./evidence/download.ts";
import { revisionFiles } from "./evidence/revision-files.ts";
import { newDraft, sent } from "./signing/testing.ts";

const product = testProduct();
type Draft = Awaited<ReturnType<typeof newDraft>>;
interface Place {
  readonly draft: Draft;
  readonly sent: Draft;
}

/** What may be done with an envelope, by verb: each names one that is not theirs to whoever calls. */
const VERBS: Readonly<Record<string, (ctx: Context, place: Place) => Promise<unknown>>> = {
  getDraft: (ctx, { draft }) => getDraft(ctx, draft),
  saveDraft: (ctx, { draft }) => saveDraft(ctx, draft),
  addDocument: (ctx, { draft: { envelopeId } }) =>
    addDocument(ctx, { envelopeId, name: "a.pdf" }, inOne(contract())),
  removeDocument: (ctx, { draft: { envelopeId, document } }) =>
    removeDocument(ctx, { envelopeId, documentId: document.id }),
  deleteDraft: (ctx, { draft }) => deleteDraft(ctx, draft),
  sendEnvelope: (ctx, { draft }) => sendEnvelope(ctx, draft),
  voidEnvelope: (ctx, { sent: { envelopeId } }) => voidEnvelope(ctx, { envelopeId, reason: "mine" }),
  remindRecipient: (ctx, { sent: { envelopeId, content } }) =>
    remindRecipient(ctx, { envelopeId, recipientId: content.recipients[0]!.id }),
  getEnvelope: (ctx, { sent }) => getEnvelope(ctx, sent),
  watchEnvelope: async (ctx, { sent }) => (await watchEnvelope(ctx, sent, () => {}))(),
  "pageImage of the draft": (ctx, { draft: { document } }) =>
    pageImage(ctx, { documentId: document.id, revision: PREVIEW, page: 0, widthPx: 800 }),
  "download of the original": (ctx, { sent: { envelopeId, document } }) =>
    download(ctx, { envelopeId, wanted: { kind: "document", documentId: document.id, variant: "original" } }),
  "download of the events": (ctx, { sent: { envelopeId } }) =>
    download(ctx, { envelopeId, wanted: { kind: "events" } }),
  revisionFiles: (ctx, { sent: { envelopeId, document } }) =>
    revisionFiles(ctx, { envelopeId, documentId: document.id }),
};
/** Counsel and viewers see every envelope of their organization, and senders their own. */
const LOOKS = ["getEnvelope", "watchEnvelope", "pageImage of the draft"];
/** Whoever looks at pages of others stands in the trail with it. */
const NOTED = ["pageImage of the draft"];
const DOWNLOADS = ["download of the original", "download of the events", "revisionFiles"];

async function* inOne(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Every row of every table that organizations have, and of accounts: whatever changes is seen. */
async function everything(): Promise<string> {
  const { admin } = product();
  const tables = await admin`select distinct c.relname as name from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'organization_id'
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' order by 1`;
  const rows = await Promise.all(
    [...tables.map(({ name }) => name as string), "accounts"].map(
      (name) =>
        admin`select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as sum from ${admin(name)} t`,
    ),
  );
  return rows.map(([row]) => row!.sum).join(" ");
}

let place: Place;
let people: Readonly<Record<string, Context>>;

beforeAll(async () => {
  const [own, other] = [await product().newOrganization(), await product().newOrganization()];
  const sender = await own.member("sender");
  place = {
    draft: await newDraft(sender, [{ name: "Ana Ruiz" }]),
    sent: await sent(sender, [{ name: "Ana Ruiz" }]),
  };
  // Its first page is drawn, so that looking at it later changes nothing.
  await pageImage(sender, { documentId: place.draft.document.id, revision: PREVIEW, page: 0, widthPx: 800 });
  people = {
    "another organization's owner": await other.member("owner"),
    "another organization's counsel": await other.member("counsel"),
    "another sender": await own.member("sender"),
    counsel: await own.member("counsel"),
    viewer: await own.member("viewer"),
  };
});

const NOT_THERE = /^(envelopes|evidence)\/(document-)?not-found$/;

describe.for(Object.entries(VERBS))("%s", ([name, call]) => {
  test.for(["another organization's owner", "another organization's counsel"])(
    "finds nothing for %s and changes nothing",
    async (who) => {
      const before = await everything();
      const code = await refusalOf(call(people[who]!, place));
      if (who.endsWith("owner") || [...LOOKS, ...DOWNLOADS].includes(name)) expect(code).toMatch(NOT_THERE);
      else expect(code).toBe("authorize/not-allowed");
      expect(await everything()).toBe(before);
    },
  );

  test("is refused to another sender of the same organization, and changes nothing", async () => {
    const before = await everything();
    expect(await refusalOf(call(people["another sender"]!, place))).toBe("authorize/not-allowed");
    expect(await everything()).toBe(before);
  });

  test.for(["counsel", "viewer"])("lets %s look and no more", async (who) => {
    const before = await everything();
    const may = LOOKS.includes(name) || (who === "counsel" && DOWNLOADS.includes(name));
    expect(await refusalOf(call(people[who]!, place))).toBe(may ? undefined : "authorize/not-allowed");
    if (![...DOWNLOADS, ...NOTED].includes(name)) expect(await everything()).toBe(before);
  });
});

test("lists hold one's own organization, and of it a sender one's own envelopes", async () => {
  const listed = async (who: string) =>
    (await listEnvelopes(people[who]!, {})).items.map(({ id }) => id).sort();
  const all = [place.draft.envelopeId, place.sent.envelopeId].sort();
  expect(await listed("another organization's owner")).toEqual([]);
  expect(await listed("another sender")).toEqual([]);
  expect(await listed("viewer")).toEqual(all);
});

test("one organization's outbox is not another's", async () => {
  const owner = people["another organization's owner"]!;
  const id = `${crypto.randomUUID()}.x`;
  await product()
    .admin`insert into outbox_mails (organization_id, id, to_name, to_address, subject, html, text, created_at)
    values (${people.viewer!.organizationId}, ${id}, 'Ana', 'ana@example.com', 'Sign', '', 'a link', now())`;
  expect(await readOutbox(owner)).toEqual([]);
  expect(await refusalOf(openOutboxMail(owner, { mailId: id }))).toBe("delivery/not-found");
});

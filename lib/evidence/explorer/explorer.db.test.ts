import { beforeAll, describe, expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { linkHash } from "#lib/audit/core/chain.ts";
import { fromHex, toHex } from "#lib/bytes.ts";
import type { Context } from "#lib/context.ts";
import type { EventId } from "#lib/ids.ts";
import { linkFor, personWith, sent, sign, until } from "#lib/signing/testing.ts";
import type { EventRecord } from "../core/explorer/event-files.ts";
import { download } from "../download.ts";
import { exportEvents } from "./export-events.ts";
import { getEvent } from "./get-event.ts";
import { searchEvents } from "./search-events.ts";

const product = testProduct({ runsJobs: true });

let organization: Awaited<ReturnType<ReturnType<typeof product>["newOrganization"]>>;
let owner: Context;
let sender: Context;
let mine: Awaited<ReturnType<typeof sent>>;
let theirs: Awaited<ReturnType<typeof sent>>;

beforeAll(async () => {
  organization = await product().newOrganization();
  owner = await organization.member("owner");
  sender = await organization.member("sender");
  theirs = await sent(owner, [{ name: "Ana Ruiz" }]);
  mine = await sent(sender, [{ name: "Ben Okafor" }]);
  await sign(await personWith(owner, await linkFor(owner, theirs.envelopeId, "Ana Ruiz")));
  await until(owner, theirs.envelopeId, ({ state }) => state === "completed");
  await until(owner, mine.envelopeId, ({ trail }) => trail.some(({ type }) => type === "mail.delivered"));
}, 180_000);

type Query = Parameters<typeof searchEvents>[1];
const found = async (ctx: Context, query: Query) => (await searchEvents(ctx, query)).events;
const textOf = async (work: ReturnType<typeof exportEvents>) => {
  const { bytes, ...facts } = await work;
  return {
    ...facts,
    text: new TextDecoder("utf-8", { ignoreBOM: true }).decode(await new Response(bytes).arrayBuffer()),
  };
};

describe("who reads what", () => {
  test.for(["owner", "admin", "counsel"] as const)(
    "%s reads every envelope and the organization",
    async (role) => {
      const ctx = await organization.member(role);
      await exportEvents(ctx, { form: "csv", group: "keys" }).then(({ bytes }) => bytes.cancel());
      const events = await found(ctx, {});
      const chains = new Set(events.map(({ chainId }) => chainId));
      for (const chain of [theirs.envelopeId, organization.id]) expect(chains).toContain(chain);
      expect((await found(ctx, { text: "WH-" })).length).toBeGreaterThan(0);
    },
  );

  test("a sender reads their own envelopes and nothing else", async () => {
    for (const query of [{}, { person: "Olivia" }, { group: "access" }, { text: "Lease" }] as Query[])
      for (const { chainId } of await found(sender, query)) expect(chainId).toBe(mine.envelopeId);
    expect((await found(sender, {})).length).toBeGreaterThan(3);
    const [other] = await found(owner, { group: "signing" });
    expect(await refusalOf(getEvent(sender, { eventId: other!.id }))).toBe("authorize/not-allowed");
    const { text } = await textOf(exportEvents(sender, { form: "jsonl" }));
    const chains = text
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as EventRecord).chain);
    expect(new Set(chains)).toEqual(new Set([mine.envelopeId]));
  });

  test("a viewer and another organization read nothing", async () => {
    const viewer = await organization.member("viewer");
    expect(await refusalOf(searchEvents(viewer, {}))).toBe("authorize/not-allowed");
    expect(await refusalOf(exportEvents(viewer, { form: "csv" }))).toBe("authorize/not-allowed");
    const stranger = await (await product().newOrganization()).member("owner");
    expect((await found(stranger, {})).map(({ type }) => type)).toEqual(["audit.searched"]);
    const [event] = await found(owner, { group: "signing" });
    expect(await refusalOf(getEvent(stranger, { eventId: event!.id }))).toBe("evidence/event-not-found");
  });
});

describe("what is looked for", () => {
  test("a person: what they did, and what was done about them", async () => {
    const events = await found(owner, { person: "ana.ruiz@" });
    const types = events.map(({ type }) => type);
    for (const type of ["recipient.signed", "mail.delivered", "signature.made"])
      expect(types).toContain(type);
    for (const { actor, data } of events)
      expect([actor.id, data.recipient]).toContain(theirs.content.recipients[0]!.id);
    expect(await found(owner, { person: "nobody of that name" })).toEqual([]);
  });

  test("a group, an envelope by its number or id, an address, words, a hash, a day", async () => {
    const { shortId } = await until(owner, theirs.envelopeId, () => true);
    const all = await found(owner, { envelope: shortId.toLowerCase() });
    expect(new Set(all.map(({ chainId }) => chainId))).toEqual(new Set([theirs.envelopeId]));
    const publicId = `env_${theirs.envelopeId.replaceAll("-", "")}`;
    expect(await found(owner, { envelope: publicId })).toEqual(all);
    expect(await found(owner, { envelope: "WH-0000-0000" })).toEqual([]);
    for (const { group } of await found(owner, { group: "signing" })) expect(group).toBe("signing");

    const from = await found(owner, { ip: "203.0.113.7" });
    expect(from.length).toBeGreaterThan(5);
    for (const { actor } of from) expect(actor.ip).toBe("203.0.113.7");
    expect(await found(owner, { ip: "203.0.113.8" })).toEqual([]);

    expect((await found(owner, { text: "agreed to act electronically" })).map(({ type }) => type)).toEqual([
      "consent.given",
    ]);
    expect((await found(owner, { text: "lease 12B" })).length).toBeGreaterThan(10);
    const { hash, id } = all[0]!;
    expect(
      (await found(owner, { text: `${hash.slice(0, 4)} ${hash.slice(4, 12)}` })).map((one) => one.id),
    ).toEqual([id]);
    const today = new Date().toISOString().slice(0, 10);
    expect((await found(owner, { from: today, to: today })).length).toBeGreaterThan(0);
    expect(await found(owner, { to: "2020-01-01" })).toEqual([]);
  });

  test("in sentences that say who and what", async () => {
    const [signed] = await found(owner, { text: "recipient.signed" });
    expect(signed).toMatchObject({ who: ["Ana Ruiz", "Signer"], type: "recipient.signed", group: "signing" });
    expect(signed!.what).toMatch(
      /^Signed by choosing “Finish”, with .* on screen and 3 fields of their own\.$/,
    );
  });

  test("page by page, each event once and newest first", async () => {
    for (let count = 0; count < 30; count++) await exportEvents(owner, { form: "csv", to: "2020-01-01" });
    const first = await searchEvents(owner, {});
    expect(first.events).toHaveLength(50);
    const second = await searchEvents(owner, { cursor: first.olderCursor });
    const ids = [...first.events, ...second.events].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const times = [...first.events, ...second.events].map(({ at }) => at.getTime());
    expect(times).toEqual(times.toSorted((a, b) => b - a));
    expect((await searchEvents(owner, { cursor: "nonsense" })).events[0]!.id).toBe(ids[0]);
  });
});

test("one event is shown exactly: its text and its hash agree until either is altered", async () => {
  const { admin } = product();
  const [event] = await found(sender, {});
  const view = await getEvent(sender, { eventId: event!.id });
  expect(view).toMatchObject({ holds: true, hash: event!.hash });
  const before = (JSON.parse(view.body) as { previous: string }).previous;
  expect(toHex(linkHash(fromHex(before), view.body))).toBe(view.hash);
  const altered = view.body.replace(/"version":1/, '"version":2');
  await admin`update audit_events set body = ${altered} where id = ${view.id}`;
  expect((await getEvent(sender, { eventId: view.id as EventId })).holds).toBe(false);
  await admin`update audit_events set body = ${view.body} where id = ${view.id}`;
});

describe("files", () => {
  const query = { envelope: "" };
  beforeAll(async () => {
    query.envelope = (await until(owner, theirs.envelopeId, () => true)).shortId;
  });

  test("CSV, JSON and JSONL hold the same entries, and each is an event with what was looked for", async () => {
    const json = await textOf(exportEvents(owner, { ...query, form: "json" }));
    const jsonl = await textOf(exportEvents(owner, { ...query, form: "jsonl" }));
    const csv = await textOf(exportEvents(owner, { ...query, form: "csv" }));
    const records = JSON.parse(json.text) as EventRecord[];
    expect(records.length).toBeGreaterThan(15);
    expect(
      jsonl.text
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toEqual(records);
    const [head, ...rows] = parseCsv(csv.text.slice(1));
    expect(csv.text[0]).toBe("\ufeff");
    expect(head).toEqual(Object.keys(records[0]!));
    expect(rows).toEqual(records.map((record) => Object.values(record).map(cell)));

    const events = await found(owner, { text: "audit.exported" });
    expect(events.slice(0, 3).map(({ data }) => data)).toMatchObject(
      (["csv", "jsonl", "json"] as const).map((kind) => ({
        kind,
        count: records.length,
        query: { envelope: query.envelope },
      })),
    );
  });

  test("an empty result is still a file of its form", async () => {
    const none = { to: "2020-01-01" };
    expect(JSON.parse((await textOf(exportEvents(owner, { ...none, form: "json" }))).text)).toEqual([]);
    expect((await textOf(exportEvents(owner, { ...none, form: "jsonl" }))).text).toBe("");
    expect(
      parseCsv((await textOf(exportEvents(owner, { ...none, form: "csv" }))).text.slice(1)),
    ).toHaveLength(1);
  });

  test("the trail of one envelope has the same entries in every form", async () => {
    const { envelopeId } = theirs;
    const get = async (wanted: Parameters<typeof download>[1]["wanted"]) =>
      new Response((await download(owner, { envelopeId, wanted })).bytes).text();
    const lines = (await get({ kind: "events" })).trim().split("\n");
    const records = JSON.parse(await get({ kind: "trail", form: "json" })) as EventRecord[];
    const rows = parseCsv((await get({ kind: "trail", form: "csv" })).replace("\ufeff", ""));
    const hashes = lines.map((line) => (JSON.parse(line) as { hash: string }).hash);
    // Each download is an entry of the one after it.
    expect(records.map(({ hash }) => hash).slice(0, hashes.length)).toEqual(hashes);
    expect(
      rows
        .slice(1)
        .map((row) => row[16])
        .slice(0, hashes.length),
    ).toEqual(hashes);
    expect(records.map(({ number }) => number)).toEqual(records.map((_, index) => index));
  });
});

const cell = (value: unknown) =>
  value === null ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);

/** RFC 4180, read by the letter. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const cells = /"((?:[^"]|"")*)"(,|\r\n)/gy;
  for (const [, value, end] of text.matchAll(cells)) {
    row.push(value!.replaceAll('""', '"'));
    if (end === ",") continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

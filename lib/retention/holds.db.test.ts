import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { inTransaction } from "#lib/context.ts";
import { deleteDraft } from "#lib/envelopes/delete-draft.ts";
import { getEnvelope } from "#lib/envelopes/get-envelope.ts";
import { removeDocument } from "#lib/envelopes/remove-document.ts";
import { saveDraft } from "#lib/envelopes/save-draft.ts";
import { indexEnvelopes } from "#lib/envelopes/search/index-envelopes.ts";
import { voidEnvelope } from "#lib/envelopes/void-envelope.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { newDraft, sent } from "#lib/signing/testing.ts";
import { chooseClass } from "./choose-class.ts";
import type { HoldScope } from "./core/hold.ts";
import { approvePurges, reviewPurges } from "./decide-purges.ts";
import { getRetention } from "./get-retention.ts";
import { listHolds } from "./list-holds.ts";
import { listPurges } from "./list-purges.ts";
import { extendHolds, placeHold, previewHold } from "./place-hold.ts";
import { planPurges } from "./plan-purges.ts";
import { purgeEnvelope } from "./purge-envelope.ts";
import { askRelease, keepHold, releaseHold } from "./release-hold.ts";
import { resumePurges } from "./resume-purges.ts";
import { lockEnvelope } from "./store.ts";
import { letThrough, office, PASSWORD, releasedByTwo } from "./testing.ts";

// No jobs run by themselves here: each step of a destruction is taken by hand.
const product = testProduct();
const HOLD = { matter: "Ruiz v. Harbor", reason: "A claim was filed" };

/** An envelope that was voided long ago, without waiting for a worker. */
async function voidedLongAgo(ctx: Awaited<ReturnType<typeof office>>["sender"], name = "Ana Ruiz") {
  const { envelopeId } = await sent(ctx, [{ name }]);
  await voidEnvelope(ctx, { envelopeId, reason: "Superseded" });
  await product()
    .admin`update envelopes set ended_at = now() - interval '7 years 2 days' where id = ${envelopeId}`;
  return envelopeId;
}

const heldSince = async (envelopeId: EnvelopeId) => {
  const [row] = await product().admin`select held_since from envelopes where id = ${envelopeId}`;
  return row!.held_since as Date | null;
};
const typesIn = async (ctx: Parameters<typeof readChain>[0], envelopeId: EnvelopeId | null) =>
  (await readChain(ctx, envelopeId)).entries.map(({ type }) => type);

test("a hold stops editing, voiding and choosing at once, and a release lets it go on", async () => {
  const { counsel, owner, sender } = await office(product());
  const draft = await newDraft(sender, [{ name: "Ana Ruiz" }]);
  const { envelopeId } = await sent(sender, [{ name: "Ana Ruiz" }]);
  const holdId = await placeHold(counsel, { ...HOLD, scope: "person", query: "Ana.Ruiz@Example.com" });
  const save = () => saveDraft(sender, draft);
  const attempts: (() => Promise<unknown>)[] = [
    save,
    () => deleteDraft(sender, { envelopeId: draft.envelopeId }),
    () => removeDocument(sender, { envelopeId: draft.envelopeId, documentId: draft.document.id }),
    () => voidEnvelope(sender, { envelopeId, reason: "Never mind" }),
  ];
  for (const attempt of attempts) expect(await refusalOf(attempt())).toBe("envelopes/held");
  expect(await refusalOf(chooseClass(sender, { envelopeId, classId: null }))).toBe("retention/envelope-held");
  expect((await getEnvelope(sender, { envelopeId })).heldSince).toBeInstanceOf(Date);
  // What it is about is counsel's to know.
  expect(await getRetention(sender, { envelopeId })).toMatchObject({ holds: [], may: { choose: false } });
  expect(await getRetention(counsel, { envelopeId })).toMatchObject({ holds: [{ matter: HOLD.matter }] });
  expect((await listHolds(owner)).holds).toMatchObject([{ id: holdId, covers: 2, released: null }]);

  expect(await refusalOf(askRelease(counsel, { holdId, reason: " " }))).toBe("retention/reason-missing");
  expect(await refusalOf(askRelease(sender, { holdId, reason: "Settled" }))).toBe("authorize/not-allowed");
  expect(await refusalOf(releaseHold(owner, { holdId }))).toBe("retention/release-not-asked");
  await askRelease(counsel, { holdId, reason: "Settled" });
  expect(await refusalOf(askRelease(owner, { holdId, reason: "Mine" }))).toBe("retention/release-asked");
  expect(await refusalOf(releaseHold(counsel, { holdId }))).toBe("retention/release-same-person");
  expect((await listHolds(counsel)).holds).toMatchObject([{ asked: { isMine: true, reason: "Settled" } }]);
  expect(await refusalOf(save())).toBe("envelopes/held");
  await keepHold(owner, { holdId });
  expect(await refusalOf(keepHold(owner, { holdId }))).toBe("retention/release-not-asked");
  await releasedByTwo(counsel, owner, holdId);
  expect(await refusalOf(releaseHold(owner, { holdId }))).toBe("retention/hold-released");
  await save();
  await voidEnvelope(sender, { envelopeId, reason: "Never mind" });
  expect((await listHolds(owner)).holds).toMatchObject([{ released: { reason: "Settled" } }]);
  const types = await typesIn(owner, envelopeId);
  expect(types).toContain("envelope.held");
  expect(types).toContain("envelope.freed");
  const own = await readChain(owner, null);
  expect(own.entries.map(({ type }) => type).filter((type) => type.startsWith("legal-hold."))).toEqual([
    ...["legal-hold.placed", "legal-hold.release-asked", "legal-hold.kept"],
    ...["legal-hold.release-asked", "legal-hold.released"],
  ]);
});

test("a hold covers what its query means, and what comes to match later", async () => {
  const { counsel, owner, sender, system, person } = await office(product());
  const other = await person("sender");
  const address = sender.actor.kind === "member" ? sender.actor.email : "";
  const first = await sent(sender, [{ name: "Ana Ruiz" }]);
  const elsewhere = await sent(other, [{ name: "Ben Okafor" }]);
  const { shortId } = await getEnvelope(other, { envelopeId: elsewhere.envelopeId });
  const covers = async () => (await listHolds(counsel)).holds.map(({ covers }) => covers);

  const ofSender = await placeHold(counsel, { ...HOLD, scope: "sender", query: address });
  expect(await covers()).toEqual([1]);
  const ofPerson = await placeHold(counsel, { ...HOLD, scope: "person", query: "ben.okafor@example.com" });
  const ofTitle = await placeHold(counsel, { ...HOLD, scope: "title", query: "lease 12b" });
  const ofNobody = await placeHold(counsel, { ...HOLD, scope: "title", query: "100%" });
  const ofOne = await placeHold(counsel, { ...HOLD, scope: "envelope", query: shortId.toLowerCase() });
  expect(await covers()).toEqual([1, 0, 2, 1, 1]);
  expect(await refusalOf(placeHold(counsel, { ...HOLD, scope: "envelope", query: "WH-0000-0000" }))).toBe(
    "retention/hold-matches-nothing",
  );
  expect(await refusalOf(placeHold(counsel, { ...HOLD, matter: "", scope: "title", query: "x" }))).toBe(
    "retention/hold-text-missing",
  );
  expect(await refusalOf(placeHold(sender, { ...HOLD, scope: "title", query: "x" }))).toBe(
    "authorize/not-allowed",
  );

  const later = await sent(sender, [{ name: "Ana Ruiz" }]);
  expect(await heldSince(later.envelopeId)).toBeNull();
  expect(await extendHolds(system)).toBe(2);
  expect(await extendHolds(system)).toBe(0);
  expect(await heldSince(later.envelopeId)).not.toBeNull();

  // One after the other is released; the last one frees.
  for (const holdId of [ofPerson, ofNobody, ofOne, ofTitle])
    await releasedByTwo(counsel, owner, holdId, "Over");
  expect(await heldSince(elsewhere.envelopeId)).toBeNull();
  expect(await heldSince(first.envelopeId)).not.toBeNull();
  await releasedByTwo(counsel, owner, ofSender, "Over");
  expect(await heldSince(first.envelopeId)).toBeNull();

  const stranger = await (await product().newOrganization()).member("counsel");
  expect(await refusalOf(releaseHold(stranger, { holdId: ofOne }))).toBe("retention/not-found");
  const theirs = await placeHold(stranger, { ...HOLD, scope: "title", query: "lease" });
  expect((await listHolds(stranger)).holds).toMatchObject([{ id: theirs, covers: 0 }]);
});

test("a hold of several criteria covers what all of them are so of, now and later", async () => {
  const { counsel, sender, system, person } = await office(product());
  const { admin } = product();
  const other = await person("sender");
  const address = other.actor.kind === "member" ? other.actor.email : "";
  const tagged = async (ctx: typeof sender, tags: readonly string[]) => {
    const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }]);
    await admin`update envelopes set tags = ${[...tags]} where id = ${envelopeId}`;
    return envelopeId;
  };
  const both = await tagged(other, ["Lease", "North"]);
  const oneTag = await tagged(other, ["lease"]);
  const notTheirs = await tagged(sender, ["lease", "north"]);
  const theirs = [
    { scope: "title" as const, query: "12b" },
    { scope: "sender" as const, query: address.toUpperCase() },
  ];
  const wanted = { scope: "tag" as const, query: "lease", also: theirs };
  expect((await previewHold(counsel, wanted)).count).toBe(2);
  const north = { ...wanted, also: [...theirs, { scope: "tag" as const, query: "NORTH" }] };
  expect((await previewHold(counsel, north)).newest.map(({ id }) => id)).toEqual([both]);
  const holdId = await placeHold(counsel, { ...HOLD, ...north });
  expect(await heldSince(both)).not.toBeNull();
  for (const id of [oneTag, notTheirs]) expect(await heldSince(id)).toBeNull();
  expect((await listHolds(counsel)).holds).toMatchObject([{ id: holdId, covers: 1, also: north.also }]);
  // Narrowed to nobody it covers nothing, and days narrow further.
  const days = { ...north, toOn: "2001-01-01" };
  expect((await previewHold(counsel, days)).count).toBe(0);
  await admin`update envelopes set tags = ${["lease", "north"]} where id = ${oneTag}`;
  expect(await extendHolds(system)).toBe(1);
  expect(await heldSince(oneTag)).not.toBeNull();
  const empty = { ...wanted, also: [{ scope: "title" as const, query: " " }] };
  expect(await refusalOf(placeHold(counsel, { ...HOLD, ...empty }))).toBe("retention/hold-text-missing");
  const placed = (await readChain(counsel, null)).entries.findLast(
    ({ type }) => type === "legal-hold.placed",
  )!;
  expect(placed.data).toMatchObject({ scope: "tag", also: [{ scope: "title", query: "12b" }, {}, {}] });
});

test("a hold takes what it covers out of the queue, also what was let through twice", async () => {
  const people = await office(product());
  const { counsel, owner, sender, system } = people;
  const envelopeId = await voidedLongAgo(sender);
  await letThrough(people, [envelopeId]);
  expect((await listPurges(owner)).underWay).toHaveLength(1);
  const holdId = await placeHold(counsel, { ...HOLD, scope: "person", query: "ana.ruiz@example.com" });
  expect((await listPurges(owner)).underWay).toEqual([]);
  await purgeEnvelope(system, { envelopeId });
  expect((await getEnvelope(owner, { envelopeId })).purgedAt).toBeNull();
  expect(await planPurges(system)).toBe(0);
  expect(await refusalOf(reviewPurges(counsel, { envelopeIds: [envelopeId] }))).toBe(
    "retention/envelope-held",
  );

  await releasedByTwo(counsel, owner, holdId);
  expect(await planPurges(system)).toBe(1);
  // It has to be let through anew.
  expect(await refusalOf(approvePurges(owner, { envelopeIds: [envelopeId], password: PASSWORD }))).toBe(
    "retention/not-reviewed",
  );
  expect((await typesIn(owner, envelopeId)).filter((type) => type === "purge.stopped")).toHaveLength(1);
});

test("a hold placed while a destruction has the envelope's lock waits, and stops what is left of it", async () => {
  const people = await office(product());
  const { counsel, owner, sender, system } = people;
  const envelopeId = await voidedLongAgo(sender);
  await letThrough(people, [envelopeId]);
  // The destruction begins first: the hold waits for its lock, and stops it before the next step.
  let isPlaced = false;
  let placing: Promise<unknown> = Promise.resolve();
  await inTransaction(system, async (ctx) => {
    await lockEnvelope(ctx, envelopeId);
    placing = placeHold(counsel, { ...HOLD, scope: "person", query: "ana.ruiz@example.com" }).then(() => {
      isPlaced = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(isPlaced).toBe(false);
  });
  await placing;
  await purgeEnvelope(system, { envelopeId });
  const view = await getEnvelope(owner, { envelopeId });
  expect(view).toMatchObject({ purgedAt: null, title: "Lease 12B" });
  const [key] = await product()
    .admin`select destroyed_at from envelope_keys where envelope_id = ${envelopeId}`;
  expect(key!.destroyed_at).toBeNull();
});

test("a hold that comes after the key is gone keeps the rest until it is released", async () => {
  const people = await office(product());
  const { counsel, owner, sender, system } = people;
  const envelopeId = await voidedLongAgo(sender);
  await letThrough(people, [envelopeId]);
  const { files } = system.runtime;
  // The disk is away: the destruction is cut off between its key and its files.
  const cutOff = {
    ...system,
    runtime: { ...system.runtime, files: { ...files, deleteFolder: unavailable } },
  };
  await expect(purgeEnvelope(cutOff, { envelopeId })).rejects.toThrow("the disk is away");
  const holdId = await placeHold(counsel, { ...HOLD, scope: "title", query: "Lease 12B" });
  await resumePurges(system);
  expect(await getEnvelope(owner, { envelopeId })).toMatchObject({ title: "Lease 12B" });
  const [row] = await product()
    .admin`select state, files_deleted_at from purges where envelope_id = ${envelopeId}`;
  expect(row).toEqual({ state: "purging", files_deleted_at: null });
  await releasedByTwo(counsel, owner, holdId, "Nothing to be had");
  await resumePurges(system);
  expect(await getEnvelope(owner, { envelopeId })).toMatchObject({ title: "" });
  expect((await getRetention(owner, { envelopeId })).queue).toBe("purged");
  const { shortId } = await getEnvelope(owner, { envelopeId });
  expect(await refusalOf(placeHold(counsel, { ...HOLD, scope: "envelope", query: shortId }))).toBe(
    "retention/hold-matches-nothing",
  );
});

test("a hold and a destruction at the same moment: one of them is first, and no key goes under a hold", async () => {
  const people = await office(product());
  const { counsel, sender, system } = people;
  const ids: EnvelopeId[] = [];
  for (let count = 0; count < 6; count++) ids.push(await voidedLongAgo(sender));
  await letThrough(people, ids);
  const place = () => placeHold(counsel, { ...HOLD, scope: "title", query: "Lease 12B" });
  await Promise.all([...ids.map((envelopeId) => purgeEnvelope(system, { envelopeId })), place()]);
  const rows = await product().admin`
    select e.held_since, k.destroyed_at, p.state from envelopes e
    join envelope_keys k on k.envelope_id = e.id left join purges p on p.envelope_id = e.id
    where e.id = any(${ids})`;
  expect(rows).toHaveLength(6);
  for (const { held_since, destroyed_at, state } of rows) {
    // Held with its key, or destroyed: wholly, or as far as it was when the hold came.
    if (destroyed_at === null) expect([held_since !== null, state]).toEqual([true, null]);
    else expect(state).toBe(held_since === null ? "purged" : "purging");
  }
});

const unavailable = async () => {
  throw new Error("the disk is away");
};

test("a hold is placed on a tag, a template, words or days, as its preview said, and on what comes later at once", async () => {
  const { counsel, sender, system } = await office(product());
  const { admin } = product();
  const read = () => indexEnvelopes(system, (ids) => extendHolds(system, ids));
  const of = async (
    envelopeId: EnvelopeId,
    change: { tags?: string[]; template?: string; at?: string; over?: string },
  ) => {
    const { tags = [], template = null, at = "2031-05-01", over = null } = change;
    await admin`update envelopes set tags = ${tags}, template_id = ${template}, created_at = ${at}, ended_at = ${over}
      where id = ${envelopeId}`;
    return envelopeId;
  };
  const template = "01890000-0000-7000-8000-000000000001";
  const tagged = await of((await sent(sender, [{ name: "Ana Ruiz" }])).envelopeId, {
    tags: ["Harbor", "q1"],
  });
  const made = await of((await sent(sender, [{ name: "Zoë Quist" }])).envelopeId, {
    template,
    at: "2031-06-30T23:30:00Z",
  });
  const over = await of((await sent(sender, [{ name: "Ana Ruiz" }])).envelopeId, {
    ...{ at: "2030-01-01", over: "2030-02-01T00:00:00Z" },
  });
  while ((await read()) > 0);

  const DAYS = { fromOn: null, toOn: null };
  const cases: [Partial<Parameters<typeof previewHold>[1]> & { scope: HoldScope }, EnvelopeId[]][] = [
    [{ scope: "tag", query: "HARBOR" }, [tagged]],
    [{ scope: "tag", query: "harb" }, []],
    [{ scope: "template", query: template }, [made]],
    [{ scope: "template", query: "no id" }, []],
    [{ scope: "words", query: "zoe quist" }, [made]],
    // In the PDF, not in any title or name.
    [{ scope: "words", query: "harbour studio" }, [tagged, made, over]],
    [{ scope: "words", query: "harbour zeppelin" }, []],
    [{ scope: "days", query: "", fromOn: "2030-02-02" }, [tagged, made]],
    [{ scope: "days", query: "", fromOn: "2030-02-01", toOn: "2030-03-01" }, [over]],
    [{ scope: "days", query: "", toOn: "2031-06-29" }, [tagged, over]],
    [{ scope: "days", query: "", toOn: "2031-06-30" }, [tagged, made, over]],
    [{ scope: "title", query: "", fromOn: "2030-02-02" }, []],
  ];
  for (const [wanted, ids] of cases) {
    const query = { ...DAYS, query: "", ...wanted };
    if (query.query === "" && query.scope !== "days") {
      expect(await refusalOf(previewHold(counsel, query))).toBe("retention/hold-text-missing");
      continue;
    }
    const found = await previewHold(counsel, query);
    expect([query, found.newest.map(({ id }) => id).toSorted()]).toEqual([query, ids.toSorted()]);
    expect(found.count).toBe(ids.length);
  }
  for (const envelopeId of [tagged, made, over]) expect(await heldSince(envelopeId)).toBeNull();
  const wrong = { ...DAYS, scope: "days", query: "" } as const;
  expect(await refusalOf(placeHold(counsel, { ...HOLD, ...wrong }))).toBe("retention/hold-text-missing");
  expect(
    await refusalOf(placeHold(counsel, { ...HOLD, ...wrong, fromOn: "2031-01-02", toOn: "2031-01-01" })),
  ).toBe("retention/hold-days-wrong");
  expect(await refusalOf(previewHold(sender, { ...wrong, fromOn: "2031-01-02" }))).toBe(
    "authorize/not-allowed",
  );

  // Both must be so.
  await placeHold(counsel, {
    ...HOLD,
    scope: "words",
    query: "harbour studio",
    fromOn: "2031-06-01",
    toOn: null,
  });
  expect(await heldSince(tagged)).not.toBeNull();
  expect(await heldSince(made)).not.toBeNull();
  expect(await heldSince(over)).toBeNull();
  await placeHold(counsel, { ...HOLD, scope: "tag", query: "zeppelin" });
  const later = await newDraft(sender, [{ name: "Ana Ruiz" }]);
  await of(later.envelopeId, { tags: ["Zeppelin"], over: "2020-01-01" });
  expect(await heldSince(later.envelopeId)).toBeNull();
  while ((await read()) > 0);
  expect(await heldSince(later.envelopeId)).not.toBeNull();
  expect(await refusalOf(saveDraft(sender, later))).toBe("envelopes/held");
  expect((await typesIn(counsel, later.envelopeId)).filter((type) => type === "envelope.held")).toHaveLength(
    1,
  );
  expect((await listHolds(counsel)).holds.map(({ covers }) => covers)).toEqual([1, 2]);
});

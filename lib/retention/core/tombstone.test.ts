import { expect, test } from "vitest";
import { sealedTombstone, type TombstoneFacts, tombstoneOf } from "./tombstone.ts";

const ID = "0199f3a0-0000-7000-8000-000000000001";
const facts: TombstoneFacts = {
  envelope: { id: ID, shortId: "WH-7K2M-9QXD", createdAt: new Date(0), sentAt: null },
  rule: {
    class: {
      id: null,
      name: "Standard",
      trigger: "void",
      years: 7,
      countsFrom: "end",
      action: "destroy",
      basis: "By default.",
    },
    ...{ endedAs: "voided", trigger: "void", endedAt: new Date(86_400_000), dueOn: "1977-01-03" },
    ...{ because: { how: "standard" }, countedFrom: "1970-01-02" },
  },
  approvals: [{ act: "reviewed", memberId: ID, role: "counsel", at: new Date(0) }],
  documents: [
    {
      ...{ id: ID, pages: 2 },
      revisions: [
        { sha256: "aa", sizeBytes: 10 },
        { sha256: "bb", sizeBytes: 30 },
      ],
    },
  ],
  papers: [],
  certificates: [{ serial: "01", sha256: "cc" }],
  recipients: 2,
  chain: { events: 9, head: "dd" },
};

test("it says what there was by its hashes, first and last, and who let it go by their number", () => {
  expect(tombstoneOf(facts)).toMatchObject({
    envelope: "env_0199f3a0000070008000000000000001",
    documents: [{ originalSha256: "aa", sha256: "bb", sizeBytes: 30, revisions: 2, pages: 2 }],
    approvals: [{ act: "reviewed", member: "mem_0199f3a0000070008000000000000001", role: "counsel" }],
    retention: { class: "Standard", years: 7, dueOn: "1977-01-03" },
    chain: { events: 9, head: "dd" },
  });
});

test("it says why its class decided: a rule by its number, and nothing of whom the rule names", () => {
  const because = { how: "rule", rule: "r1", kind: "person", value: "ana@example.com" } as const;
  const { retention } = tombstoneOf({ ...facts, rule: { ...facts.rule, because } });
  expect(retention).toMatchObject({ countsFrom: "end", countedFrom: "1970-01-02" });
  expect(retention.decidedBy).toEqual({ how: "rule", kind: "person", rule: "r1" });
  expect(JSON.stringify(retention)).not.toContain("ana@");
  expect(tombstoneOf(facts).retention.decidedBy).toEqual({ how: "standard" });
});

test("the same facts have the same hash, others another", () => {
  const { body, sha256 } = sealedTombstone(tombstoneOf(facts));
  expect(sealedTombstone(tombstoneOf({ ...facts }))).toEqual({ body, sha256 });
  expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  const other = tombstoneOf({ ...facts, recipients: 3 });
  expect(sealedTombstone(other).sha256).not.toBe(sha256);
});

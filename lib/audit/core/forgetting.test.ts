import { expect, test } from "vitest";
import { Forgetting } from "./forgetting.ts";

const ENVELOPE = "11111111-1111-7111-8111-111111111111";
type Told = readonly [type: string, actor: string, data?: { readonly [key: string]: unknown }];

/** What the last event's word is worth after those before it: undefined, null, or the events it covers. */
function after(told: readonly Told[], envelope: string | null = ENVELOPE) {
  const forgetting = new Forgetting();
  const results = told.map(([type, actor, data = {}], sequence) => {
    const by = actor === "system" ? { kind: "system" } : { kind: "member", id: actor };
    return forgetting.next({ type, json: { actor: by, data } as never, envelope }, sequence);
  });
  const last = results.at(-1);
  return last ? told.flatMap((_, sequence) => (last(sequence) ? [sequence] : [])) : last;
}

const REVIEWED: Told = ["purge.reviewed", "ada"];
const APPROVED: Told = ["purge.approved", "ben"];
const BEGUN: Told = ["purge.begun", "system", { tombstoneSha256: "00" }];
const FORGOTTEN: Told = ["people.forgotten", "system", { all: true }];

test("what two members let through, and began with a tombstone, may be forgotten", () => {
  expect(after([REVIEWED, APPROVED, BEGUN, FORGOTTEN])).toEqual([0, 1, 2]);
  const again: Told = ["purge.repeated", "system", { reviewedBy: "ada", approvedBy: "ben" }];
  expect(after([again, BEGUN, FORGOTTEN])).toEqual([0, 1]);
});

test.each<[string, readonly Told[]]>([
  ["alone", [FORGOTTEN]],
  ["after one person's decision", [REVIEWED, BEGUN, FORGOTTEN]],
  ["where one person decided twice", [REVIEWED, ["purge.approved", "ada"], BEGUN, FORGOTTEN]],
  ["where nobody decided and no member acted", [["purge.reviewed", "system"], APPROVED, BEGUN, FORGOTTEN]],
  ["before it began", [REVIEWED, APPROVED, FORGOTTEN]],
  ["without a tombstone", [REVIEWED, APPROVED, ["purge.begun", "system"], FORGOTTEN]],
  ["after it was stopped", [REVIEWED, APPROVED, ["purge.stopped", "system"], BEGUN, FORGOTTEN]],
  ["after it was taken out", [REVIEWED, ["purge.removed", "ada"], APPROVED, BEGUN, FORGOTTEN]],
  ["when a member says so", [REVIEWED, APPROVED, BEGUN, ["people.forgotten", "ada", { all: true }]]],
  ["of some events", [REVIEWED, APPROVED, BEGUN, ["people.forgotten", "system", { events: [0] }]]],
  [
    "where one person is named for both",
    [["purge.repeated", "system", { reviewedBy: "ada", approvedBy: "ada" }], BEGUN, FORGOTTEN],
  ],
])("%s it excuses nothing", (_, told) => expect(after(told)).toBeNull());

test("of an organization's chain only mails that were read are forgotten", () => {
  const opened: Told = ["outbox.opened", "ada"];
  expect(after([opened, ["people.forgotten", "system", { events: [0] }]], null)).toEqual([0]);
  expect(
    after(
      [
        ["member.invited", "ada"],
        ["people.forgotten", "system", { events: [0] }],
      ],
      null,
    ),
  ).toBeNull();
  expect(after([opened, FORGOTTEN], null)).toEqual([]);
});

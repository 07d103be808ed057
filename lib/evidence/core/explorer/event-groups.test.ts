import { expect, test } from "vitest";
import { EVENT_TYPES } from "#lib/audit/core/events.ts";
import { EVENT_GROUPS, groupOf, typesIn, typesTelling } from "./event-groups.ts";

test("every type is in one group", () => {
  expect(EVENT_GROUPS.flatMap(typesIn).toSorted()).toEqual([...EVENT_TYPES].toSorted());
  expect(typesIn("other")).toEqual([]);
  expect(groupOf("something.new")).toBe("other");
  expect([groupOf("recipient.signed"), groupOf("recipient.invited")]).toEqual(["signing", "sending"]);
});

test("types are found by what their sentences always say, and not by the syntax of messages", () => {
  expect(typesTelling("Locked after failed")).toEqual(["account.locked"]);
  expect(typesTelling("consent.given")).toEqual(["consent.given"]);
  expect(typesTelling("select,")).toEqual([]);
  expect(typesTelling("reasonIs")).toEqual([]);
});

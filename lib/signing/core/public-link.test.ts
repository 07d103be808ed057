import { describe, expect, test } from "vitest";
import { LINK_LIMITS, linkState, requestState } from "./public-link.ts";

const at = new Date("2026-05-01T12:00:00Z");
const link = {
  ...{ turnedOffAt: null, endsAt: null, mostUses: 3, uses: 2 },
  ...{ openRoleId: "tenant", people: [{ roleId: "landlord" }] },
};
const roles = ["tenant", "landlord"];

describe("a public link", () => {
  test("is open until it is turned off, over or used up", () => {
    expect(linkState(link, roles, at)).toBe("open");
    expect(linkState({ ...link, uses: 3 }, roles, at)).toBe("used-up");
    expect(linkState({ ...link, mostUses: null, uses: 9_000 }, roles, at)).toBe("open");
    expect(linkState({ ...link, endsAt: at }, roles, at)).toBe("over");
    expect(linkState({ ...link, turnedOffAt: at, endsAt: at, uses: 3 }, roles, at)).toBe("off");
  });

  test("is closed while nobody takes a role that a newer version has", () => {
    expect(linkState(link, [...roles, "witness"], at)).toBe("changed");
    expect(linkState(link, ["tenant"], at)).toBe("changed");
    expect(linkState(link, null, at)).toBe("retired");
  });
});

test("a request goes from the code to the envelope, and is over after some hours", () => {
  const none = { sentAt: null, confirmedAt: null, startedAt: null, failure: null };
  const late = new Date(at.getTime() + LINK_LIMITS.enterMs);
  expect(requestState(none, at)).toBe("sending");
  expect(requestState({ ...none, failure: "mail/refused" }, at)).toBe("not-sent");
  expect(requestState({ ...none, sentAt: at }, at)).toBe("sent");
  expect(requestState({ ...none, sentAt: at, confirmedAt: at }, at)).toBe("making");
  expect(requestState({ ...none, confirmedAt: at, failure: "envelopes/not-ready" }, at)).toBe("not-made");
  expect(requestState({ ...none, confirmedAt: at, startedAt: at }, at)).toBe("ready");
  expect(requestState({ ...none, confirmedAt: at, startedAt: at }, late)).toBe("over");
});

import { describe, expect, test } from "vitest";
import { webhookHeaders } from "./webhook.ts";
import {
  heldBack,
  holds,
  nextTry,
  RULE_LIMITS,
  type RuleCondition,
  type RuleEvent,
  requireSense,
  setsOff,
} from "./workspace-rule.ts";

const facts = {
  ...{ templateId: "t1", title: "Lease  of Harbour Street", tags: ["Urgent"], ownerId: "m1" },
  amounts: [
    { label: "Rent", value: "1200.50" },
    { label: "Deposit", value: "as agreed" },
  ],
};
const amount = (operator: "at-least" | "at-most", value: string, label = "rent"): RuleCondition => ({
  ...{ kind: "amount", label, operator, amount: value },
});

describe("conditions", () => {
  test("hold only together; none hold always", () => {
    expect(holds([], facts)).toBe(true);
    const template = { kind: "template", templateId: "t1" } as const;
    expect(holds([template, { kind: "sender", memberId: "m1" }], facts)).toBe(true);
    expect(holds([template, { kind: "sender", memberId: "m2" }], facts)).toBe(false);
  });

  test("look for words of a title in any order, and for tags in any case", () => {
    expect(holds([{ kind: "title", words: "harbour LEASE" }], facts)).toBe(true);
    expect(holds([{ kind: "title", words: "harbour boat" }], facts)).toBe(false);
    expect(holds([{ kind: "tag", tag: "urgent" }], facts)).toBe(true);
  });

  test("compare amounts as decimals, and what is no amount with nothing", () => {
    expect(holds([amount("at-least", "1200.5")], facts)).toBe(true);
    expect(holds([amount("at-least", "1200.51")], facts)).toBe(false);
    expect(holds([amount("at-most", "1200.50")], facts)).toBe(true);
    expect(holds([amount("at-least", "-5", "deposit")], facts)).toBe(false);
    expect(holds([amount("at-least", "0", "nothing")], facts)).toBe(false);
  });
});

const codeOf = (work: () => void) => {
  try {
    work();
    return null;
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe("a rule", () => {
  const rule = { name: "Rule", event: "completed", conditions: [], action: { kind: "remind" } } as const;

  test("reminds nobody of what has ended, and does nothing to an envelope that is none", () => {
    expect(codeOf(() => requireSense({ ...rule, conditions: [] }))).toBe(
      "integrations/rule-nobody-to-remind",
    );
    expect(codeOf(() => requireSense({ ...rule, event: "bounced", conditions: [] }))).toBe(
      "integrations/rule-nobody-to-remind",
    );
    // With sending, everybody whose turn it is was mailed that moment.
    expect(codeOf(() => requireSense({ ...rule, event: "sent", conditions: [] }))).toBe(
      "integrations/rule-nobody-to-remind",
    );
    expect(codeOf(() => requireSense({ ...rule, event: "signed", conditions: [] }))).toBeNull();
    const tag = { kind: "tag", tag: "done" } as const;
    expect(codeOf(() => requireSense({ ...rule, event: "bulk-finished", conditions: [], action: tag }))).toBe(
      "integrations/rule-without-envelope",
    );
    expect(codeOf(() => requireSense({ ...rule, conditions: [], action: tag }))).toBeNull();
  });

  test("sends only drafts, and never all of them", () => {
    const send = (event: RuleEvent, conditions: RuleCondition[] = []) =>
      codeOf(() => requireSense({ ...rule, event, conditions, action: { kind: "send" } }));
    expect(send("completed")).toBe("integrations/rule-nothing-to-send");
    expect(send("tagged")).toBe("integrations/rule-sends-everything");
    expect(send("made", [{ kind: "tag", tag: "Ready" }])).toBe("integrations/rule-sends-everything");
    expect(send("tagged", [{ kind: "tag", tag: "Ready" }])).toBeNull();
    expect(
      send("made", [{ kind: "template", templateId: "00000000-0000-4000-8000-000000000000" }]),
    ).toBeNull();
  });

  test("goes neither too deep nor too often", () => {
    expect(heldBack(RULE_LIMITS.depth, 0)).toBeNull();
    expect(heldBack(RULE_LIMITS.depth + 1, 0)).toBe("rule-too-deep");
    expect(heldBack(1, RULE_LIMITS.runsOfEnvelope)).toBe("rule-too-often");
  });

  test("calls again later and later, and then no more", () => {
    const at = new Date(0);
    const waits = [1, 2, 3, 4, 5, 6].map((attempts) => nextTry(attempts, at)?.getTime() ?? null);
    expect(waits).toEqual([60_000, 300_000, 1_800_000, 7_200_000, 21_600_000, null]);
  });
});

test("a webhook is signed as the standard says", () => {
  // The example of the specification's reference library.
  const secret = Buffer.from("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "base64");
  const headers = webhookHeaders(secret, {
    ...{ id: "msg_p5jXN8AQM9LWM0D4loKWxJek", at: new Date(1_614_265_330_000) },
    body: '{"test": 2432232314}',
  });
  expect(headers["webhook-signature"]).toBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
});

test("somebody has signed with their act here, and with the provider's last signature elsewhere", () => {
  expect(setsOff("recipient.signed", {}, "here")).toBe(true);
  expect(setsOff("signature.made", { isLast: true }, "here")).toBe(false);
  expect(setsOff("recipient.signed", {}, "qualified")).toBe(false);
  expect(setsOff("signature.made", { isLast: false }, "qualified")).toBe(false);
  expect(setsOff("signature.made", { isLast: true }, "advanced")).toBe(true);
  expect(setsOff("envelope.completed", {}, "advanced")).toBe(true);
});

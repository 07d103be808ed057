import { expect, test } from "vitest";
import { asksApproval, type SendDuty, type SendFacts } from "./send-duties.ts";

const facts: SendFacts = {
  sender: { memberId: "ana", teamId: "leasing" },
  ...{ templateId: "lease", classId: "deeds" },
  holdsHealth: false,
  amounts: [{ label: "Rent", value: "1200.50" }],
};
const duty = (part: object): SendDuty =>
  ({ memberId: null, teamId: null, kind: "every", ...part }) as SendDuty;
const asks = (part: object, more: Partial<SendFacts> = {}) =>
  asksApproval([duty(part)], { ...facts, ...more });

test("nobody approves where no duty is", () => {
  expect(asksApproval([], facts)).toBe(false);
});

test("a duty is everybody's, a team's or one member's", () => {
  expect(asks({})).toBe(true);
  expect(asks({ teamId: "leasing" })).toBe(true);
  expect(asks({ teamId: "sales" })).toBe(false);
  expect(asks({ memberId: "ana" })).toBe(true);
  expect(asks({ memberId: "ben" })).toBe(false);
  expect(asks({ teamId: "leasing" }, { sender: { memberId: "ana", teamId: null } })).toBe(false);
});

test("it is about every envelope, one template, health data, or amounts from a value on", () => {
  expect(asks({ kind: "template", templateId: "lease" })).toBe(true);
  expect(asks({ kind: "template", templateId: "offer" })).toBe(false);
  expect(asks({ kind: "health" })).toBe(false);
  expect(asks({ kind: "health" }, { holdsHealth: true })).toBe(true);
  expect(asks({ kind: "amount", label: "rent", amount: "1200.5" })).toBe(true);
  expect(asks({ kind: "amount", label: "Rent", amount: "1200.51" })).toBe(false);
  expect(asks({ kind: "amount", label: "Deposit", amount: "0" })).toBe(false);
});

test("an amount that is still to be filled in may become any amount", () => {
  const amounts = [{ label: "Rent", value: "" }];
  expect(asks({ kind: "amount", label: "Rent", amount: "5000" }, { amounts })).toBe(true);
});

test("documents of a class are approved whatever they are made from", () => {
  expect(asks({ kind: "class", classId: "deeds" })).toBe(true);
  expect(asks({ kind: "class", classId: "letters" })).toBe(false);
  expect(asks({ kind: "class", classId: "deeds" }, { classId: null })).toBe(false);
});

import { expect, test } from "vitest";
import {
  providerFor,
  type SignatureChoice,
  type SignatureDemand,
  signatureBlockers,
  usualDemand,
} from "./signature-kind.ts";

const provider = (id: string, kind: "advanced" | "qualified") => ({ id, name: id, kind });
const CHOICE: SignatureChoice = {
  allowed: ["here", "advanced", "qualified"],
  providers: [provider("a", "advanced"), provider("q", "qualified"), provider("p", "qualified")],
};
const person = (id: string, turn: number, more = {}) => ({
  ...{ id, turn, signs: true, isAlternative: false, isInPerson: false, ...more },
});
const codesOf = (demand: SignatureDemand, people = [person("1", 1)], choice = CHOICE, level = "B-LTA") =>
  signatureBlockers({ ...demand, level }, people, choice).map(({ code }) => code);

test("what nobody asks a provider for needs none", () => {
  expect(codesOf({})).toEqual([]);
  expect(codesOf({}, [person("1", 1), person("2", 1)], { allowed: ["here"], providers: [] })).toEqual([]);
});

test("the one provider of a kind need not be named; of several, one is", () => {
  expect(providerFor({ signatureKind: "advanced" }, CHOICE.providers)?.id).toBe("a");
  expect(providerFor({ signatureKind: "qualified" }, CHOICE.providers)).toBeNull();
  expect(providerFor({ signatureKind: "qualified", signatureProviderId: "p" }, CHOICE.providers)?.id).toBe(
    "p",
  );
  expect(providerFor({ signatureKind: "qualified", signatureProviderId: "a" }, CHOICE.providers)).toBeNull();
});

test("what the organization forbids, or nobody could do, is said", () => {
  expect(codesOf({ signatureKind: "qualified" })).toEqual(["provider-missing"]);
  expect(codesOf({ signatureKind: "here" }, [person("1", 1)], { ...CHOICE, allowed: ["qualified"] })).toEqual(
    ["signature-kind-off"],
  );
  expect(codesOf({ signatureKind: "advanced" }, [person("1", 1)], CHOICE, "B-B")).toEqual([
    "provider-untimed",
  ]);
});

test("nobody signs at the same time, nor on a host's device; who acts instead of somebody has their turn", () => {
  const demand = { signatureKind: "advanced" } as const;
  expect(codesOf(demand, [person("1", 1), person("2", 1)])).toEqual(["provider-turn-shared"]);
  expect(codesOf(demand, [person("1", 1), person("2", 1, { signs: false })])).toEqual([]);
  expect(codesOf(demand, [person("1", 1), person("2", 1, { isAlternative: true })])).toEqual([]);
  expect(codesOf(demand, [person("1", 1, { isInPerson: true })])).toEqual(["provider-in-person"]);
});

test("a new draft begins with what may be asked for", () => {
  expect(usualDemand(CHOICE)).toEqual({ signatureKind: "here", signatureProviderId: "" });
  expect(usualDemand({ ...CHOICE, allowed: ["advanced"] })).toEqual({
    ...{ signatureKind: "advanced", signatureProviderId: "a" },
  });
});

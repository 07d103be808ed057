import { expect, test } from "vitest";
import type { MemberId } from "#lib/ids.ts";
import {
  actProblem,
  type CeremonyAct,
  type CeremonyFacts,
  type CeremonyRole,
  nextStep,
  peopleProblem,
  stillToSign,
} from "./key-ceremony.ts";

const as = (name: string, role: CeremonyRole) => ({ memberId: name as MemberId, role });
const ada = as("ada", "administrator");
const people = [ada, as("otto", "operator"), as("cleo", "custodian"), as("wim", "witness")];
const facts = (acts: readonly [CeremonyAct, string][], hasEnded = false): CeremonyFacts => ({
  ...{ people, stepCount: 2, hasEnded },
  entries: acts.map(([act, name], sequence) => ({
    ...act,
    ...{ sequence, at: "2026-12-01T10:00:00.000Z", by: { memberId: name, name } },
  })),
});
const step = (number: number): CeremonyAct => ({ kind: "step", number, output: "as said", initials: "AL" });
const signOff = (role: CeremonyRole): CeremonyAct => ({ kind: "sign-off", role });
const by = (name: string) => name as MemberId;
const bothSteps: [CeremonyAct, string][] = [
  [step(1), "ada"],
  [step(2), "otto"],
];

test("needs one who leads, one who operates, one who watches, and the custodians of the script", () => {
  expect(peopleProblem(people, 1)).toBeNull();
  expect(peopleProblem(people, 2)).toBe("ceremony-roles");
  for (const { role } of people)
    expect(
      peopleProblem(
        people.filter((one) => one.role !== role),
        1,
      ),
    ).toBe("ceremony-roles");
  expect(peopleProblem([...people, as("eve", "administrator")], 1)).toBe("ceremony-roles");
  expect(peopleProblem([...people, as("ada", "witness")], 1)).toBe("ceremony-person-twice");
});

test("steps go in order, and only who leads or operates records them", () => {
  expect(actProblem(facts([]), step(1), by("otto"))).toBeNull();
  expect(actProblem(facts([]), step(2), by("ada"))).toBe("ceremony-out-of-order");
  expect(actProblem(facts([[step(1), "ada"]]), step(1), by("ada"))).toBe("ceremony-out-of-order");
  expect(actProblem(facts([]), step(1), by("wim"))).toBe("ceremony-not-leading");
  expect(actProblem(facts([]), step(1), by("mallory"))).toBe("ceremony-not-yours");
  expect(nextStep(facts([[step(1), "ada"]]))).toBe(2);
  expect(nextStep(facts(bothSteps))).toBeNull();
});

test("all sign off after the last step, each once, and nothing is added to what somebody signed", () => {
  const deviation: CeremonyAct = { kind: "deviation", number: 1, text: "The bag was opened late." };
  expect(actProblem(facts([[step(1), "ada"]]), signOff("witness"), by("wim"))).toBe("ceremony-steps-open");
  expect(actProblem(facts(bothSteps), signOff("witness"), by("wim"))).toBeNull();
  expect(actProblem(facts(bothSteps), deviation, by("wim"))).toBeNull();
  const signed = facts([...bothSteps, [signOff("witness"), "wim"]]);
  expect(actProblem(signed, signOff("witness"), by("wim"))).toBe("ceremony-signed-off");
  expect(actProblem(signed, deviation, by("cleo"))).toBe("ceremony-signed-off");
  expect(stillToSign(signed).map(({ memberId }) => memberId)).toEqual(["ada", "otto", "cleo"]);
});

test("only who leads breaks it off, and nothing happens after its end", () => {
  const abandoned: CeremonyAct = { kind: "abandoned", text: "Fire alarm" };
  expect(actProblem(facts([]), abandoned, by("ada"))).toBeNull();
  expect(actProblem(facts([]), abandoned, by("otto"))).toBe("ceremony-not-leading");
  expect(actProblem(facts([], true), step(1), by("ada"))).toBe("ceremony-ended");
});

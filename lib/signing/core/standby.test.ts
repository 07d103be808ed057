import { expect, test } from "vitest";
import { type StandbyFacts, standbyAct } from "./standby.ts";

const now = new Date("2026-12-01T12:00:00Z");
const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
const place = (name: string, isReachable: boolean | null, minutes: number) => ({
  ...{ name, isReachable, since: ago(minutes) },
});
const ready = { state: "ready", provider: "aws-kms", signingKeyId: "second" } as const;
const first = { id: "first", provider: "pkcs11" };
const facts = (change: Partial<StandbyFacts> = {}): StandbyFacts => ({
  ...{ standby: ready, active: first, standbyAfterMinutes: 5 },
  places: [place("pkcs11", false, 6), place("aws-kms", true, 900)],
  ...change,
});

test("takes over after the minutes of the policy, and not without one", () => {
  expect(standbyAct(facts(), now)).toBe("stand-in");
  expect(standbyAct(facts({ standbyAfterMinutes: 7 }), now)).toBeNull();
  expect(standbyAct(facts({ standbyAfterMinutes: null }), now)).toBeNull();
});

test("does not take over when its own place is away, nobody has looked, or it is not ready", () => {
  const [lost] = facts().places;
  expect(standbyAct(facts({ places: [lost!, place("aws-kms", false, 1)] }), now)).toBeNull();
  expect(standbyAct(facts({ places: [lost!, place("aws-kms", null, 1)] }), now)).toBeNull();
  expect(
    standbyAct(facts({ places: [place("pkcs11", null, 60), place("aws-kms", true, 9)] }), now),
  ).toBeNull();
  expect(standbyAct(facts({ standby: { ...ready, state: "making" } }), now)).toBeNull();
  expect(standbyAct(facts({ active: null }), now)).toBeNull();
});

test("steps back when the first place is settled, or somebody put another key in use", () => {
  const standby = { ...ready, state: "standing-in" } as const;
  const active = { id: "second", provider: "aws-kms" };
  const back = (minutes: number, isReachable: boolean | null = true) =>
    standbyAct(
      facts({ standby, active, firstProvider: "pkcs11", places: [place("pkcs11", isReachable, minutes)] }),
      now,
    );
  expect(back(0.5)).toBeNull();
  expect(back(1)).toBe("stand-down");
  expect(back(10, false)).toBeNull();
  expect(back(10, null)).toBeNull();
  expect(standbyAct(facts({ standby, active: { id: "third", provider: "pkcs11" } }), now)).toBe("stand-down");
});

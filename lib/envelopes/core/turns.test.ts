import { expect, test } from "vitest";
import { inOrder, turnsOf } from "./draft.ts";

const PEOPLE = [
  { id: "ana", turn: 2, alternativeTo: "" },
  { id: "ben", turn: 9, alternativeTo: "ana" },
  { id: "cy", turn: 1, alternativeTo: "" },
];

test.for([
  ["sequential", { ana: 1, ben: 1, cy: 2 }],
  ["parallel", { ana: 1, ben: 1, cy: 1 }],
  ["mixed", { ana: 2, ben: 2, cy: 1 }],
] as const)(
  "turns when people act %s: an alternative has the turn of the one they act instead of",
  ([order, turns]) => {
    expect(Object.fromEntries(turnsOf(order, PEOPLE))).toEqual(turns);
  },
);

test.for([
  ["sequential", { ana: 1, ben: 1, cy: 2 }],
  ["parallel", { ana: 1, ben: 1, cy: 1 }],
] as const)("turns of one's own begin as people stood %s", ([before, turns]) => {
  const people = PEOPLE.map((person) => ({ ...person, turn: 1 }));
  const after = inOrder(before, "mixed", people);
  expect(Object.fromEntries(after.map(({ id, turn }) => [id, turn]))).toEqual(turns);
});

test("turns that somebody has chosen stay through another order and back", () => {
  expect(inOrder("sequential", "mixed", inOrder("mixed", "sequential", PEOPLE))).toEqual(PEOPLE);
});

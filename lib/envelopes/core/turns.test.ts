import { expect, test } from "vitest";
import { turnsOf } from "./draft.ts";

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

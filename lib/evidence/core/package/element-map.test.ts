import { expect, test } from "vitest";
import { chainOf, envelopeEvents, PEOPLE, recipientActor, trailFacts } from "../testing.ts";
import { elementRows } from "./element-map.ts";
import type { PackageFacts } from "./package-facts.ts";
import { packageWords } from "./package-words.ts";
import { levelsPaper } from "./papers.ts";

const events = envelopeEvents(PEOPLE);
const [person] = PEOPLE;
const attested = (kind: string) => ({
  type: "attestation.made",
  actor: recipientActor(person!),
  data: { recipient: person!.id, kind },
});
/** Of a package no more than what these papers read. */
const factsOf = (more: readonly (typeof events)[number][]) =>
  ({
    ...{ trail: trailFacts(chainOf([...events, ...more])), documents: [], log: null },
    ...{ order: { id: "pkg_1", askedAt: new Date("2026-10-03T00:00:00Z") }, timestampSource: "a service" },
  }) as unknown as PackageFacts;

test("every rule a court may ask for has its row", () => {
  const rules = elementRows(factsOf([]))
    .map(({ rule }) => rule)
    .join("; ");
  for (const rule of ["§ 7001(a)", "UETA § 7;", "UETA § 13", "28 U.S.C. § 1746", "§ 7001(g)", "UETA § 11"])
    expect(rules).toContain(rule);
});

test("what shows who a person is and that they can open what is sent is counted", () => {
  const own = { actor: recipientActor(person!) };
  const event = (type: string) => ({ type, ...own, data: { recipient: person!.id } });
  const rowsOf = (more: readonly (typeof events)[number][]) =>
    elementRows(factsOf(more))
      .map(({ facts }) => facts)
      .join("\n");
  expect(rowsOf([])).toContain("0 statements of identity providers");
  const told = rowsOf([
    ...["code.sent", "code.sent", "check.failed", "check.passed", "identity.proven"].map(event),
    ...["consent.demonstrated", "consent.withdrawn"].map(event),
  ]);
  expect(told).toMatch(
    /[2-9] codes sent, \d+ checks passed beside the link and 1 failed, 1 statements of identity/,
  );
  expect(told).toMatch(/1 times somebody showed that they can open what is sent.*, 1 withdrawn/);
});

test.each([
  ["nobody attests", [], "No notarial act is recorded", "No notarial act ("],
  ["a witness is no notary", [attested("witness")], "No notarial act is recorded", "No notarial act ("],
  [
    "a notary's statement is counted, not judged",
    [attested("notary")],
    "Notarial acts: 1",
    "a notary stated",
  ],
])("%s", (_, more, inMap, inLevels) => {
  const facts = factsOf(more);
  const row = elementRows(facts).find(({ element }) => element === "Notarial acts")!;
  expect(row.facts).toContain(inMap);
  expect(row.files.length > 0).toBe(inMap.endsWith("1"));
  expect(JSON.stringify(levelsPaper(facts, packageWords()))).toContain(inLevels);
});

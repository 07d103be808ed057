import { expect, test } from "vitest";
import { BUILT_IN_WORDING, stated, wordingFault, wordingSha256 } from "./custody-wording.ts";

const { parts } = BUILT_IN_WORDING;

test("what comes with the product says what it has to", () => {
  expect(wordingFault(parts)).toBeNull();
  expect(BUILT_IN_WORDING.sha256).toBe(wordingSha256({ ...parts }));
  expect(wordingSha256({ ...parts, p3: `${parts.p3} ` })).not.toBe(BUILT_IN_WORDING.sha256);
});

test("a part that is empty, leaves a fact out or names one that is none is told", () => {
  expect(wordingFault({ ...parts, p6: "  " })).toEqual({ part: "p6", fault: "empty", fact: "" });
  expect(wordingFault({ ...parts, p8: "None." })).toEqual({ part: "p8", fault: "lacks", fact: "limits" });
  expect(wordingFault({ ...parts, p3: "By {head}." })).toEqual({
    part: "p3",
    fault: "unknown",
    fact: "head",
  });
  expect(wordingFault({ ...parts, p3: "Open {brace" })).toMatchObject({ fault: "unknown" });
  // The syntax of messages is none here.
  expect(wordingFault({ ...parts, p7: "{at, plural, other {x}}" })).toMatchObject({ fault: "unknown" });
});

test("facts are filled in as they are, with nothing read out of them", () => {
  const wording = { ...BUILT_IN_WORDING, parts: { ...parts, p8: "Limits: {limits}" } };
  expect(stated(wording, "p8", { limits: "$& {title}" })).toBe("Limits: $& {title}");
});

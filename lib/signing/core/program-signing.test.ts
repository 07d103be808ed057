import { describe, expect, test } from "vitest";
import { countedPin, decideAuthorization, decideExtension, decideRedemption } from "./program-signing.ts";

const codeOf = (work: () => void): string | null => {
  try {
    work();
    return null;
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe("hashes are authorized", () => {
  const program = { perMinute: 10, askedInMinute: 0 };
  const asked = (hashes: string[], numSignatures = hashes.length, askedInMinute = 0) =>
    codeOf(() => decideAuthorization({ hashes, numSignatures }, { ...program, askedInMinute }));

  test("as many as are named, each once, within the limits", () => {
    expect(asked(["a", "b"])).toBeNull();
    expect(asked(["a", "b"], 1)).toBe("csc/number-wrong");
    expect(asked(["a"], 2)).toBe("csc/number-wrong");
    expect(asked(["a", "a"])).toBe("csc/number-wrong");
    expect(asked(Array.from({ length: 21 }, (_, index) => `${index}`))).toBe("csc/number-too-high");
    expect(asked(["a", "b"], 2, 8)).toBeNull();
    expect(asked(["a", "b"], 2, 9)).toBe("csc/too-many");
  });

  test("after five wrong PINs in a row no more", () => {
    let pins = { wrongPins: 0, isLocked: false };
    for (let count = 0; count < 4; count++) pins = countedPin(pins.wrongPins, false);
    expect(pins.isLocked).toBe(false);
    expect(countedPin(pins.wrongPins, true)).toEqual({ wrongPins: 0, isLocked: false });
    expect(countedPin(pins.wrongPins, false)).toEqual({ wrongPins: 5, isLocked: true });
  });
});

test("an authorization is good for its own hashes and key, once, until it ends", () => {
  const expiresAt = new Date("2026-11-21T10:05:00Z");
  const given = { keyId: "k", algorithm: "rsa", hashes: ["a", "b"], state: "open", expiresAt };
  const request = { keyId: "k", algorithm: "rsa", hashes: ["b"] };
  const redeemed = (change: object, authorization = {}, at = "2026-11-21T10:04:59.999Z") =>
    codeOf(() => decideRedemption({ ...given, ...authorization }, { ...request, ...change }, new Date(at)));
  expect(redeemed({})).toBeNull();
  expect(redeemed({ hashes: ["a", "b"] })).toBeNull();
  expect(redeemed({ hashes: ["c"] })).toBe("csc/hash-not-authorized");
  expect(redeemed({ hashes: ["a", "a"] })).toBe("csc/hash-not-authorized");
  expect(redeemed({ algorithm: "pss" })).toBe("csc/hash-not-authorized");
  expect(redeemed({ keyId: "other" })).toBe("csc/authorization-unknown");
  expect(redeemed({}, { state: "signed" })).toBe("csc/authorization-unknown");
  expect(redeemed({}, {}, "2026-11-21T10:05:00Z")).toBe("csc/authorization-expired");
});

describe("an authorization is extended", () => {
  const startedAt = new Date("2026-11-21T10:00:00Z");
  const expiresAt = new Date("2026-11-21T10:05:00Z");
  const given = {
    keyId: "k",
    algorithm: "rsa",
    hashes: ["a", "b", "c"],
    state: "open",
    startedAt,
    expiresAt,
  };
  const request = { keyId: "k", algorithm: "rsa", hashes: ["b"] };
  const extended = (change: object = {}, authorization = {}, at = "2026-11-21T10:04:00Z") =>
    decideExtension(
      { ...given, redeemedHashes: null, ...authorization },
      { ...request, ...change },
      new Date(at),
    );
  const codeFor = (...asked: Parameters<typeof extended>) => codeOf(() => extended(...asked));

  test("for the hashes that are left of it, by five minutes and to half an hour in all", () => {
    expect(extended()).toEqual({ left: ["a", "b", "c"], expiresAt: new Date("2026-11-21T10:09:00Z") });
    expect(extended({}, { state: "signed", redeemedHashes: ["a"] }).left).toEqual(["b", "c"]);
    const late = { expiresAt: new Date("2026-11-21T10:31:00Z") };
    expect(extended({}, late, "2026-11-21T10:28:00Z").expiresAt).toEqual(new Date("2026-11-21T10:30:00Z"));
    expect(codeFor({}, late, "2026-11-21T10:30:00Z")).toBe("csc/authorization-expired");
  });

  test("not for others, not twice, not while it is used, and not when it has ended", () => {
    expect(codeFor({ hashes: ["d"] })).toBe("csc/hash-not-authorized");
    expect(codeFor({ hashes: ["b", "b"] })).toBe("csc/hash-not-authorized");
    expect(codeFor({}, { state: "signed", redeemedHashes: ["b"] })).toBe("csc/hash-not-authorized");
    expect(codeFor({ algorithm: "pss" })).toBe("csc/hash-not-authorized");
    expect(codeFor({ keyId: "other" })).toBe("csc/authorization-unknown");
    for (const state of ["redeemed", "signing", "failed", "extended"])
      expect(codeFor({}, { state })).toBe("csc/authorization-unknown");
    expect(codeFor({}, {}, "2026-11-21T10:05:00Z")).toBe("csc/authorization-expired");
  });
});

import { expect, test } from "vitest";
import {
  askedAnew,
  BUILT_IN_NOTICES,
  CHANGES_PART,
  type ConsentNotice,
  isConsentOutdated,
  missingParts,
  NOTICE_PARTS,
  nextVersion,
  noticeBody,
  noticeFor,
} from "./consent.ts";

const own = (version: string, locale: string): ConsentNotice => ({
  ...{ mode: "consumer", version, locale, body: `${version} ${locale}` },
});

test("a consumer is told everything the law lists, in the words that come with the product", () => {
  const consumer = BUILT_IN_NOTICES.find(({ mode }) => mode === "consumer")!;
  expect(missingParts("consumer", consumer.parts)).toEqual([]);
  expect(Object.keys(consumer.parts)).toEqual(NOTICE_PARTS.consumer);
  for (const point of [
    "right to paper",
    "withdraw",
    "covers",
    "e-mail address",
    "Paper copies",
    "What you need",
  ])
    expect(consumer.body).toContain(point);
});

test("a part without words is named, and blank space is no word", () => {
  const { parts } = BUILT_IN_NOTICES.find(({ mode }) => mode === "consumer")!;
  expect(missingParts("consumer", { ...parts, paper: "", contact: " \n " })).toEqual(["paper", "contact"]);
  expect(noticeBody("consumer", { opening: "First.", scope: "", paper: "Last." })).toBe("First.\n\nLast.");
});

test("versions are counted for each mode and language, beginning after those of the product", () => {
  const known = [own("consumer-2", "en"), own("consumer-1", "de")];
  expect(nextVersion("consumer", "en", known)).toBe("consumer-3");
  expect(nextVersion("consumer", "de", known)).toBe("consumer-2");
  expect(nextVersion("business", "fr", known)).toBe("business-2");
  expect(nextVersion("business", "sw", known)).toBe("business-1");
});

test("the newest version is shown, the tenth after the ninth, in the best language there is", () => {
  const known = [own("consumer-10", "en"), own("consumer-9", "en"), own("consumer-1", "de")];
  expect(noticeFor("consumer", ["de-AT", "en"], known).body).toBe("consumer-1 de");
  expect(noticeFor("consumer", ["fr"], known).body).toBe("consumer-10 en");
  expect(noticeFor("business", ["de"], known).version).toBe("business-1");
});

test("our translations are shown until an organization says it in words of its own", () => {
  const business = (version: string, locale: string) => ({
    ...own(version, locale),
    mode: "business" as const,
  });
  const kept = [business("business-1", "en")];
  expect(noticeFor("business", ["ja"], kept)).toMatchObject({ version: "business-1", locale: "ja" });
  const replaced = [...kept, business("business-2", "en")];
  expect(noticeFor("business", ["ja"], replaced)).toMatchObject({ version: "business-2", locale: "en" });
});

const at = (day: number) => new Date(Date.UTC(2026, 0, day));
const published = (version: string, locale: string, day: number, isMaterial = false) => ({
  ...{ ...own(version, locale), publishedAt: at(day), isMaterial },
  parts: (isMaterial ? { [CHANGES_PART]: "what changed" } : {}) as Readonly<Record<string, string>>,
});

test("a material change asks those anew who agreed before it in its mode, and nobody else", () => {
  const changes = [{ mode: "consumer" as const, publishedAt: at(5) }];
  expect(isConsentOutdated("consumer", at(4), changes)).toBe(true);
  expect(isConsentOutdated("consumer", at(5), changes)).toBe(false);
  expect(isConsentOutdated("business", at(4), changes)).toBe(false);
  expect(isConsentOutdated("consumer", null, changes)).toBe(false);
});

test("who is asked anew is shown a notice of after the change, with everything that changed since they agreed", () => {
  const known = [
    ...[published("consumer-2", "en", 2), published("consumer-3", "en", 5, true)],
    ...[published("consumer-4", "en", 6), published("consumer-5", "en", 7, true)],
    ...[published("consumer-2", "de", 3), published("consumer-3", "de", 8, true)],
  ];
  const names = (anew: ReturnType<typeof askedAnew<(typeof known)[number]>>) =>
    anew && [anew.notice, ...anew.statements].map(({ version, locale }) => `${version} ${locale}`);
  expect(names(askedAnew("consumer", ["en"], known, at(4)))).toEqual([
    ...["consumer-5 en", "consumer-3 en", "consumer-5 en"],
  ]);
  expect(names(askedAnew("consumer", ["en"], known, at(6)))).toEqual(["consumer-5 en", "consumer-5 en"]);
  expect(names(askedAnew("consumer", ["de-AT"], known, at(4)))).toEqual(["consumer-3 de", "consumer-3 de"]);
  // German words from before the change do not say what is so now.
  expect(names(askedAnew("consumer", ["de"], known.slice(0, 5), at(1)))?.[0]).toBe("consumer-5 en");
  expect(askedAnew("consumer", ["en"], known, at(9))).toBe(null);
  expect(askedAnew("consumer", ["en"], known, null)).toBe(null);
  expect(askedAnew("business", ["en"], known, at(1))).toBe(null);
});

test("a material change says what has changed, first of all", () => {
  const { parts } = BUILT_IN_NOTICES.find(({ mode }) => mode === "business")!;
  expect(missingParts("business", parts, true)).toEqual([CHANGES_PART]);
  expect(missingParts("business", parts)).toEqual([]);
  expect(noticeBody("business", { text: "Then.", [CHANGES_PART]: "First." })).toBe("First.\n\nThen.");
});

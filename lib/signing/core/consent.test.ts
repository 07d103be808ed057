import { expect, test } from "vitest";
import {
  BUILT_IN_NOTICES,
  type ConsentNotice,
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

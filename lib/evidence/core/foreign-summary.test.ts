import { expect, test } from "vitest";
import { packageFonts } from "#lib/adapters/fonts/package-fonts.ts";
import { LANGUAGES } from "#lib/envelopes/core/languages.ts";
import { inFolder, openBytes, qpdfFaults, run, SEED } from "#lib/pdf/testing.ts";
import { auditTrailPdf } from "./audit-trail-pdf.ts";
import { foreignSummaries } from "./foreign-summary.ts";
import { chainOf, envelopeEvents, PEOPLE, trailFacts } from "./testing.ts";
import { pdfaFaults } from "./testing-pdfa.ts";

const chain = chainOf(envelopeEvents(PEOPLE));
const factsIn = (...languages: string[]) => {
  const facts = trailFacts(chain);
  const recipients = facts.recipients.map((recipient, index) => {
    const language = languages[index];
    return language ? { ...recipient, language } : recipient;
  });
  return { ...facts, recipients };
};

test("every language of somebody who acted has a summary, each once, and English none of its own", () => {
  const languageOf = (...languages: string[]) =>
    foreignSummaries(factsIn(...languages)).map(({ locale }) => locale.language);
  expect(languageOf()).toEqual([]);
  expect(languageOf("en", "xx", "")).toEqual([]);
  expect(languageOf("ar", "ja", "ar")).toEqual(["ar", "ja"]);
});

test.each(LANGUAGES.filter((language) => language !== "en"))(
  "the summary in %s says who sent, who signed and how they were known, and who sealed",
  (language) => {
    const [summary] = foreignSummaries(factsIn(language));
    const said = summary!.paragraphs.join("\n").replace(/[\u2066-\u2069]/g, "");
    for (const { name } of PEOPLE.filter(({ role }) => role === "signer")) expect(said).toContain(name);
    expect(said).toContain("Sofia Duarte");
    expect(said).toContain("UTC");
    expect(said).toContain("/verify");
    expect(said).not.toMatch(/[{}]/);
    expect(summary!.paragraphs.length).toBeGreaterThanOrEqual(5);
  },
);

test("in the file it begins on the side its language begins on, and is named as of that language", () => {
  const options = { paper: "a4", fonts: packageFonts(), seed: SEED, eventsJsonl: chain.eventsJsonl } as const;
  const bytes = auditTrailPdf(factsIn("ar", "he", "hi", "ja"), options);
  expect(qpdfFaults(bytes)).toBe("");
  expect(pdfaFaults(bytes)).toEqual([]);
  const words = inFolder((file) => run("pdftotext", ["-bbox", file("a.pdf", bytes), "-"]).text);
  const edges = [...words.matchAll(/xMin="([\d.]+)".*?xMax="([\d.]+)".*?>([^<]*)</g)]
    .filter(([, , , word]) => /\p{Script=Arabic}/u.test(word!))
    .map(([, , xMax]) => Number(xMax));
  // The right margin of A4: 595.28 − 42 points.
  expect(Math.max(...edges)).toBeCloseTo(553.28, 0);
  const file = openBytes(bytes);
  const languages = new Set<string>();
  const walk = (object: Parameters<typeof file.dict>[0]): void => {
    const element = file.dict(object);
    if (!element) return;
    const language = file.text(element.get("Lang"));
    if (language) languages.add(language);
    const kids = file.array(element.get("K"));
    for (const kid of kids.length > 0 ? kids : [element.get("K")]) walk(kid);
  };
  walk(file.catalog.get("StructTreeRoot"));
  expect([...languages].sort()).toEqual(["ar", "he", "hi", "ja"]);
});

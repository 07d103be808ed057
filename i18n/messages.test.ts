import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { createTranslator } from "use-intl/core";
import { describe, expect, test } from "vitest";
import { LANGUAGE_NAMES } from "#components/signing/language-names.ts";
import { fillIn } from "#components/signing/words.ts";
import { formatLocale, LANGUAGES, type Language } from "#lib/envelopes/core/languages.ts";
import { isolatedIn, messagesIn } from "./messages.ts";
import { SIGNER_REFUSALS } from "./signer-refusals.ts";

type Tree = { readonly [key: string]: string | readonly string[] | Tree };
const NAMESPACES = ["sign", "mail", "refusals", "summary", "notice", "verify"] as const;
const root = path.join(import.meta.dirname, "../messages");
const read = (language: string, namespace: string): Tree =>
  JSON.parse(readFileSync(path.join(root, language, `${namespace}.json`), "utf8")) as Tree;

function flat(tree: Tree, prefix = ""): [key: string, text: string][] {
  return Object.entries(tree).flatMap(([key, value]): [string, string][] => {
    const name = `${prefix}${key}`;
    if (typeof value === "string") return [[name, value]];
    if (Array.isArray(value)) return value.map((text, index) => [`${name}.${index}`, text]);
    return flat(value as Tree, `${name}.`);
  });
}

function english(namespace: (typeof NAMESPACES)[number]): Map<string, string> {
  const all = flat(read("en", namespace));
  const isSigners = ([key]: [string, string]) =>
    namespace !== "refusals" || (SIGNER_REFUSALS as readonly string[]).includes(key);
  return new Map(all.filter(isSigners));
}

/** Newest words, said in English until their translations are here: nothing else may lack them. */
const AWAITED = new Set<string>([]);

/** What a message leaves open, and how: `title`, `count plural`. */
function openings(message: string): string[] {
  const plain = message.matchAll(/(?<!\b(?:zero|one|two|few|many|other|none) )\{(\w+)\}/g);
  const chosen = message.matchAll(/\{(\w+), (plural|select|selectordinal),/g);
  const found = [...plain].map(([, name]) => name!);
  return [...new Set([...found, ...[...chosen].map(([, name, kind]) => `${name} ${kind}`)])].sort();
}

const others = LANGUAGES.filter((language) => language !== "en");
const cases = others.flatMap((language) => NAMESPACES.map((namespace) => [language, namespace] as const));

test("there are messages for exactly the languages that are offered", () => {
  expect(readdirSync(root).sort()).toEqual([...LANGUAGES].sort());
  expect(Object.keys(LANGUAGE_NAMES).sort()).toEqual([...LANGUAGES].sort());
});

describe.each(cases)("%s %s", (language, namespace) => {
  const ours = new Map(flat(read(language, namespace)));
  const source = english(namespace);

  test("has every message and no other", () => {
    const missing = [...source.keys()].filter((key) => !ours.has(key));
    expect(
      missing.filter((key) => !AWAITED.has(`${namespace}.${key}`)),
      "missing",
    ).toEqual([]);
    expect(
      [...ours.keys()].filter((key) => !source.has(key)),
      "left over",
    ).toEqual([]);
  });

  test("leaves open what the English one does", () => {
    for (const [key, text] of source)
      if (ours.has(key)) expect([key, ...openings(ours.get(key)!)]).toEqual([key, ...openings(text)]);
  });

  test("has no English left in it", () => {
    const same = [...source].filter(([key, text]) => ours.get(key) === text && !isAlike(text));
    expect(same.filter(([key]) => !ALIKE.has(`${language} ${namespace}.${key}`))).toEqual([]);
  });

  test("is written in the script of its language", () => {
    const script = SCRIPTS[language];
    if (!script) return;
    for (const [key, text] of ours)
      if (!isAlike(text)) expect(`${key} ${script.test(text)}`).toBe(`${key} true`);
  });

  test("has every plural form of its language and compiles", () => {
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    for (const [key, text] of ours) {
      for (const [, body] of text.matchAll(/, plural,((?:[^{}]|\{[^{}]*\})*)\}/g)) {
        const used = [...body!.matchAll(/(\w+) \{/g)].map(([, form]) => form!);
        expect([key, ...used.sort()]).toEqual([key, ...[...forms].sort()]);
      }
      expect(text).not.toMatch(/'[{}]/);
      const values = Object.fromEntries(openings(text).map((name) => [name.split(" ")[0]!, 3]));
      const translate = createTranslator({
        locale: formatLocale(language),
        messages: { it: text },
        onError(error) {
          throw error;
        },
      }) as unknown as (key: string, values: object) => string;
      expect(translate("it", values)).not.toMatch(/[{}]/);
      expect(fillIn(text, values, language)).not.toMatch(/, plural,/);
    }
  });
});

const SCRIPTS: Partial<Record<Language, RegExp>> = {
  uk: /\p{Script=Cyrillic}/u,
  ar: /\p{Script=Arabic}/u,
  he: /\p{Script=Hebrew}/u,
  hi: /\p{Script=Devanagari}/u,
  "zh-Hans": /\p{Script=Han}/u,
  ja: /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u,
  ko: /\p{Script=Hangul}/u,
};

/** Nothing but what is left open and signs, so it is the same everywhere. */
const isAlike = (text: string) => !/\p{L}/u.test(text.replaceAll(/\{\w+\}/g, ""));

// Words that two languages really share.
const ALIKE = new Set([
  ...["de sign.check.fields.email-code", "de sign.check.fields.sms-code", "de sign.field.name"],
  ...["de sign.field.text", "fr sign.check.fields.email-code", "fr sign.check.fields.sms-code"],
  ...["fr sign.field.signature", "fr sign.document.label", "nl sign.check.fields.email-code"],
  ...["nl sign.check.fields.sms-code", "nl sign.document.label"],
  ...["fr sign.review.page", "fr sign.review.pageOf", "fr sign.field.where", "fr sign.menu.reference"],
  ...[
    "nl sign.menu.reference",
    "nl sign.help.reference",
    "fr sign.help.reference",
    "fr sign.consent.noticeVersion",
  ],
  ...["fr sign.field.day", "fr sign.field.note", "de sign.field.cells", "de sign.field.pattern"],
  ...["es verify.report.bytes", "pt-BR verify.report.bytes", "nl verify.report.bytes"],
  ...["fr verify.report.unnamed.certification", "fr verify.report.unnamed.signature"],
  "de verify.report.revision",
  ...["de sign.field.link", "it sign.field.link", "nl sign.field.link", "pt-BR sign.field.link"],
]);

test("Arabic counts in six forms, Polish in few and many, alike on the server and in the browser", async () => {
  const starts = (language: Language, counts: readonly number[]) => {
    const text = new Map(flat(read(language, "sign"))).get("bar.start")!;
    const translate = createTranslator({
      locale: formatLocale(language),
      messages: { it: text },
    }) as unknown as (key: string, values: object) => string;
    return counts.map((count) => {
      expect(fillIn(text, { count }, language)).toBe(translate("it", { count }));
      return fillIn(text, { count }, language);
    });
  };
  expect(new Set(starts("ar", [0, 1, 2, 3, 11, 100])).size).toBe(6);
  expect(starts("pl", [1, 2, 5, 22])).toEqual([
    "Rozpocznij · 1 pole do wypełnienia",
    "Rozpocznij · 2 pola do wypełnienia",
    "Rozpocznij · 5 pól do wypełnienia",
    "Rozpocznij · 22 pola do wypełnienia",
  ]);
  expect(starts("uk", [1, 3, 5])).toEqual([
    "Почати · залишилося 1 поле",
    "Почати · залишилося 3 поля",
    "Почати · залишилося 5 полів",
  ]);
});

test.each(LANGUAGES)("what a button shows is part of what it is called, in %s (WCAG 2.5.3)", (language) => {
  const texts = new Map(flat(read(language, "sign")));
  const shown = texts.get("review.edit")!.toLowerCase();
  expect(texts.get("review.editField")!.toLowerCase()).toContain(shown);
});

test("what a language lacks is said in English, and members read English everywhere", async () => {
  const messages = (await messagesIn("de")) as unknown as { sign: Tree; app: Tree; refusals: Tree };
  expect(Object.keys(messages.app)).toEqual(Object.keys(read("en", "app")));
  expect(messages.refusals["pdf/not-a-pdf"]).toBe(read("en", "refusals")["pdf/not-a-pdf"]);
  expect((messages.sign.bar as Tree).finish).toBe("Abschließen");
});

test("in a language from right to left, what is filled in keeps its own direction", () => {
  expect(isolatedIn("ar", { a: "{name} {count, plural, other {# x}}" })).toEqual({
    a: "\u2068{name}\u2069 {count, plural, other {# x}}",
  });
  expect(isolatedIn("fr", { a: "{name}" })).toEqual({ a: "{name}" });
  expect(fillIn("{name} signs", { name: "أحمد" })).toBe("\u2068أحمد\u2069 signs");
  expect(fillIn("{name} signs", { name: "Ana" })).toBe("Ana signs");
});

test("English has no word that blames or begs", () => {
  const words = /\b(invalid|please|oops)\b/i;
  const spoken = [...NAMESPACES.flatMap((namespace) => [...english(namespace)])].filter(
    // What the person writes to the sender is theirs to ask for.
    ([key]) => !key.endsWith("expired.subject") && !key.startsWith("text."),
  );
  expect(spoken.filter(([, text]) => words.test(text))).toEqual([]);
});

test("whoever can be refused as a signer has the sentence in every language, and members have theirs", () => {
  const codes = Object.keys(read("en", "refusals")).filter((code) => code.startsWith("signing/"));
  const isMembers = (code: string) =>
    /^signing\/(seal|remote|program|programs|export|passphrase|hand-over-day|key-policy|runbook|project|ceremony|script|standby|backup|drill|sftp|rotation|place|kiosk|hosted)(-|$)/.test(
      code,
    ) ||
    MEMBERS.has(code) ||
    /^signing\/public-link(s-too-many|-role-unfit|-people-missing|-template-unfit)$/.test(code) ||
    /^signing\/sso-(not-set-up|issuer-unreadable|client-missing|name-missing)$/.test(code);
  const unknown = codes.filter(
    (code) => !(SIGNER_REFUSALS as readonly string[]).includes(code) && !isMembers(code),
  );
  expect(unknown).toEqual([]);
});

const MEMBERS = new Set([
  "signing/not-signed-in-person",
  "signing/not-signed-in-person",
  ...["signing/notice-not-found", "signing/notice-published", "signing/notice-incomplete"],
  ...["signing/paper-not-asked", "signing/not-an-authority", "signing/not-registered"],
  "signing/pictures-changed",
  "signing/not-as-recorded",
  "signing/review-not-open",
  ...["signing/provider-not-found", "signing/provider-name-missing", "signing/provider-address-unreadable"],
  ...[
    "signing/provider-client-missing",
    "signing/provider-secret-missing",
    "signing/signature-kinds-missing",
  ],
  ...["signing/owner-unknown", "signing/secret-unknown", "signing/secret-seen-here"],
  ...["signing/offline-settled", "signing/offline-reason-missing", "signing/offline-not-again"],
]);

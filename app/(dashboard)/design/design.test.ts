import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

const ROOT = path.resolve(import.meta.dirname, "../../..");
const read = (name: string) => readFileSync(path.join(ROOT, name), "utf8");
const filesIn = (folder: string) =>
  readdirSync(path.join(ROOT, folder)).flatMap((name) =>
    name.endsWith(".tsx") ? [`${folder}/${name}`] : [],
  );

const shown = ["page.tsx", "live-parts.tsx"].map((name) => read(`app/(dashboard)/design/${name}`)).join("\n");

/** They show nothing by themselves, stand on every page of the workspace and so on this one, or hold others that are shown. */
const ELSEWHERE = new Set(["FieldFrame", "RefreshNowAndThen", "Toaster"]);

const components = [...filesIn("components/ui"), ...filesIn("components/envelopes")].flatMap((file) =>
  [...read(file).matchAll(/^export (?:async )?(?:function|const) ([A-Z][A-Za-z]*[a-z][A-Za-z]*)\b/gm)].map(
    ([, name]) => ({ file, name: name! }),
  ),
);

test.each(components)("the page of components shows $name", ({ name }) => {
  expect(ELSEWHERE.has(name) || new RegExp(`<${name}\\b`).test(shown)).toBe(true);
});

test("there are components to hold it to, and no exception that is none", () => {
  expect(components.length).toBeGreaterThan(30);
  const names = new Set(components.map(({ name }) => name));
  expect([...ELSEWHERE].filter((name) => !names.has(name))).toEqual([]);
});

/** What a component looks like by a word: each of the words there are. */
const LOOKS = [
  { file: "components/ui/button.tsx", type: "ButtonKind" },
  { file: "components/ui/notice.tsx", type: "NoticeTone" },
  { file: "components/ui/status-pill.tsx", type: "PillTone" },
];

test.each(LOOKS)("every $type is shown", ({ file, type }) => {
  const union = new RegExp(`type ${type} = ([^;]+);`).exec(read(file))![1]!;
  const words = [...union.matchAll(/"([\w-]+)"/g)].map(([, word]) => word!);
  expect(words.length).toBeGreaterThan(2);
  expect(words.filter((word) => !shown.includes(`"${word}"`))).toEqual([]);
});

test("every color of the light theme is shown", () => {
  const css = read("app/globals.css");
  const colors = [...css.matchAll(/^ {2}--color-([\w-]+): #/gm)].map(([, name]) => name!);
  const known = new Set(["white", "black"]);
  const missing = [...new Set(colors)].filter(
    (name) => !known.has(name) && !name.startsWith("person-") && !shown.includes(`"${name}"`),
  );
  expect(missing).toEqual([]);
});

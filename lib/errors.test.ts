import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

const root = path.join(import.meta.dirname, "..");
const sentences = JSON.parse(readFileSync(path.join(root, "messages/en/refusals.json"), "utf8")) as object;

/** Every code of every table of refusals, as the source declares them. */
function declaredCodes(): string[] {
  const files = readdirSync(path.join(root, "lib"), { recursive: true, encoding: "utf8" });
  return files
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .flatMap((file) => {
      const text = readFileSync(path.join(root, "lib", file), "utf8");
      return [...text.matchAll(/= defineErrors\("([\w-]+)", \{([^}]*)\}/g)].flatMap(([, room, table]) =>
        [...table!.matchAll(/"?([\w-]+)"?: "/g)].map(([, name]) => `${room}/${name}`),
      );
    });
}

/** What no person at a screen ever causes: it is for the log and for operators. */
const FOR_OPERATORS =
  /^(audit|keys|mail|master-key|api-call|queue|web|fonts|pki|csc)\/|^evidence\/trust-unreadable$|^signing\/(base-moved|step-under-way)$/;

test("every refusal that people can meet has a sentence for them", () => {
  const codes = declaredCodes();
  expect(codes.length).toBeGreaterThan(60);
  expect(codes.filter((code) => !FOR_OPERATORS.test(code) && !(code in sentences))).toEqual([]);
});

test("there is no sentence for what is never said", () => {
  const known = new Set([...declaredCodes(), "internal", "input/invalid"]);
  expect(Object.keys(sentences).filter((code) => !known.has(code))).toEqual([]);
});

import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

// Every address and every action that a browser or a program can call, from the tree of files: none is forgotten.

const root = path.join(import.meta.dirname, "..");
const app = readdirSync(path.join(root, "app"), { recursive: true, encoding: "utf8" }).sort();
const textOf = (file: string) => readFileSync(path.join(root, "app", file), "utf8");

/** What says who asks: nothing behind a door is reached without one of these. */
const WHO = {
  member: /\b(?:memberContext|signedInContext|watchingContext|requireSession|currentSession)\(/,
  link: /\b(?:recipientContext|answerFile|custodianContext)\(/,
  device: /\b(?:kioskSecret|requireSecret)\(/,
  program:
    /\b(?:answerProgram|clientForm)\(|\b(?:listCertificates|registerByApi|readCertificate|checkCertificate|listKeys|importKey)\(await visitor\(\)/,
  anybody: /\bvisitor\(\)/,
} as const;
type Who = keyof typeof WHO;

const doors = app.filter((file) => /(?:^|\/)route\.ts$/.test(file) || /^["']use server["']/.test(read(file)));
function read(file: string): string {
  return /\.tsx?$/.test(file) ? textOf(file) : "";
}

/** Doors by the folder they are below, with who is let in there. The longest that fits counts. */
const LETS_IN: Readonly<Record<string, readonly Who[]>> = {
  "(dashboard)/": ["member"],
  "api/v1/": ["program", "anybody"],
  "csc/": ["program", "anybody"],
  "hold-notice/": ["link", "anybody"],
  "kiosk/": ["device", "anybody", "member"],
  "preview/": ["member"],
  "sign/": ["link", "anybody"],
  "sign-in/": ["anybody"],
  "start/": ["anybody"],
  "verify/": ["anybody", "member"],
  "welcome/": ["anybody"],
  "calendar/": ["anybody"],
};

/** What is public in every line of it: no person, no workspace, nothing that is not printed in a certificate anyway. */
const PUBLIC = [
  "api/auth/[...nextauth]/route.ts",
  "api/health/route.ts",
  "csc/v2/oauth2/authorize/route.ts",
  "log/certificates.pem/route.ts",
  "log/checkpoint/[size]/route.ts",
  "log/checkpoint/route.ts",
  "log/tile/[...path]/route.ts",
  "log/timestamp/[size]/route.ts",
  "pki/[file]/route.ts",
  "pki/ocsp/[...request]/route.ts",
  "pki/ocsp/route.ts",
  "pki/root.cer/route.ts",
  "sign/[token]/words/[name]/route.ts",
];

test("every door says who asks, and of those only who is let in there", () => {
  expect(doors.length).toBeGreaterThan(150);
  const wrong = doors.flatMap((file) => {
    const text = textOf(file);
    const asked = (Object.keys(WHO) as Who[]).filter((who) => WHO[who].test(text));
    if (PUBLIC.includes(file)) return asked.length === 0 ? [] : [`${file} is public and asks ${asked}`];
    const place = Object.keys(LETS_IN)
      .filter((folder) => file.startsWith(folder))
      .toSorted((a, b) => b.length - a.length)[0];
    if (!place) return [`${file} is in no place with a rule`];
    if (asked.length === 0) return [`${file} asks nobody who they are`];
    const others = asked.filter((who) => !LETS_IN[place]!.includes(who));
    return others.map((who) => `${file} lets in ${who}`);
  });
  expect(wrong).toEqual([]);
});

/** One function of a file, from its name to the next. */
function functionsOf(file: string): { readonly name: string; readonly body: string }[] {
  const text = textOf(file);
  const starts = [
    ...text.matchAll(/^export (?:async )?(?:function|const) (\w+)/gm),
    ...text.matchAll(/^export \{ [^}]*\}/gm),
  ].toSorted((a, b) => a.index - b.index);
  return starts.map((start, index) => ({
    name: start[1] ?? "",
    body: text.slice(start.index, starts[index + 1]?.index ?? text.length),
  }));
}

test("each action and each method of an address by itself says who asks", () => {
  const silent = doors
    .filter((file) => !PUBLIC.includes(file))
    .flatMap((file) => {
      const text = textOf(file);
      // A helper of the file that asks stands for it.
      const helpers = [...text.matchAll(/^(?:async )?(?:function|const) (\w+)[^\n]*(?:\n(?!}).*)*/gm)]
        .filter(([body]) => Object.values(WHO).some((who) => who.test(body)))
        .map(([, name]) => name!);
      const asks = (body: string) =>
        Object.values(WHO).some((who) => who.test(body)) ||
        helpers.some((name) => new RegExp(`\\b${name}\\(`).test(body));
      return functionsOf(file)
        .filter(({ name, body }) => /^(?:GET|POST|PUT|PATCH|DELETE)$|^[a-z]/.test(name) && !asks(body))
        .map(({ name }) => `${file}: ${name}`);
    });
  // Which of the looks every page has is chosen in this browser, and kept in it.
  expect(silent.filter((one) => !/: dynamic$/.test(one))).toEqual(["(dashboard)/actions.ts: chooseTheme"]);
});

test("a body of a request is read with a limit, whoever sends it", () => {
  const servers = app.filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"));
  const unlimited = servers.filter((file) =>
    /request\.(?:json|text|arrayBuffer|blob|formData)\(\)/.test(textOf(file)),
  );
  expect(unlimited).toEqual([]);
});

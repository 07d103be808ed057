import { expect, test } from "vitest";
import type { MemberId } from "#lib/ids.ts";
import { compareLines, type Runbook, runbookSha256 } from "./runbook.ts";

const short = (before: string, after: string) =>
  compareLines(before.split(" "), after.split(" "))
    .map(({ change, text }) => `${{ same: "", added: "+", removed: "-" }[change]}${text}`)
    .join(" ");

test("two versions are compared line by line, with the fewest changes", () => {
  expect(short("a b c", "a b c")).toBe("a b c");
  expect(short("a b c", "a x c")).toBe("a -b +x c");
  expect(short("a b", "a b c d")).toBe("a b +c +d");
  expect(short("a b c d", "b d")).toBe("-a b -c d");
  expect(short("a", "b")).toBe("-a +b");
});

test("a version is named by all that it says", () => {
  const runbook: Runbook = {
    ...{ kind: "export", version: 1, transfer: "SFTP", steps: "Compare the hash" },
    people: [{ memberId: "0199f3" as MemberId, name: "Ida" }],
  };
  const named = runbookSha256(runbook);
  expect(named).toMatch(/^[0-9a-f]{64}$/);
  const changes = [
    { version: 2 },
    { transfer: "TLS" },
    { steps: "x" },
    { people: [] },
    { kind: "import" as const },
  ];
  expect(new Set([named, ...changes.map((change) => runbookSha256({ ...runbook, ...change }))]).size).toBe(6);
});

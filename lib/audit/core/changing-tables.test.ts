import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { appendOnlyTables } from "#db/security.ts";
import { canonicalJson } from "./canonical-json.ts";
import { CHANGING_TABLES, digestOfVersions, type RowVersion, versionsSaid } from "./changing-tables.ts";
import { TABLES_APART } from "./tables-apart.ts";

test("whoever adds a table says where it belongs: added to, bound at each change, or apart with a reason", () => {
  const schema = readFileSync(new URL("../../../drizzle/0000_initial.sql", import.meta.url), "utf8");
  const tables = [...schema.matchAll(/^CREATE TABLE "([a-z_]+)"/gm)].map(([, name]) => name!);
  expect(tables.length).toBeGreaterThan(140);
  const placed = [
    ...appendOnlyTables(),
    ...Object.keys(CHANGING_TABLES),
    ...Object.values(TABLES_APART).flat(),
  ];
  expect(placed.toSorted()).toEqual(tables.toSorted());
});

test("the hash of changed rows depends on each part of each line, and not on their order", () => {
  const one: RowVersion = {
    ...{ tableName: "legal_holds", rowKey: "a", version: 1, columns: "id,matter" },
    rowSha256: "00".repeat(32),
  };
  const two = { ...one, rowKey: "b", rowSha256: null };
  const digest = digestOfVersions([one, two]);
  expect(digest).toMatch(/^[0-9a-f]{64}$/);
  expect(digestOfVersions([two, one])).toBe(digest);
  const others: RowVersion[] = [
    { ...one, tableName: "purges" },
    { ...one, rowKey: "c" },
    { ...one, version: 2 },
    { ...one, columns: "id" },
    { ...one, rowSha256: null },
  ];
  const digests = others.map((other) => digestOfVersions([other, two]));
  expect(new Set([digest, ...digests, digestOfVersions([one])]).size).toBe(7);
});

test("what a body says of rows is read from its own end, and data cannot pose as it", () => {
  const [hash, other] = ["ab".repeat(32), "cd".repeat(32)];
  const body = (rows: object, data: object = {}) =>
    canonicalJson({
      ...{
        actor: {},
        at: "",
        data: data as never,
        envelope: null,
        id: "",
        organization: "",
        previous: other,
      },
      ...{ sequence: 3, type: "legal-hold.placed", version: 1, ...rows },
    });
  expect(versionsSaid(body({ rows: hash }))).toBe(hash);
  expect(versionsSaid(body({}))).toBeNull();
  const posing = `,"previous":"${other}","rows":"${hash}","sequence":3,"type":"legal-hold.placed","version":1}`;
  expect(versionsSaid(body({}, { reason: posing }))).toBeNull();
  expect(versionsSaid(body({}, { rows: hash, previous: other }))).toBeNull();
});

import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { masterKeyContract } from "#lib/ports/master-key.contract.ts";
import { localMasterKey, rotateLocalMasterKey } from "./local-master-key.ts";

const folder = mkdtempSync(path.join(tmpdir(), "whereof-master-key-"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const freshFile = () => path.join(folder, `${++files}`, "master-key.json");

masterKeyContract("a local file", async () => {
  const file = freshFile();
  return {
    masterKey: localMasterKey(file),
    async rotated() {
      rotateLocalMasterKey(file);
      return localMasterKey(file);
    },
    stranger: async () => localMasterKey(freshFile()),
  };
});

describe("a local file of master keys", () => {
  const dataKey = new Uint8Array(32).fill(7);
  let file: string;
  beforeEach(() => {
    file = freshFile();
  });

  test("is made on first use, for its owner alone, and read by the next process", async () => {
    const wrapped = await localMasterKey(file).wrap(dataKey, "a");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(path.dirname(file)).mode & 0o777).toBe(0o700);
    expect(readdirSync(path.dirname(file))).toEqual(["master-key.json"]);
    expect(await localMasterKey(file).unwrap(wrapped, "a")).toEqual(dataKey);
  });

  test("lets a running process unwrap with a version that is newer than itself", async () => {
    const running = localMasterKey(file);
    expect(rotateLocalMasterKey(file)).toBe(2);
    const wrapped = await localMasterKey(file).wrap(dataKey, "a");
    expect(await running.unwrap(wrapped, "a")).toEqual(dataKey);
    expect(running.id).toBe("local:2");
  });

  test("keeps every version through many rotations", async () => {
    const wrapped = [await localMasterKey(file).wrap(dataKey, "a")];
    for (let count = 0; count < 3; count++) {
      rotateLocalMasterKey(file);
      wrapped.push(await localMasterKey(file).wrap(dataKey, "a"));
    }
    expect(wrapped.map(({ masterKeyId }) => masterKeyId)).toEqual([
      "local:1",
      "local:2",
      "local:3",
      "local:4",
    ]);
    for (const each of wrapped) expect(await localMasterKey(file).unwrap(each, "a")).toEqual(dataKey);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test("is refused when others may read it", () => {
    localMasterKey(file);
    chmodSync(file, 0o640);
    expect(() => localMasterKey(file)).toThrow(expect.objectContaining({ code: "master-key/unavailable" }));
  });

  test.for([
    "",
    "{}",
    '{"keys":[]}',
    '{"keys":[{"version":1,"key":"c2hvcnQ="}]}',
    `{"keys":[{"version":2,"key":"${"A".repeat(43)}="},{"version":1,"key":"${"A".repeat(43)}="}]}`,
    '{"keys":[{"version":1,"key":"SECRET',
  ])("is refused when it holds %j, without quoting it", (text) => {
    localMasterKey(file);
    writeFileSync(file, text);
    const refusal = expect.objectContaining({
      code: "master-key/unavailable",
      message: expect.not.stringContaining("SECRET"),
      cause: undefined,
    });
    expect(() => localMasterKey(file)).toThrow(refusal);
  });

  test("is rotated by one at a time", () => {
    localMasterKey(file);
    const before = readFileSync(file, "utf8");
    writeFileSync(`${file}.lock`, "");
    expect(() => rotateLocalMasterKey(file)).toThrow(
      expect.objectContaining({ code: "master-key/unavailable" }),
    );
    expect(readFileSync(file, "utf8")).toBe(before);
  });

  test("cannot be made where there is no room for it", () => {
    const nowhere = () => localMasterKey("/dev/null/master-key.json");
    expect(nowhere).toThrow(expect.objectContaining({ code: "master-key/unavailable" }));
  });
});

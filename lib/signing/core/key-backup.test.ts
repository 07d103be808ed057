import { expect, test } from "vitest";
import { type BackedUpKey, destroyAtOf, drillKeyOf, isBackupDue } from "./key-backup.ts";

const now = new Date("2026-12-01T00:00:00Z");
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000);

test("a backup is due by the policy, and never without one", () => {
  expect(isBackupDue(null, null, now)).toBe(false);
  expect(isBackupDue(7, null, now)).toBe(true);
  expect(isBackupDue(7, daysAgo(6), now)).toBe(false);
  expect(isBackupDue(7, daysAgo(7), now)).toBe(true);
  expect(destroyAtOf(daysAgo(90), 90)).toEqual(now);
});

test("a drill signs with the wrapped key in use before any other", () => {
  const key = (id: string, isActive: boolean, wrapped: string | null) =>
    ({ id, isActive, wrapped }) as BackedUpKey;
  const of = (...keys: BackedUpKey[]) =>
    drillKeyOf({ format: "whereof-key-backup/1", organization: "", createdAt: "", keys })?.id;
  expect(of(key("old", false, "x"), key("now", true, "x"))).toBe("now");
  expect(of(key("hsm", true, null), key("old", false, "x"))).toBe("old");
  expect(of(key("gone", false, null), key("hsm", true, null))).toBe("hsm");
  expect(of()).toBeUndefined();
});

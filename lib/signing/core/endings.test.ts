import { expect, test } from "vitest";
import { bucketOf } from "./endings.ts";

const now = new Date("2026-11-22T12:00:00Z");
const inDays = (days: number) => new Date(now.getTime() + days * 86_400_000);

test.each([
  [-1, "over"],
  [0, "over"],
  [0.5, "under30"],
  [29.9, "under30"],
  [30, "under60"],
  [59.9, "under60"],
  [60, "under90"],
  [89.9, "under90"],
  [90, "later"],
])("what ends in %s days is in the bucket %s", (days, bucket) => {
  expect(bucketOf(inDays(days), now)).toBe(bucket);
});

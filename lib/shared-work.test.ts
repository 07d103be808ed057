import { expect, test, vi } from "vitest";
import { sharedWork } from "./shared-work.ts";

const counted = () => {
  let count = 0;
  return { work: async () => ++count, count: () => count };
};

test("is done once for whoever asks for the same, also while it is under way", async () => {
  const share = sharedWork<number>({ most: 10, forMs: 60_000 });
  const { work, count } = counted();
  expect(await Promise.all([share("a", work), share("a", work)])).toEqual([1, 1]);
  expect(await share("a", work)).toBe(1);
  expect(await share("b", work)).toBe(2);
  expect(count()).toBe(2);
});

test("is forgotten when it failed", async () => {
  const share = sharedWork<number>({ most: 10, forMs: 60_000 });
  await expect(share("a", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await share("a", async () => 7)).toBe(7);
});

test("is forgotten when others came, the one asked for longest ago first", async () => {
  const share = sharedWork<number>({ most: 2, forMs: 60_000 });
  const { work } = counted();
  for (const key of ["a", "b", "a", "c"]) await share(key, work);
  expect(await share("a", work)).toBe(1);
  expect(await share("b", work)).toBe(4);
});

test("is forgotten when nobody asked for it for a while", async () => {
  vi.useFakeTimers();
  try {
    const share = sharedWork<number>({ most: 2, forMs: 1_000 });
    const { work } = counted();
    await share("a", work);
    vi.advanceTimersByTime(900);
    expect(await share("a", work)).toBe(1);
    vi.advanceTimersByTime(900);
    expect(await share("a", work)).toBe(1);
    vi.advanceTimersByTime(1_100);
    expect(await share("a", work)).toBe(2);
  } finally {
    vi.useRealTimers();
  }
});

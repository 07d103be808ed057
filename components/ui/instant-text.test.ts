import { expect, test } from "vitest";
import { dayText, instantText } from "./instant-text.ts";

test("a time is written with the reader's offset", () => {
  const at = "2026-11-20T20:05:09.000Z";
  expect(instantText(at, "America/Chicago")).toBe("20 Nov 2026, 14:05 (UTC−6)");
  expect(instantText(at, "UTC", true)).toBe("20 Nov 2026, 20:05:09 (UTC)");
  expect(instantText(at, "Asia/Kolkata")).toBe("21 Nov 2026, 01:35 (UTC+5:30)");
});

test("midnight is hour 00", () => {
  expect(instantText("2026-11-20T00:05:00Z", "UTC")).toBe("20 Nov 2026, 00:05 (UTC)");
});

test("a day is written without its time", () => {
  expect(dayText("2026-11-20T23:05:00Z", "Asia/Tokyo")).toBe("21 Nov 2026");
});

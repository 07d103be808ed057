import { expect, test } from "vitest";
import { bouncesTooOften, type PacedJob, quietMinutes, shareOut } from "./pacing.ts";

const at = (time: string) => new Date(`2026-11-21T${time}:00Z`);
const job = (id: string, ownerId: string, more: Partial<PacedJob> = {}): PacedJob => ({
  ...{ id, ownerId, perMinute: 60, inWindow: 0, waiting: 1_000, ...more },
});

test("quiet hours go over midnight, and are those of the person's own clock", () => {
  const night = { from: "20:00", until: "08:00", timeZone: "UTC" };
  expect(quietMinutes(night, "UTC", at("19:59"))).toBe(0);
  expect(quietMinutes(night, "UTC", at("20:00"))).toBe(720);
  expect(quietMinutes(night, "UTC", at("07:59"))).toBe(1);
  expect(quietMinutes(night, "UTC", at("08:00"))).toBe(0);
  expect(quietMinutes(night, "Asia/Tokyo", at("11:00"))).toBe(720);
  expect(quietMinutes(night, "America/New_York", at("12:30"))).toBe(30);
  expect(quietMinutes({ ...night, until: "20:00" }, "UTC", at("21:00"))).toBe(0);
});

test("a job goes evenly and never over what is left of its minute", () => {
  expect(shareOut([job("a", "x")], 600).get("a")).toBe(1);
  expect(shareOut([job("a", "x", { perMinute: 600 })], 600).get("a")).toBe(10);
  expect(shareOut([job("a", "x", { perMinute: 600, inWindow: 596 })], 600).get("a")).toBe(4);
  expect(shareOut([job("a", "x", { inWindow: 60 })], 600).size).toBe(0);
  expect(shareOut([job("a", "x", { perMinute: 1 })], 600).get("a")).toBe(1);
  expect(shareOut([job("a", "x", { waiting: 0 })], 600).size).toBe(0);
});

test("members share what the organization may send, however many jobs one of them has", () => {
  const fast = { perMinute: 600 };
  const many = [job("a1", "a", fast), job("a2", "a", fast), job("a3", "a", fast), job("b1", "b", fast)];
  const shares = shareOut(many, 12);
  expect(shares.get("b1")).toBe(6);
  expect([...shares.values()].reduce((sum, one) => sum + one, 0)).toBe(12);
  const late = shareOut([job("a1", "a", { ...fast, inWindow: 50 }), job("b1", "b", fast)], 8);
  expect(late.get("b1")).toBe(8);
});

test("teams share first, and members within their team", () => {
  const of = (teamId: string | null) => ({ perMinute: 600, teamId });
  const shares = shareOut(
    [
      job("a", "a", of("leasing")),
      job("b", "b", of("leasing")),
      job("c", "c", of("sales")),
      job("d", "d", of(null)),
    ],
    12,
  );
  expect(Object.fromEntries(shares)).toEqual({ a: 2, b: 2, c: 4, d: 4 });
});

test("over a minute two members come out even, though one began earlier", () => {
  const sent = { a: 0, b: 0 };
  for (let second = 0; second < 60; second++) {
    const left = 120 - sent.a - sent.b;
    const jobs = [
      job("a", "a", { perMinute: 600, inWindow: sent.a }),
      job("b", "b", { perMinute: 600, inWindow: sent.b }),
    ];
    const shares = shareOut(second < 5 ? jobs.slice(0, 1) : jobs, Math.min(left, 4));
    sent.a += shares.get("a") ?? 0;
    sent.b += shares.get("b") ?? 0;
  }
  expect(sent).toEqual({ a: 60, b: 60 });
});

test("a few refused addresses say nothing, many of many stop the job", () => {
  expect(bouncesTooOften(3, 19, 5)).toBe(false);
  expect(bouncesTooOften(1, 20, 5)).toBe(false);
  expect(bouncesTooOften(2, 20, 5)).toBe(true);
});

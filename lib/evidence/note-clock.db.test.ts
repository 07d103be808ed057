import { expect, test } from "vitest";
import { testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { watchClock } from "#lib/pki/clock-watch.ts";
import { embeddedTimestamps } from "#lib/pki/embedded-timestamps.ts";
import type { WorkerRuntime } from "#lib/runtime.ts";
import { noteClock } from "./note-clock.ts";

const product = testProduct();

/** A machine whose clock is set by so much, while time goes on as ever. */
function machine() {
  let setByMs = 0;
  const { runtime } = product();
  const clock = watchClock(runtime, () => ({
    wallMs: Date.now() + setByMs,
    runningMs: performance.now(),
  }));
  const worker: WorkerRuntime = { ...runtime, clock };
  return {
    clock,
    worker,
    token: () => embeddedTimestamps(worker).token(new Uint8Array(32)),
    set: (byMs: number) => {
      setByMs += byMs;
    },
  };
}

test("a token is made while the clock agrees with the database's, refused when it was set away, made again when set back", async () => {
  const { token, set } = machine();
  expect((await token()).length).toBeGreaterThan(100);
  set(-3_600_000);
  await expect(token()).rejects.toMatchObject({ code: "timestamps/clock-unsure", kind: "unavailable" });
  await expect(token()).rejects.toMatchObject({ code: "timestamps/clock-unsure" });
  set(3_600_000);
  expect((await token()).length).toBeGreaterThan(100);
});

test("one that was never right makes none", async () => {
  const { token, set } = machine();
  set(7_200_000);
  await expect(token()).rejects.toMatchObject({ code: "timestamps/clock-unsure" });
});

test("every jump stands in the chain of every organization, once", async () => {
  const { worker, set } = machine();
  const { newOrganization } = product();
  const owners = [
    await (await newOrganization()).member("owner"),
    await (await newOrganization()).member("owner"),
  ];
  await noteClock(worker);
  set(5_000);
  await expect(noteClock(worker)).rejects.toMatchObject({ code: "timestamps/clock-unsure" });
  set(-5_000);
  await noteClock(worker);
  await noteClock(worker);
  for (const owner of owners) {
    const { entries } = await readChain(owner, null);
    const jumps = entries.filter(({ type }) => type === "clock.jumped");
    expect(jumps.map(({ data }) => data.milliseconds)).toEqual([[expect.any(Number)], [expect.any(Number)]]);
    const [forward, back] = jumps.map(({ data }) => (data.milliseconds as number[])[0]!);
    expect(Math.abs(forward! - 5_000)).toBeLessThan(100);
    expect(Math.abs(back! + 5_000)).toBeLessThan(100);
  }
});

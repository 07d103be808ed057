import { expect, test } from "vitest";
import { gathered } from "./gather.ts";

test("who comes while another is served goes with all others that wait, and gets their own answer", async () => {
  const batches: number[][] = [];
  const ask = gathered(async (inputs: readonly number[]) => {
    batches.push([...inputs]);
    await new Promise((resolve) => setTimeout(resolve, 5));
    return inputs.map((input) => input * 2);
  });
  const first = ask(1);
  await Promise.resolve();
  const others = Promise.all([ask(2), ask(3)]);
  expect([await first, ...(await others)]).toEqual([2, 4, 6]);
  expect(batches).toEqual([[1], [2, 3]]);
});

test("one's fault is not another's", async () => {
  let idle = 0;
  const work = async (inputs: readonly number[]) => {
    if (inputs.includes(0)) throw new Error("division by nothing");
    return inputs.map((input) => 6 / input);
  };
  const ask = gathered(work, () => idle++);
  const outcomes = await Promise.allSettled([ask(3), ask(0), ask(2)]);
  expect(outcomes.map((outcome) => (outcome.status === "fulfilled" ? outcome.value : "refused"))).toEqual([
    2,
    "refused",
    3,
  ]);
  expect(await ask(1)).toBe(6);
  await Promise.resolve();
  expect(idle).toBe(2);
});

import { expect, test } from "vitest";
import { gathered } from "./gather.ts";

const settled = () => new Promise((resolve) => setImmediate(resolve));

test("who comes while another is served goes with all others that wait, and gets their own answer", async () => {
  const batches: number[][] = [];
  const ask = gathered(async (inputs: readonly number[]) => {
    batches.push([...inputs]);
    await new Promise((resolve) => setTimeout(resolve, 5));
    return inputs.map((input) => input * 2);
  });
  const first = ask(1);
  await settled();
  const others = Promise.all([ask(2), ask(3)]);
  expect([await first, ...(await others)]).toEqual([2, 4, 6]);
  expect(batches).toEqual([[1], [2, 3]]);
});

test("as many times at once as there are lanes, and each waiter is served by work that began after they came", async () => {
  const batches: number[][] = [];
  const ends: (() => void)[] = [];
  let idle = 0;
  const ask = gathered(
    async (inputs: readonly number[]) => {
      batches.push([...inputs]);
      await new Promise<void>((resolve) => ends.push(resolve));
      return inputs;
    },
    { lanes: 2, onIdle: () => idle++ },
  );
  const together = [ask(1), ask(2)];
  await settled();
  const third = ask(3);
  await settled();
  const later = [ask(4), ask(5)];
  await settled();
  expect(batches).toEqual([[1, 2], [3]]);
  ends[1]!();
  expect(await third).toBe(3);
  await settled();
  expect(batches).toEqual([[1, 2], [3], [4, 5]]);
  ends[2]!();
  expect(await Promise.all(later)).toEqual([4, 5]);
  expect(idle).toBe(0);
  ends[0]!();
  expect(await Promise.all(together)).toEqual([1, 2]);
  await settled();
  expect(idle).toBe(1);
});

test("one's fault is not another's", async () => {
  let idle = 0;
  const work = async (inputs: readonly number[]) => {
    if (inputs.includes(0)) throw new Error("division by nothing");
    return inputs.map((input) => 6 / input);
  };
  const ask = gathered(work, { onIdle: () => idle++ });
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

import { expect, test } from "vitest";
import { changed, type History, historyOf, redone, undone } from "./history.ts";
import { readHistory, writeHistory } from "./history-keeper.ts";

interface State {
  readonly title: string;
  readonly fields: readonly { readonly id: string; readonly x: number }[];
}

/** A draft of that many fields, and a hundred and twenty steps on it. */
function worked(count: number): History<State> {
  const fields = Array.from({ length: count }, (_, index) => ({ id: `f${index}`, x: 0 }));
  let history = historyOf<State>({ title: "", fields });
  for (let step = 1; step <= 120; step++) {
    const { title, fields } = history.present;
    const moved = fields.map((field, index) => (index === step % count ? { ...field, x: step } : field));
    const next =
      step % 10 === 0
        ? { title: `${title}.`, fields: step === 60 ? moved.toReversed() : moved.slice(1) }
        : { title, fields: [...moved, { id: `n${step}`, x: 0 }] };
    history = changed(history, next, null, step * 10_000);
  }
  for (let back = 0; back < 10; back++) history = undone(history);
  return history;
}

const reloaded = (history: History<State>): History<State> => {
  const present = JSON.parse(JSON.stringify(history.present)) as State;
  return { ...historyOf(present), ...readHistory(writeHistory(history), present) };
};

test("a hundred steps and more go back and forth after the page was loaded anew", () => {
  let [before, after] = [worked(40), reloaded(worked(40))];
  expect(after.past).toHaveLength(110);
  for (let step = 0; step < 110; step++) {
    [before, after] = [undone(before), undone(after)];
    expect(after.present).toEqual(before.present);
  }
  for (let step = 0; step < 120; step++) [before, after] = [redone(before), redone(after)];
  expect(after.present).toEqual(before.present);
});

test("two thousand fields and a hundred steps fit a window's storage", () => {
  const history = worked(2_000);
  expect(writeHistory(history).length).toBeLessThan(2_500_000);
  expect(reloaded(history).past.length).toBeGreaterThanOrEqual(100);
});

test("what does not read is no history", () => {
  const present = { title: "", fields: [] };
  expect(readHistory("{", present)).toEqual({ past: [], future: [] });
  expect(readHistory('{"past":[{}],"future":[]}', present)).toEqual({ past: [], future: [] });
});

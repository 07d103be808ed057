import { expect, test } from "vitest";
import { changed, everywhere, historyOf, redone, undone } from "./history.ts";

test("each change is undone and redone by itself", () => {
  let history = historyOf(0);
  for (let value = 1; value <= 150; value++) history = changed(history, value, null, value);
  for (let value = 149; value >= 0; value--) {
    history = undone(history);
    expect(history.present).toBe(value);
  }
  expect(undone(history)).toBe(history);
  for (let value = 1; value <= 150; value++) history = redone(history);
  expect(history.present).toBe(150);
  expect(redone(history)).toBe(history);
});

test("typing without a pause is one step back", () => {
  let history = changed(historyOf(""), "A", "name", 1_000);
  history = changed(history, "An", "name", 1_200);
  history = changed(history, "Ana", "name", 1_400);
  expect(undone(history).present).toBe("");
});

test("after a pause, or elsewhere, it is another", () => {
  let history = changed(historyOf(""), "A", "name", 1_000);
  history = changed(history, "An", "name", 9_000);
  expect(undone(history).present).toBe("A");
  history = changed(history, "An!", "email", 9_100);
  expect(undone(history).present).toBe("An");
});

test("a new change ends what could be redone", () => {
  const history = changed(undone(changed(historyOf(0), 1, null, 0)), 2, null, 1);
  expect(redone(history).present).toBe(2);
});

test("what is gone everywhere does not come back by undoing", () => {
  const history = everywhere(changed(historyOf([1, 2]), [1, 2, 3], null, 0), (all) =>
    all.filter((n) => n !== 2),
  );
  expect(history.present).toEqual([1, 3]);
  expect(undone(history).present).toEqual([1]);
});

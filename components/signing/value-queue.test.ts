import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type SaveAnswer, TYPING_PAUSE_MS, ValueQueue } from "./value-queue.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const KEY = "unsaved";

function memoryStorage(entries: Record<string, string> = {}) {
  const kept = new Map(Object.entries(entries));
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
}

/** A server that answers as it is told to, and remembers what it was sent. */
function server() {
  const sent: [string, string][] = [];
  const state = {
    isDown: false,
    answer: (value: string): SaveAnswer => ({ svg: `<svg>${value}</svg>`, asOf: 7 }),
  };
  const save = async (id: string, value: string): Promise<SaveAnswer> => {
    if (state.isDown) throw new TypeError("failed to fetch");
    sent.push([id, value]);
    return state.answer(value);
  };
  return { sent, state, save };
}

function queueOn({ save }: ReturnType<typeof server>, storage = memoryStorage()) {
  const fields = ["name", "city"].map((id) => ({ id, value: "", svg: null }));
  return new ValueQueue(fields, { save, storage, storageKey: KEY, isOnline: () => true });
}

const later = (ms: number) => vi.advanceTimersByTimeAsync(ms);

test("typing is sent once, when it pauses", async () => {
  const there = server();
  const queue = queueOn(there);
  for (const value of ["A", "An", "Ana"]) queue.enter("name", value, "after-typing");
  expect(queue.snapshot()).toMatchObject({ isUnsaved: true, hasSaved: false });
  await later(TYPING_PAUSE_MS);
  expect(there.sent).toEqual([["name", "Ana"]]);
  expect(queue.snapshot()).toMatchObject({ isUnsaved: false, hasSaved: true });
  expect(queue.snapshot().fields.get("name")).toMatchObject({ saved: "Ana", svg: "<svg>Ana</svg>" });
});

test("what is typed while a value is under way is sent after it", async () => {
  const there = server();
  let answer: (answer: SaveAnswer) => void = () => {};
  const slow = { ...there, save: vi.fn(() => new Promise<SaveAnswer>((resolve) => (answer = resolve))) };
  const queue = queueOn(slow);
  queue.enter("name", "Ana", "now");
  await later(0);
  queue.enter("name", "Ana Ruiz", "now");
  await later(10);
  expect(slow.save).toHaveBeenCalledTimes(1);
  answer({ svg: null, asOf: 7 });
  await later(0);
  expect(slow.save).toHaveBeenLastCalledWith("name", "Ana Ruiz");
});

test("of two radio buttons the one chosen last stands, however slow the first is on its way", async () => {
  const under: { id: string; value: string; arrive: () => void }[] = [];
  const chosen = new Set<string>();
  const save = (id: string, value: string) =>
    new Promise<SaveAnswer>((resolve) => {
      const arrive = () => {
        if (value !== "") chosen.clear();
        if (value !== "") chosen.add(id);
        else chosen.delete(id);
        resolve({ svg: null, asOf: 7 });
      };
      under.push({ id, value, arrive });
    });
  const fields = ["monthly", "yearly"].map((id) => ({ id, value: "", svg: null }));
  const settings = { save, storage: null, storageKey: KEY, isOnline: () => true, laneOf: () => "paid" };
  const queue = new ValueQueue(fields, settings);
  queue.enter("monthly", "yes", "now");
  await later(0);
  queue.enter("monthly", "", "now");
  queue.enter("yearly", "yes", "now");
  await later(0);
  // The newest that is under way arrives first, as it may on a bad network.
  for (let next = under.pop(); next; next = under.pop()) {
    next.arrive();
    await later(0);
  }
  expect([...chosen]).toEqual(["yearly"]);
  expect(queue.snapshot().isUnsaved).toBe(false);
});

test("a refusal stays with its value and goes when the value changes", async () => {
  const there = server();
  there.state.answer = (value) =>
    value.length > 3 ? { refusal: "signing/value-does-not-fit" } : { svg: null, asOf: 7 };
  const queue = queueOn(there);
  queue.enter("name", "too long", "now");
  await later(0);
  expect(queue.snapshot().fields.get("name")).toMatchObject({
    value: "too long",
    refusal: "signing/value-does-not-fit",
  });
  queue.enter("name", "ok", "now");
  expect(queue.snapshot().fields.get("name")!.refusal).toBeNull();
});

test("nothing is lost while the server is away: tries go on, further and further apart", async () => {
  const there = server();
  const queue = queueOn(there);
  there.state.isDown = true;
  queue.enter("name", "Ana", "now");
  queue.enter("city", "Lisbon", "now");
  await later(10_000);
  expect(queue.snapshot()).toMatchObject({ trouble: "failing", isUnsaved: true });
  expect(await flushed(queue)).toBe(false);
  there.state.isDown = false;
  await later(30_000);
  expect(there.sent).toEqual(
    expect.arrayContaining([
      ["name", "Ana"],
      ["city", "Lisbon"],
    ]),
  );
  expect(queue.snapshot()).toMatchObject({ trouble: null, isUnsaved: false });
});

test("the network's return is used at once", async () => {
  const there = server();
  const queue = queueOn(there);
  there.state.isDown = true;
  queue.enter("name", "Ana", "now");
  await later(16_000);
  there.state.isDown = false;
  queue.tryAgain();
  await later(0);
  expect(there.sent).toEqual([["name", "Ana"]]);
});

test("unsaved values outlive the page, saved ones are not kept on the device", async () => {
  const storage = memoryStorage();
  const down = server();
  down.state.isDown = true;
  queueOn(down, storage).enter("name", "Ana", "now");
  expect(storage.kept.get(KEY)).toBe('{"name":"Ana"}');

  const up = server();
  const queue = queueOn(up, storage);
  queue.resume();
  await later(0);
  expect(up.sent).toEqual([["name", "Ana"]]);
  expect(storage.kept.has(KEY)).toBe(false);
});

test("a refresh brings the server's values and leaves what was just entered", async () => {
  const there = server();
  const queue = queueOn(there);
  queue.enter("name", "Ana", "after-typing");
  queue.refresh(
    [
      { id: "name", value: "old", svg: null },
      { id: "city", value: "Porto", svg: null },
    ],
    7,
  );
  expect(queue.snapshot().fields.get("name")!.value).toBe("Ana");
  expect(queue.snapshot().fields.get("city")).toMatchObject({ value: "Porto", saved: "Porto" });
});

test("flush waits until the server has everything", async () => {
  const there = server();
  const queue = queueOn(there);
  queue.enter("name", "Ana", "after-typing");
  expect(await flushed(queue)).toBe(true);
  expect(there.sent).toEqual([["name", "Ana"]]);
});

test("a look at the server that is older than what was saved since changes nothing, a newer one does", async () => {
  const there = server();
  const queue = queueOn(there);
  queue.enter("name", "Ana", "now");
  await later(0);
  queue.refresh([{ id: "name", value: "", svg: null }], 6);
  expect(queue.snapshot().fields.get("name")).toMatchObject({ value: "Ana", saved: "Ana" });
  queue.refresh([{ id: "name", value: "Ana Ruiz", svg: null }], 8);
  expect(queue.snapshot().fields.get("name")).toMatchObject({ value: "Ana Ruiz", saved: "Ana Ruiz" });
});

test("what is taken back while it is under way is taken back on the server too", async () => {
  const there = server();
  const answers: ((answer: SaveAnswer) => void)[] = [];
  const save = vi.fn(() => new Promise<SaveAnswer>((resolve) => answers.push(resolve)));
  const storage = memoryStorage();
  const queue = queueOn({ ...there, save }, storage);
  queue.enter("name", "Ana", "now");
  await later(0);
  queue.enter("name", "", "now");
  expect(queue.snapshot().isUnsaved).toBe(true);
  expect(storage.kept.get(KEY)).toBe('{"name":""}');
  const done = queue.flush();
  answers[0]!({ svg: null, asOf: 7 });
  await later(0);
  expect(save).toHaveBeenLastCalledWith("name", "");
  answers[1]!({ svg: null, asOf: 8 });
  await later(100);
  expect(await done).toBe(true);
  expect(queue.snapshot().isUnsaved).toBe(false);
});

test("what may have reached the server before the line broke is said again, also when it was taken back", async () => {
  const there = server();
  const breaks: ((error: Error) => void)[] = [];
  const save = vi.fn(async (id: string, value: string): Promise<SaveAnswer> => {
    const answer = await there.save(id, value);
    if (value === "Ana") await new Promise((_, reject) => breaks.push(reject));
    return answer;
  });
  const queue = queueOn({ ...there, save });
  queue.enter("name", "Ana", "now");
  await later(0);
  queue.enter("name", "", "now");
  await later(0);
  breaks[0]!(new TypeError("failed to fetch"));
  await later(1_000);
  expect(there.sent).toEqual([
    ["name", "Ana"],
    ["name", ""],
  ]);
  expect(queue.snapshot().isUnsaved).toBe(false);
});

test("what this device recorded before comes back below what was typed since", async () => {
  const there = server();
  const queue = queueOn(there);
  queue.enter("name", "Ana Ruiz", "after-typing");
  queue.restore({ id: "name", value: "An", svg: null });
  queue.restore({ id: "city", value: "Porto", svg: null });
  expect(queue.snapshot().fields.get("name")).toMatchObject({ value: "Ana Ruiz", saved: "An" });
  expect(queue.snapshot().fields.get("city")).toMatchObject({ value: "Porto", saved: "Porto" });
  // The server does not have it yet.
  queue.refresh([{ id: "city", value: "", svg: null }], 100);
  expect(queue.snapshot().fields.get("city")!.value).toBe("Porto");
  queue.release();
  queue.refresh([{ id: "city", value: "Porto!", svg: null }], 100);
  expect(queue.snapshot().fields.get("city")!.value).toBe("Porto!");
  await later(TYPING_PAUSE_MS);
  expect(there.sent).toEqual([["name", "Ana Ruiz"]]);
});

test("what an earlier page left does not cover what was typed before this could run", async () => {
  const there = server();
  const queue = queueOn(there, memoryStorage({ [KEY]: '{"name":"An","city":"Porto"}' }));
  queue.enter("name", "Ana Ruiz", "now");
  queue.resume();
  await later(0);
  expect(there.sent).toEqual([
    ["name", "Ana Ruiz"],
    ["city", "Porto"],
  ]);
});

async function flushed(queue: ValueQueue): Promise<boolean> {
  const done = queue.flush();
  await later(6_000);
  return done;
}

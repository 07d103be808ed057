import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { DraftSaver } from "./draft-saver.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A server with one draft; it can be out of reach, or lose its answer. */
function server() {
  const kept = { version: 0, content: "" };
  const state = { isDown: false, losesAnswer: false, saves: 0 };
  const save = async (version: number, content: string) => {
    await new Promise((resolve) => setTimeout(resolve, 50));
    if (state.isDown) throw new TypeError("Failed to fetch");
    if (version !== kept.version) return { isSaved: false as const, code: "envelopes/draft-changed" };
    kept.version++;
    kept.content = content;
    state.saves++;
    if (state.losesAnswer) throw new TypeError("Failed to fetch");
    return { isSaved: true as const, version: kept.version };
  };
  const saver = new DraftSaver<string>({
    ...{ version: 0, save },
    load: async () => ({ ...kept }),
    isSame: (a, b) => a === b,
  });
  return { kept, state, saver };
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

test("a pause after the last change saves once", async () => {
  const { kept, state, saver } = server();
  saver.change("a");
  await pass(500);
  saver.change("ab");
  expect(saver.getState().kind).toBe("unsaved");
  await pass(799);
  expect(state.saves).toBe(0);
  await pass(60);
  expect(kept).toEqual({ version: 1, content: "ab" });
  expect(saver.getState().kind).toBe("saved");
});

test("what changes while it saves is saved after it", async () => {
  const { kept, saver } = server();
  saver.change("a");
  await pass(820);
  saver.change("b");
  await pass(2_000);
  expect(kept).toEqual({ version: 2, content: "b" });
});

test("out of reach, it says so and tries again until it is kept", async () => {
  const { kept, state, saver } = server();
  state.isDown = true;
  saver.change("a");
  await pass(1_000);
  expect(saver.getState().kind).toBe("offline");
  await pass(10_000);
  expect(saver.getState().kind).toMatch(/offline|saving/);
  state.isDown = false;
  await pass(40_000);
  expect(kept.content).toBe("a");
  expect(saver.getState().kind).toBe("saved");
});

test("another window's save is a conflict, and nothing is overwritten", async () => {
  const { kept, saver } = server();
  kept.version = 1;
  kept.content = "theirs";
  saver.change("mine");
  await pass(1_000);
  expect(saver.getState().kind).toBe("conflict");
  saver.change("mine too");
  await pass(60_000);
  expect(kept.content).toBe("theirs");
});

test("the person's choice goes on from the version chosen", async () => {
  const { kept, saver } = server();
  Object.assign(kept, { version: 7, content: "theirs" });
  saver.change("mine");
  await pass(1_000);
  saver.adopt(7, "mine");
  await pass(1_000);
  expect(kept).toEqual({ version: 8, content: "mine" });
  saver.adopt(8, null);
  expect(saver.getState().kind).toBe("saved");
});

test("a lost answer is no conflict when what is kept is ours", async () => {
  const { kept, state, saver } = server();
  state.losesAnswer = true;
  saver.change("a");
  await pass(1_000);
  state.losesAnswer = false;
  saver.change("b");
  await pass(20_000);
  expect(kept).toEqual({ version: 2, content: "b" });
  expect(saver.getState().kind).toBe("saved");
});

test("an upload of this window raises the version without a conflict", async () => {
  const { kept, saver } = server();
  saver.operationBegan();
  saver.change("a");
  await pass(790);
  kept.version = 1; // the upload came first
  await pass(100);
  expect(saver.getState().kind).toBe("unsaved");
  saver.operationEnded(1);
  await pass(100);
  expect(kept).toEqual({ version: 2, content: "a" });
});

test("an upload that overtakes our own save's answer is no conflict either", async () => {
  const { kept, saver } = server();
  saver.operationBegan();
  saver.change("a");
  await pass(830); // the save is on its way
  saver.operationEnded(2); // and after it, the upload
  kept.version = 0;
  await pass(30);
  kept.version = 2;
  expect(saver.version).toBe(2);
  saver.change("b");
  await pass(1_000);
  expect(kept).toEqual({ version: 3, content: "b" });
});

test("a save of another window under our upload is still a conflict", async () => {
  const { kept, saver } = server();
  saver.operationBegan();
  kept.version = 2; // theirs, then our upload
  saver.operationEnded(2);
  saver.change("mine");
  await pass(1_000);
  expect(saver.getState().kind).toBe("conflict");
});

test("flushing waits until everything is kept", async () => {
  const { kept, saver } = server();
  saver.change("a");
  const flushed = saver.flush();
  await pass(100);
  expect(await flushed).toBe(true);
  expect(kept.content).toBe("a");
});

test("flushing says when it could not be kept", async () => {
  const { kept, saver } = server();
  kept.version = 5;
  saver.change("a");
  const flushed = saver.flush();
  await pass(100);
  expect(await flushed).toBe(false);
});

test("a refusal is told by its code, and the next change tries again", async () => {
  const codes = ["identity/session-ended"];
  const saver = new DraftSaver<string>({
    version: 0,
    save: async () => {
      const code = codes.pop();
      return code ? { isSaved: false, code } : { isSaved: true, version: 1 };
    },
    load: async () => ({ version: 0, content: "" }),
    isSame: () => false,
  });
  saver.change("a");
  await pass(1_000);
  expect(saver.getState()).toEqual({ kind: "refused", code: "identity/session-ended" });
  saver.change("ab");
  await pass(1_000);
  expect(saver.getState().kind).toBe("saved");
});

import { setTimeout as sleep } from "node:timers/promises";
import { type FileHandle, filesError } from "#lib/ports/files.ts";
import { openHandle } from "../files/encrypted-reader.ts";
import { moving } from "../sandbox/serve-tasks.ts";

/** What the sandbox contract has done, in order of malice. */
export const sandboxTasks = {
  add: ({ a, b }: { a: number; b: number }) => a + b,
  echo: (input: unknown) => input,
  wait: async ({ ms }: { ms: number }) => {
    await sleep(ms);
    return ms;
  },
  fill: ({ size, value }: { size: number; value: number }) => {
    const bytes = new Uint8Array(size).fill(value);
    return moving({ bytes }, [bytes.buffer]);
  },
  sum: ({ bytes }: { bytes: Uint8Array }) => bytes.reduce((sum, byte) => sum + byte, 0),
  readStart: ({ handle }: { handle: FileHandle }) => {
    const file = openHandle(handle);
    const start = file.read(0, 5);
    file.close();
    return start;
  },
  environment: () => Object.keys(process.env),
  refuse: () => {
    throw filesError("damaged", "segment 7 is not what was stored");
  },
  fail: () => {
    throw new TypeError("not a function");
  },
  returnFunction: () => () => 1,
  overflowStack: () => {
    const deeper = (): number => deeper() + 1;
    return deeper();
  },
  pid: () => process.pid,
  loop: () => {
    for (;;) {}
  },
  exit: () => process.exit(7),
  throwLater: async () => {
    setTimeout(() => {
      throw new Error("thrown outside of the task");
    });
    await sleep(10_000);
  },
  growArrays: () => {
    const kept: number[][] = [];
    for (;;) kept.push(Array.from({ length: 10_000 }, (_, index) => index));
  },
  growMap: () => {
    const kept: Map<number, object>[] = [];
    for (;;) {
      const map = new Map<number, object>();
      for (let index = 0; index < 4_000_000; index++) map.set(index, {});
      kept.push(map);
    }
  },
  growBuffers: () => {
    const kept: Uint8Array[] = [];
    for (;;) kept.push(new Uint8Array(8 << 20).fill(1));
  },
  growWebAssembly: () => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 60_000 });
    for (;;) {
      const from = memory.grow(128) * 65_536;
      new Uint8Array(memory.buffer).fill(1, from);
    }
  },
  hold: ({ size }: { size: number }) => {
    held = new Uint8Array(size).fill(1);
    return process.pid;
  },
  holdMore: async ({ size }: { size: number }) => {
    const more = new Uint8Array(size).fill(1);
    await sleep(300);
    return held.length * more[0]!;
  },
  heldSize: () => held.length,
};

let held = new Uint8Array(0);

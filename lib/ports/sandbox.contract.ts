import { afterEach, describe, expect, test } from "vitest";
import { AppError } from "#lib/errors.ts";
import type { Sandbox, Tasks } from "./sandbox.ts";

interface Limits {
  readonly size?: number;
  readonly timeoutMs?: number;
  readonly memoryBytes?: number;
  readonly maxQueued?: number;
}

/** The tasks a sandbox must have for this contract: `lib/adapters/testing/sandbox-tasks.ts`. */
export type ContractTasks = Tasks & {
  add(input: { a: number; b: number }): number;
  echo(input: unknown): unknown;
  wait(input: { ms: number }): Promise<number>;
  fill(input: { size: number; value: number }): { bytes: Uint8Array };
  sum(input: { bytes: Uint8Array }): number;
  environment(input: object): string[];
  hold(input: { size: number }): number;
  holdMore(input: { size: number }): Promise<number>;
  heldSize(input: object): number;
};

/**
 * What every Sandbox does.
 *
 * @param isolates false for the in-memory twin, which keeps no limits.
 */
export function sandboxContract<T extends ContractTasks>(
  name: string,
  make: (limits: Limits) => Sandbox<T>,
  isolates: boolean,
): void {
  describe(`sandbox: ${name}`, () => {
    let made: Sandbox[] = [];
    const sandboxWith = (limits: Limits = {}): Sandbox<ContractTasks> => {
      const sandbox = make(limits) as unknown as Sandbox<ContractTasks>;
      made.push(sandbox as unknown as Sandbox);
      return sandbox;
    };
    const malice = (sandbox: Sandbox<ContractTasks>, task: string) => sandbox.run(task as "echo", {});
    const worksAgain = async (sandbox: Sandbox<ContractTasks>) =>
      expect(await sandbox.run("add", { a: 1, b: 2 })).toBe(3);

    afterEach(async () => {
      await Promise.all(made.map((sandbox) => sandbox.close()));
      made = [];
    });

    test("does a task and gives its output", async () => {
      await worksAgain(sandboxWith());
    });

    test("carries bytes, maps, dates and nothing, by value", async () => {
      const sandbox = sandboxWith();
      const input = {
        bytes: Uint8Array.of(1, 2),
        map: new Map([["a", { b: [1n] }]]),
        at: new Date(0),
        none: undefined,
      };
      const output = await sandbox.run("echo", input);
      expect(output).toEqual(input);
      expect(output).not.toBe(input);
      expect(await sandbox.run("echo", undefined)).toBe(undefined);
    });

    test("takes and gives large buffers", async () => {
      const sandbox = sandboxWith();
      const bytes = new Uint8Array(1 << 20).fill(2);
      expect(await sandbox.run("sum", { bytes }, { transfer: [bytes.buffer] })).toBe(2 << 20);
      const filled = await sandbox.run("fill", { size: 1 << 20, value: 3 });
      expect([filled.bytes.length, filled.bytes.at(-1)]).toEqual([1 << 20, 3]);
    });

    test("brings a refusal over as it was", async () => {
      const refusal = await malice(sandboxWith(), "refuse").catch((error) => error);
      expect(refusal).toBeInstanceOf(AppError);
      expect(refusal).toMatchObject({
        kind: "unavailable",
        code: "files/damaged",
        message: "segment 7 is not what was stored",
      });
    });

    test("brings a bug over as an error that says where it was", async () => {
      const bug = (await malice(sandboxWith(), "fail").catch((error) => error)) as Error;
      expect(bug).toMatchObject({ name: "TypeError", message: "not a function" });
      expect(bug).not.toHaveProperty("code");
      expect(bug.stack).toContain("sandbox-tasks.ts");
    });

    test("takes an unknown task, and what cannot be cloned, for a bug", async () => {
      const sandbox = sandboxWith();
      await expect(malice(sandbox, "toString")).rejects.toThrow("knows no task toString");
      await expect(malice(sandbox, "returnFunction")).rejects.toThrow(/could not be cloned/);
      await expect(sandbox.run("echo", () => 1)).rejects.toThrow(/could not be cloned/);
      await worksAgain(sandbox);
    });

    if (!isolates) return;

    test("goes on after a stack that overflowed", async () => {
      const sandbox = sandboxWith();
      await expect(malice(sandbox, "overflowStack")).rejects.toMatchObject({ name: "RangeError" });
      await worksAgain(sandbox);
    });

    test("ends a task that takes too long, and goes on", async () => {
      const sandbox = sandboxWith({ size: 1, timeoutMs: 300 });
      await worksAgain(sandbox);
      const startedAt = Date.now();
      await expect(malice(sandbox, "loop")).rejects.toMatchObject({ code: "sandbox/timed-out" });
      expect(Date.now() - startedAt).toBeLessThan(2_000);
      await expect(sandbox.run("wait", { ms: 5_000 })).rejects.toMatchObject({ code: "sandbox/timed-out" });
      await worksAgain(sandbox);
    });

    test("gives one task more or less time than the others", async () => {
      const sandbox = sandboxWith({ size: 1, timeoutMs: 300 });
      expect(await sandbox.run("wait", { ms: 600 }, { timeoutMs: 5_000 })).toBe(600);
      const short = sandbox.run("wait", { ms: 200 }, { timeoutMs: 50 });
      await expect(short).rejects.toMatchObject({ code: "sandbox/timed-out" });
    });

    test.for(["growArrays", "growMap", "growBuffers", "growWebAssembly"])(
      "ends a task that takes too much: %s",
      async (task) => {
        const sandbox = sandboxWith({ size: 1, memoryBytes: 200 << 20 });
        const refusal = { kind: "too-large", code: "sandbox/out-of-memory" };
        await expect(malice(sandbox, task)).rejects.toMatchObject(refusal);
        await worksAgain(sandbox);
      },
    );

    test("survives a task that ends its own place, and says so", async () => {
      const sandbox = sandboxWith({ size: 1 });
      for (const task of ["exit", "throwLater"]) {
        const refusal = { kind: "unavailable", code: "sandbox/crashed" };
        await expect(malice(sandbox, task)).rejects.toMatchObject(refusal);
      }
      await worksAgain(sandbox);
    });

    test("gives a fresh place to the task after one that left much behind", async () => {
      const sandbox = sandboxWith({ size: 1, memoryBytes: 300 << 20 });
      await sandbox.run("hold", { size: 1 << 20 });
      expect(await sandbox.run("heldSize", {})).toBe(1 << 20);
      await sandbox.run("hold", { size: 200 << 20 });
      expect(await sandbox.run("heldSize", {})).toBe(0);
    });

    test("does not blame a task for what another left behind", async () => {
      const sandbox = sandboxWith({ size: 1, memoryBytes: 450 << 20 });
      await sandbox.run("hold", { size: 200 << 20 });
      expect(await sandbox.run("heldSize", {})).toBe(200 << 20);
      expect(await sandbox.run("holdMore", { size: 300 << 20 })).toBe(0);
    });

    test("does fifty tasks at once, a few at a time, the wild ones too", async () => {
      const sandbox = sandboxWith({ size: 3, timeoutMs: 1_000 });
      const startedAt = Date.now();
      const results = await Promise.allSettled(
        Array.from({ length: 50 }, (_, index) => {
          if (index % 10 === 3) return malice(sandbox, "exit");
          if (index % 25 === 7) return malice(sandbox, "loop");
          if (index % 5 === 0) return sandbox.run("wait", { ms: 300 });
          return sandbox.run("add", { a: index, b: 1 });
        }),
      );
      for (const [index, result] of results.entries()) {
        if (index % 10 === 3) expect(result).toMatchObject({ reason: { code: "sandbox/crashed" } });
        else if (index % 25 === 7) expect(result).toMatchObject({ reason: { code: "sandbox/timed-out" } });
        else expect(result).toEqual({ status: "fulfilled", value: index % 5 === 0 ? 300 : index + 1 });
      }
      // Ten waits of 300 ms in three places: no faster than this, or more ran at once than allowed.
      expect(Date.now() - startedAt).toBeGreaterThan(1_000);
    });

    test("refuses more than may wait", async () => {
      const sandbox = sandboxWith({ size: 1, maxQueued: 2 });
      const accepted = [1, 2, 3].map(() => sandbox.run("wait", { ms: 100 }));
      await expect(sandbox.run("wait", { ms: 1 })).rejects.toMatchObject({ code: "sandbox/busy" });
      expect(await Promise.all(accepted)).toEqual([100, 100, 100]);
    });

    test("shows a task nothing of our environment", async () => {
      const seen = await sandboxWith().run("environment", {});
      expect(seen.filter((variable) => !/^(NODE_CHANNEL_|MALLOC_ARENA_MAX$)/.test(variable))).toEqual([]);
    });

    test("refuses what is under way, waits or comes when it is closed", async () => {
      const sandbox = sandboxWith({ size: 1 });
      const pending = [sandbox.run("wait", { ms: 5_000 }), sandbox.run("add", { a: 1, b: 1 })];
      const settled = Promise.allSettled(pending);
      await sandbox.close();
      const crashed = { status: "rejected", reason: { code: "sandbox/crashed" } };
      expect(await settled).toMatchObject([crashed, crashed]);
      await expect(sandbox.run("add", { a: 1, b: 1 })).rejects.toMatchObject({ code: "sandbox/crashed" });
    });
  });
}

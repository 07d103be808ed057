import { connect, createServer, type Socket } from "node:net";
import { readConfig } from "#lib/config.ts";
import type { WorkerRuntime } from "#lib/runtime.ts";
import { createWorkerRuntime } from "#worker/worker-runtime.ts";
import type { TestProduct } from "./testing.ts";

/** The same product seen by a process whose statements are counted on their way to the server. */
export interface WatchedRuntime {
  readonly runtime: WorkerRuntime;
  /** Beginnings of the statements that the server is asked to run while `work` runs, in their order. */
  statementsOf(work: () => Promise<unknown>): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Notices that nobody waits for. */
const ASIDE = /\bpg_notify\b/;

export async function watchedRuntime({ settings }: TestProduct): Promise<WatchedRuntime> {
  const url = new URL(settings.DATABASE_URL!);
  const statements: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const upstream = connect(Number(url.port), url.hostname);
    const read = readerOf((text) => statements.push(text));
    socket.on("data", (bytes) => read(bytes)).pipe(upstream);
    upstream.pipe(socket);
    for (const [one, other] of [
      [socket, upstream],
      [upstream, socket],
    ] as const) {
      sockets.add(one);
      one.on("error", () => other.destroy()).on("close", () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const watched = new URL(url);
  watched.hostname = "127.0.0.1";
  watched.port = String((server.address() as { port: number }).port);
  const runtime = await createWorkerRuntime(readConfig({ ...settings, DATABASE_URL: watched.href }));
  return {
    runtime,
    async statementsOf(work) {
      statements.length = 0;
      await work();
      return statements
        .map((text) => text.replace(/\s+/g, " ").trim())
        .filter((text) => !ASIDE.test(text))
        .map((text) => text.slice(0, 100));
    },
    async close() {
      await runtime.close();
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Reads what a client sends (PostgreSQL, "Message Formats"): a statement runs when it is bound, or asked for as text. */
function readerOf(onStatement: (text: string) => void): (bytes: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  let isStarted = false;
  // The queue has connections of its own, on which it looks after itself from time to time.
  let isOurs = false;
  const prepared = new Map<string, string>();
  return (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    for (;;) {
      const head = isStarted ? 1 : 0;
      if (rest.length < head + 4) return;
      const end = head + rest.readUInt32BE(head);
      if (rest.length < end) return;
      const [type, body] = [isStarted ? String.fromCharCode(rest[0]!) : "", rest.subarray(head + 4, end)];
      rest = rest.subarray(end);
      if (!isStarted) isOurs = body.toString("latin1").includes("application_name\0whereof\0");
      isStarted = true;
      if (!isOurs) continue;
      const [first = "", second = ""] = body.toString("latin1").split("\0", 2);
      if (type === "P") prepared.set(first, second);
      if (type === "B") onStatement(prepared.get(second) ?? second);
      if (type === "Q") onStatement(first);
    }
  };
}

import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

/**
 * What happens to a request on its way: its connection breaks before it arrives or after it was done, the server
 * seems to fail after it, the answer takes long, is another one, or comes without the server being asked.
 */
export type ProxyFault =
  | "lost-before"
  | "lost-after"
  | "failed-after"
  | { readonly slowMs: number }
  | { before(): Promise<void> }
  | { readonly says: { readonly status: number; readonly body: object } }
  | ((text: string) => string);

/** A way to a server that can be told to be bad. */
export interface FaultyProxy {
  readonly url: string;
  /** Where it leads. */
  leadTo(url: string): void;
  /** The next `times` requests whose path holds `path` meet this. */
  fail(fault: ProxyFault, path: string, times?: number): void;
  /** Faults that nothing has met yet. */
  pending(): number;
  /** There are none any more. */
  forget(): void;
  close(): Promise<void>;
}

export async function startFaultyProxy(): Promise<FaultyProxy> {
  let target = "";
  const faults: { readonly fault: ProxyFault; readonly path: string }[] = [];
  const server = createServer(async (request, response) => {
    try {
      await pass(request, response);
    } catch {
      response.destroy();
    }
  });

  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.concat(await Array.fromAsync(request));
    const index = faults.findIndex(({ path }) => request.url!.includes(path));
    const fault = index < 0 ? undefined : faults.splice(index, 1)[0]!.fault;
    if (fault === "lost-before") return void response.destroy();
    if (typeof fault === "object" && "says" in fault) {
      response.writeHead(fault.says.status, { "content-type": "application/json" });
      return void response.end(JSON.stringify(fault.says.body));
    }
    if (typeof fault === "object" && "before" in fault) await fault.before();
    const { authorization, "content-type": type = "" } = request.headers;
    const answer = await fetch(`${target}${request.url}`, {
      ...{ method: "POST", body },
      headers: { "content-type": type, ...(authorization && { authorization }) },
    });
    const text = await answer.text();
    if (fault === "lost-after") return void response.destroy();
    if (fault === "failed-after") return void response.writeHead(500).end("failed");
    if (typeof fault === "object" && "slowMs" in fault) await pause(fault.slowMs);
    response.writeHead(answer.status, { "content-type": "application/json" });
    response.end(typeof fault === "function" ? fault(text) : text);
  }

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    leadTo: (url) => {
      target = url;
    },
    fail(fault, path, times = 1) {
      for (let count = 0; count < times; count++) faults.push({ fault, path });
    },
    pending: () => faults.length,
    forget() {
      faults.length = 0;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

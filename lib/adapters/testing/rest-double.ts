import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

export interface DoubleRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface DoubleAnswer {
  readonly status: number;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * What goes wrong with a request: this answer instead, none at all, a broken connection before or (`lose`) after the
 * request was done, a changed answer.
 */
export type DoubleFault = DoubleAnswer | "hang" | "break" | "lose" | ((body: object) => object);

/** A service of our own over HTTP that fails when told to. */
export interface RestDouble {
  readonly url: string;
  /** The next `times` requests whose path holds `path` fail like this. */
  fail(fault: DoubleFault, times?: number, path?: string): void;
  /** Nothing fails any more. */
  forget(): void;
  /** `POST /path`, refused ones too. */
  readonly requests: string[];
  close(): Promise<void>;
}

export async function startRestDouble(answer: (request: DoubleRequest) => DoubleAnswer): Promise<RestDouble> {
  const requests: string[] = [];
  const faults: { readonly fault: DoubleFault; readonly path: string }[] = [];
  const server = createServer(async (request, response) => {
    const text = Buffer.concat(await Array.fromAsync(request)).toString("utf8");
    const { pathname, searchParams } = new URL(request.url!, "http://double");
    requests.push(`${request.method} ${pathname}`);
    const index = faults.findIndex(({ path }) => pathname.includes(path));
    const fault = index < 0 ? undefined : faults.splice(index, 1)[0]!.fault;
    if (fault === "hang") return;
    if (fault === "break") return response.destroy();
    const [path, query] = [decodeURIComponent(pathname), searchParams];
    const told =
      typeof fault === "object"
        ? fault
        : answer({ method: request.method!, path, query, headers: request.headers, text });
    if (fault === "lose") return response.destroy();
    const body = typeof fault === "function" ? fault(told.body ?? {}) : told.body;
    response.writeHead(told.status, { "content-type": "application/json", ...told.headers });
    response.end(body && JSON.stringify(body));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fail(fault, times = 1, path = "") {
      for (let count = 0; count < times; count++) faults.push({ fault, path });
    },
    forget() {
      faults.length = 0;
    },
    requests,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

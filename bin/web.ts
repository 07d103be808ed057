import { createServer } from "node:http";
import next from "next";
import { ConfigError, readConfig } from "#lib/config.ts";
import { PEER_HEADER } from "#lib/request-facts.ts";

const HEADERS_MS = 30_000;
const REQUEST_MS = 300_000;

/** The web process: Next behind a server of ours that says where requests come from and refuses upgrades. */
async function main(): Promise<void> {
  const { port, isDevelopment: dev } = readConfig();
  const app = next({ dev, dir: process.cwd() });
  await app.prepare();
  const handle = app.getRequestHandler();
  const server = createServer((request, response) => {
    request.headers[PEER_HEADER] = request.socket.remoteAddress ?? "";
    void handle(request, response);
  });
  server.headersTimeout = HEADERS_MS;
  server.requestTimeout = REQUEST_MS;
  // Development reloads over a socket; nothing else of ours speaks one.
  if (!dev)
    server.on("upgrade", (_, socket) =>
      socket.end("HTTP/1.1 426 Upgrade Refused\r\nconnection: close\r\n\r\n"),
    );
  server.listen(port, () => process.send?.("ready"));
  server.on("error", (error) => {
    console.error(error.message);
    process.exit(1);
  });
  const stop = () => {
    server.close(() => process.exit(0));
    server.closeIdleConnections();
    setTimeout(() => process.exit(0), 3_000).unref();
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, stop);
  process.on("disconnect", stop);
}

main().catch((error: unknown) => {
  console.error(error instanceof ConfigError ? error.message : error);
  process.exit(1);
});

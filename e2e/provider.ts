import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { setTimeout } from "node:timers/promises";
import { DOUBLE_PORTS } from "./doubles.ts";

const PORT = DOUBLE_PORTS.signingProvider;
const PATIENCE_MS = 120_000;

/** Where the provider is, as the product that asks it knows it. */
export const PROVIDER_URL = `http://127.0.0.1:${PORT}/csc/v2`;

/** A way to this very product at an address of its own, as a provider has one; whoever comes second waits for it. */
export async function startProvider(baseURL: string): Promise<Server> {
  for (const end = Date.now() + PATIENCE_MS; ; ) {
    const server = wayTo(baseURL).listen(PORT, "127.0.0.1");
    try {
      await once(server, "listening");
      return server;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE" || Date.now() > end) throw error;
      await setTimeout(200);
    }
  }
}

function wayTo(baseURL: string): Server {
  return createServer(async (request, response) => {
    const to = `${baseURL}${request.url}`;
    // People are led on: what they see is the provider's own page.
    if (request.method === "GET") return response.writeHead(303, { location: to }).end();
    const { authorization, "content-type": type = "" } = request.headers;
    const body = Buffer.concat(await Array.fromAsync(request));
    const headers = { "content-type": type, ...(authorization && { authorization }) };
    const answer = await fetch(to, { method: "POST", body, headers });
    response.writeHead(answer.status, { "content-type": "application/json" }).end(await answer.text());
  });
}

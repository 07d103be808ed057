import { Agent, get } from "node:http";
import { createGunzip } from "node:zlib";
import { median } from "./figures.ts";

const AT_ONCE = 8;
const ROUND_MS = 3_000;
const ROUNDS = 5;

/** How many pages a second a server sends, each beside the other, round by round. */
export async function throughputOf(pages: Readonly<Record<string, string>>): Promise<Record<string, number>> {
  const names = Object.keys(pages);
  const rates = new Map<string, number[]>(names.map((name) => [name, []]));
  // The first asks warm the server.
  for (const name of names) await askFor(pages[name]!, ROUND_MS / 3);
  for (let round = 0; round < ROUNDS; round++)
    for (const name of names) rates.get(name)!.push(await askFor(pages[name]!, ROUND_MS));
  return Object.fromEntries(names.map((name) => [name, median(rates.get(name)!)]));
}

/** Asks again and again, several at once, as a browser asks for a page. @returns answers a second */
async function askFor(address: string, forMs: number): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const startedAt = performance.now();
  let answers = 0;
  const visitor = async () => {
    while (performance.now() - startedAt < forMs) {
      await ask(address, agent);
      answers++;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, visitor));
  const seconds = (performance.now() - startedAt) / 1_000;
  agent.destroy();
  return answers / seconds;
}

function ask(address: string, agent: Agent): Promise<void> {
  const headers = { accept: "text/html", "accept-encoding": "gzip", "sec-fetch-dest": "document" };
  return new Promise((resolve, reject) => {
    const request = get(address, { agent, headers }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`${address} answered ${response.statusCode}`));
      const isPacked = response.headers["content-encoding"] === "gzip";
      const body = isPacked ? response.pipe(createGunzip()) : response;
      body.on("error", reject).on("end", resolve).resume();
    });
    request.on("error", reject);
  });
}

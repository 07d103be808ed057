import { BlockList, isIP } from "node:net";
import type { RequestFacts } from "./context.ts";

/** The peer's address as our own server saw it; set there, and removed there from what comes in. */
export const PEER_HEADER = "x-whereof-peer";

/** Addresses and networks (CIDR) in front of us that may speak for others. @throws RangeError on anything else */
export function trustedList(entries: readonly string[]): BlockList {
  const list = new BlockList();
  for (const entry of entries) {
    const [, address = "", bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(entry) ?? [];
    const family = isIP(address);
    if (family === 0) throw new RangeError(`${entry} is no address`);
    const type = family === 6 ? "ipv6" : "ipv4";
    if (bits === undefined) list.addAddress(address, type);
    else list.addSubnet(address, Number(bits), type);
  }
  return list;
}

/**
 * Where a request comes from: the peer, or, when that is a proxy of ours, the last address in X-Forwarded-For that
 * is none of ours. What a stranger writes into that header counts for nothing.
 */
export function requestFacts(header: (name: string) => string | null, trusted: BlockList): RequestFacts {
  const chain = (header("x-forwarded-for") ?? "").split(",").map((entry) => plainAddress(entry.trim()));
  let ip = plainAddress(header(PEER_HEADER) ?? "");
  // The proxy nearest to us speaks last; what came before it may be anybody's word.
  const protocol = (header("x-forwarded-proto") ?? "").split(",").at(-1)!.trim().toLowerCase();
  const isEncrypted = ip !== "" && isTrusted(trusted, ip) && protocol === "https";
  while (ip !== "" && isTrusted(trusted, ip)) {
    const next = chain.pop();
    if (!next || isIP(next) === 0) break;
    ip = next;
  }
  return {
    ip: ip === "" ? "unknown" : ip,
    userAgent: (header("user-agent") ?? "").slice(0, 500),
    isEncrypted,
  };
}

function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, "").replace(/^\[|\]$/g, "");
}

function isTrusted(trusted: BlockList, ip: string): boolean {
  const family = isIP(ip);
  return family !== 0 && trusted.check(ip, family === 6 ? "ipv6" : "ipv4");
}

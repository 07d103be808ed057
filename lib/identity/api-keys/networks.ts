import { type BlockList, isIP } from "node:net";
import { trustedList } from "#lib/request-facts.ts";
import { identityError } from "../errors.ts";

const MOST_NETWORKS = 50;

/**
 * Addresses and networks as somebody lists them, on lines or with commas between.
 *
 * @returns each once, in its order. @throws identity/network-wrong
 */
export function networksIn(text: string): string[] {
  const entries = [
    ...new Set(
      text
        .toLowerCase()
        .split(/[\s,;]+/)
        .filter(Boolean),
    ),
  ];
  if (entries.length > MOST_NETWORKS) throw identityError("network-wrong", `${entries.length} networks`);
  try {
    trustedList(entries);
  } catch (error) {
    throw identityError("network-wrong", "neither an address nor a network", { cause: error });
  }
  return entries;
}

/** Whether an address lies in one of them; every one does where none is named. */
export function isWithin(networks: readonly string[], ip: string): boolean {
  if (networks.length === 0) return true;
  const family = isIP(ip);
  const list: BlockList = trustedList(networks);
  return family !== 0 && list.check(ip, family === 6 ? "ipv6" : "ipv4");
}

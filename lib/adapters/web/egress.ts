import { lookup as resolve } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { webError } from "#lib/ports/web.ts";

// RFC 6890 and what cloud machines keep for themselves.
const notPublic = new BlockList();
for (const [address, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
] as const)
  notPublic.addSubnet(address, bits, "ipv4");
// RFC 4291 §2.4: of all others nothing is given out; some carry an address of the first table in them.
const global = new BlockList();
global.addSubnet("2000::", 3, "ipv6");
for (const [address, bits] of [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
] as const)
  notPublic.addSubnet(address, bits, "ipv6");

export function isPublicAddress(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped) return isPublicAddress(mapped);
  const family = isIP(address);
  if (family === 6) return global.check(address, "ipv6") && !notPublic.check(address, "ipv6");
  return family === 4 && !notPublic.check(address, "ipv4");
}

/** A name is resolved once, and the connection goes to that address: it cannot mean another one afterwards. */
export const publicOnly: LookupFunction = (hostname, options, callback) => {
  resolve(hostname, { ...options, all: true }, (error, addresses) => {
    const found = error ? [] : addresses.filter(({ address }) => isPublicAddress(address));
    const failure = error ?? webError("not-public", `${hostname} is not on the public internet`);
    if (found.length === 0) callback(failure, "", 4);
    else if (options.all) callback(null, found);
    else callback(null, found[0]!.address, found[0]!.family);
  });
};

/** Whether the operator allows a host wherever it is. @param hosts `name`, `name:port`, `[2001:db8::1]:port` */
export function isNamedHost(hosts: readonly string[], name: string, port: number): boolean {
  const plain = name.toLowerCase();
  const written = isIP(plain) === 6 ? `[${plain}]` : plain;
  return hosts.some((host) => {
    const entry = host.toLowerCase();
    return entry === plain || entry === written || entry === `${written}:${port}`;
  });
}

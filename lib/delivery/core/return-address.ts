const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

/** 160 random bits: who does not carry the mail cannot make one up. */
export const RETURN_TOKEN_BYTES = 20;

/** Letters as every server keeps them: local parts lose their case on the way (RFC 4648 §6, in lower case). */
export function returnTokenText(token: Uint8Array): string {
  const bits = Array.from(token, (byte) => byte.toString(2).padStart(8, "0")).join("");
  return (bits.match(/.{1,5}/g) ?? [])
    .map((five) => ALPHABET[Number.parseInt(five.padEnd(5, "0"), 2)])
    .join("");
}

/** Where reports on one mail come back to. @param base `returns@mail.example.com` */
export function returnAddress(base: string, token: string): string {
  const at = base.lastIndexOf("@");
  return `${base.slice(0, at)}+${token}${base.slice(at)}`;
}

/** The token in an address somebody writes to; null for any other address. */
export function returnTokenIn(base: string, address: string): string | null {
  const at = base.lastIndexOf("@");
  const [local, domain] = [base.slice(0, at).toLowerCase(), base.slice(at).toLowerCase()];
  const given = address.toLowerCase();
  if (!given.startsWith(`${local}+`) || !given.endsWith(domain)) return null;
  const token = given.slice(local.length + 1, -domain.length);
  return /^[a-z2-7]{32}$/.test(token) ? token : null;
}

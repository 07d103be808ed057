/** RFC 5321 §4.5.3.1.3: a path of 256 octets with its angle brackets. */
const MAX_OCTETS = 254;
/** RFC 1035 §2.3.4, RFC 952: what a domain in ASCII is made of. */
const DOMAIN = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;

export interface Mailbox {
  /** As typed; may hold more than ASCII. */
  readonly local: string;
  /** In ASCII and lower case, internationalized labels as A-labels. */
  readonly domain: string;
}

const isAscii = (text: string): boolean => /^[\x00-\x7f]*$/.test(text);

const octets = (text: string): number =>
  isAscii(text) ? text.length : new TextEncoder().encode(text).length;

/**
 * The parts of a mail address as a certificate carries it: what is null here can be nobody's address, since no
 * certificate could name it. Runs in browsers too.
 *
 * @param address `local@domain`
 * @see RFC 5280 §4.2.1.6, RFC 9598 §3
 */
export function mailboxOf(address: string): Mailbox | null {
  const at = address.lastIndexOf("@");
  const [local, domain] = [address.slice(0, at), asciiDomain(address.slice(at + 1))];
  if (at < 1 || domain === null || /[\s\p{C}@]/u.test(local)) return null;
  if (octets(address) > MAX_OCTETS || octets(`${local}@${domain}`) > MAX_OCTETS) return null;
  return { local, domain };
}

/** Neither an address in numbers nor with labels that say other letters: what a URL would leave as it is. */
const PLAIN = /^(?!.*xn--)(?:[a-z0-9-]+\.)*[a-z][a-z0-9-]*$/;

function asciiDomain(domain: string): string | null {
  if (PLAIN.test(domain)) return DOMAIN.test(domain) ? domain : null;
  if (!/^[^\s/?#:@\\[\]%]+$/.test(domain) || !URL.canParse(`http://${domain}/`)) return null;
  const ascii = new URL(`http://${domain}/`).hostname;
  return DOMAIN.test(ascii) ? ascii : null;
}

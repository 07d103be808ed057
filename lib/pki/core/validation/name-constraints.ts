import { fromHex } from "#lib/bytes.ts";
import type { GeneralName } from "#lib/pki/core/asn1/general-names.ts";
import { nameParts, startsWithName } from "#lib/pki/core/asn1/names.ts";
import type { Certificate } from "#lib/pki/core/certificates/certificate.ts";
import type { NameConstraints } from "#lib/pki/core/certificates/read-extensions.ts";

/**
 * Why the names of a certificate break the constraints of an authority above it; null when they do not.
 *
 * Forms that are not understood are refused where a constraint of that form meets a name of it.
 *
 * @see RFC 5280 §4.2.1.10, §6.1.3 (b)–(c)
 */
export function brokenConstraint(
  certificate: Certificate,
  { permitted, excluded }: NameConstraints,
): string | null {
  for (const name of namesOf(certificate)) {
    const own = (tree: GeneralName) => isSameForm(tree, name);
    if (excluded.filter(own).some((tree) => !(liesIn(name, tree) === false)))
      return `name ${name.value} is excluded`;
    const allowed = permitted.filter(own);
    if (allowed.length > 0 && !allowed.some((tree) => liesIn(name, tree)))
      return `name ${name.value} is not permitted`;
  }
  return null;
}

function namesOf({ subject, alternativeNames }: Certificate): GeneralName[] {
  const emails = nameParts(subject, "emailAddress");
  const hasOwn = alternativeNames.some(({ kind }) => kind === "email");
  return [
    ...(subject.parts.length > 0
      ? [{ kind: "directory" as const, value: subject.text, name: subject, der: subject.der }]
      : []),
    ...alternativeNames,
    // RFC 5280 §4.2.1.10: an address in the subject counts where there is none among the alternative names.
    ...(hasOwn
      ? []
      : emails.map((value) => ({ kind: "email" as const, value, name: null, der: subject.der }))),
  ];
}

const isSameForm = (tree: GeneralName, name: GeneralName): boolean =>
  tree.kind === name.kind && (tree.kind !== "other" || tree.value === name.value);

/** Null when it cannot be told, which neither permits nor clears. */
function liesIn(name: GeneralName, tree: GeneralName): boolean | null {
  switch (tree.kind) {
    case "directory":
      return startsWithName(name.name!, tree.name!);
    case "dns":
      return isWithinDomain(name.value, tree.value);
    case "email":
      return isMailboxIn(name.value, tree.value);
    case "uri":
      return isHostIn(name.value, tree.value);
    case "ip":
      return isAddressIn(fromHex(name.value), fromHex(tree.value));
    case "other":
      return null;
  }
}

/** A dot at the end names the same host. */
const plainHost = (host: string): string => host.toLowerCase().replace(/\.$/, "");

const isWithinDomain = (host: string, domain: string): boolean =>
  domain === "" || `.${plainHost(host)}`.endsWith(`.${plainHost(domain).replace(/^\./, "")}`);

/** A tree that begins with a dot is all hosts below it; another is that host alone. */
const isAtHost = (host: string, tree: string): boolean =>
  tree.startsWith(".") ? host.endsWith(tree) : host === tree;

function isMailboxIn(mailbox: string, tree: string): boolean {
  const at = mailbox.lastIndexOf("@");
  const host = plainHost(mailbox.slice(at + 1));
  const treeAt = tree.lastIndexOf("@");
  if (treeAt >= 0) {
    return mailbox.slice(0, at) === tree.slice(0, treeAt) && host === plainHost(tree.slice(treeAt + 1));
  }
  return isAtHost(host, plainHost(tree));
}

function isHostIn(uri: string, tree: string): boolean | null {
  if (!URL.canParse(uri)) return null;
  // Of schemes the URL standard does not know, it leaves the host as it is written.
  const hostname = plainHost(new URL(uri).hostname);
  if (hostname === "") return null;
  return isAtHost(hostname, plainHost(tree));
}

/** @param range address and mask, one after the other. */
function isAddressIn(address: Uint8Array, range: Uint8Array): boolean {
  const size = range.length / 2;
  return (
    address.length === size &&
    address.every((octet, index) => ((octet ^ range[index]!) & range[size + index]!) === 0)
  );
}

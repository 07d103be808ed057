import { certificateFromText } from "./listed-certificate.ts";
import { descend, textAt, unreadable } from "./read-xml.ts";
import { LIST_LIMITS, type ListedService, type TrustList } from "./trust-list.ts";

/** What an entry wants of a program that imports it; it may also want to be removed. */
const REMOVE = "3";

/**
 * Reads the XML inside an `.acrobatsecuritysettings` file: the certificates marked as roots. They may end paths of
 * signers and of time-stamps.
 *
 * @param root untrusted. @throws evidence/list-unreadable
 */
export function readAdobeList(root: Element): Omit<TrustList, "signature" | "sha256"> {
  const services: ListedService[] = [];
  let faulty = 0;
  for (const identity of descend(root, "TrustedIdentities", "Identity")) {
    const isRoot = textAt(identity, "Trust", "Root") === "1" || textAt(identity, "Root") === "1";
    if (textAt(identity, "ImportAction") === REMOVE || !isRoot) continue;
    const certificate = certificateFromText(textAt(identity, "Certificate") ?? "");
    if (!certificate) {
      faulty++;
      continue;
    }
    const { subject } = certificate;
    const known = { name: subject, provider: subject, ...certificate, grantedFrom: null, grantedUntil: null };
    services.push({ use: "signing", ...known }, { use: "timestamping", ...known });
    if (services.length > LIST_LIMITS.services) throw unreadable("it names too many certificates");
  }
  if (services.length === 0) throw unreadable("it names no certificate as a root");
  return {
    ...{ kind: "adobe", name: "Trusted identities of Acrobat", territory: null, operator: null },
    ...{ sequence: null, issuedAt: null, nextUpdateAt: null, services, pointers: [], unreadable: faulty },
  };
}

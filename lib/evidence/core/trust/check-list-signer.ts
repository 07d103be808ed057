import { parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { descend } from "./read-xml.ts";
import type { ListSignerFault } from "./trust-list.ts";

/** id-tsl-kp-tslSigning. @see TS 119 612 §5.7.1, Annex B.2 */
const TSL_SIGNING = "0.4.0.2231.3.0";
const SIGNS = ["digitalSignature", "nonRepudiation"];
/** Where lists and certificates name a country differently. @see TS 119 612 §5.3.10, ISO 3166-1 */
const COUNTRIES: Readonly<Record<string, readonly string[]>> = { EL: ["EL", "GR"], UK: ["UK", "GB"] };

/**
 * What a certificate lacks to sign trusted lists: one that was issued for something else does not make its holder
 * the operator of a scheme.
 *
 * @param root of a list of TS 119 612, as it was signed.
 * @returns nothing when it is such a certificate. @throws pki/unreadable
 * @see TS 119 612 §5.7.1
 */
export function checkListSigner(root: Element, certificateDer: Uint8Array): ListSignerFault[] {
  const certificate = parseCertificate(certificateDer);
  const { extendedKeyUsage, keyUsage, basicConstraints, subjectKeyId } = certificate;
  const [scheme] = descend(root, "SchemeInformation");
  const named = (attribute: string) =>
    certificate.subject.parts.flatMap((part) =>
      part.attribute === attribute && part.value !== null ? [comparable(part.value)] : [],
    );
  const territory = descend(scheme, "SchemeTerritory")[0]?.textContent?.trim().toUpperCase() ?? "";
  const countries = (COUNTRIES[territory] ?? [territory]).map(comparable);
  const operators = descend(scheme, "SchemeOperatorName", "Name").map((name) =>
    comparable(name.textContent ?? ""),
  );
  const faults: readonly [ListSignerFault, boolean][] = [
    ["purpose", !(extendedKeyUsage ?? []).includes(TSL_SIGNING)],
    ["key-usage", keyUsage === null || !keyUsage.every((usage) => SIGNS.includes(usage))],
    ["authority", basicConstraints?.isAuthority === true],
    ["key-identifier", subjectKeyId === null],
    // The Union is no country: its list is signed by whoever works for it, wherever they are.
    ["territory", territory !== "EU" && !named("C").some((country) => countries.includes(country))],
    ["operator", !named("O").some((organization) => operators.includes(organization))],
  ];
  return faults.flatMap(([fault, isThere]) => (isThere ? [fault] : []));
}

const comparable = (text: string): string => text.normalize("NFKC").replace(/\s+/g, " ").trim().toLowerCase();

import { printable } from "#lib/pdf/changes/change.ts";
import { certificateFromText } from "./listed-certificate.ts";
import { descend, instantAt, nameAt, textAt, unreadable } from "./read-xml.ts";
import {
  LIST_LIMITS,
  type ListedService,
  type ListPointer,
  type ListUse,
  type TrustList,
} from "./trust-list.ts";

export const ETSI_NAMESPACE = "http://uri.etsi.org/02231/v2#";

const USES: Readonly<Record<string, ListUse>> = {
  "http://uri.etsi.org/TrstSvc/Svctype/CA/QC": "signing",
  "http://uri.etsi.org/TrstSvc/Svctype/TSA/QTST": "timestamping",
};
/** `granted`, and what stood for it until 2016-07-01. @see TS 119 612 §5.5.4, D.5.6 */
const GRANTED = /\/(?:Svcstatus\/granted|Svcstatus\/(?:undersupervision|accredited|supervisionincessation))$/;
const PURPOSE = /\/SvcInfoExt\/For(eSignatures|eSeals|WebSiteAuthentication)$/;

type EtsiList = Omit<TrustList, "signature" | "sha256">;

/**
 * Reads a trusted list, or a list of them: its services that issue qualified certificates or time-stamps, with the
 * times in which they had the status for it. What is only for web sites is left out.
 *
 * @param root untrusted. @throws evidence/list-unreadable
 * @see TS 119 612
 */
export function readEtsiList(root: Element): EtsiList {
  if (root.localName !== "TrustServiceStatusList" || root.namespaceURI !== ETSI_NAMESPACE)
    throw unreadable("it is no trusted list of TS 119 612");
  const [scheme] = descend(root, "SchemeInformation");
  const territory = shortText(textAt(scheme, "SchemeTerritory"), 10);
  const isOfLists = /listofthelists$/i.test(textAt(scheme, "TSLType") ?? "");
  const sequence = Number(textAt(scheme, "TSLSequenceNumber") ?? Number.NaN);
  const { services, unreadable: faulty } = servicesIn(root);
  return {
    kind: isOfLists ? "lotl" : "etsi",
    name: `${isOfLists ? "List of trusted lists" : "Trusted list"} of ${territory ?? nameAt(scheme, "SchemeOperatorName", "Name") ?? "an unnamed scheme"}`,
    territory,
    operator: nameAt(scheme, "SchemeOperatorName", "Name"),
    sequence: Number.isInteger(sequence) && Math.abs(sequence) < 2 ** 31 ? sequence : null,
    issuedAt: instantAt(scheme, "ListIssueDateTime"),
    nextUpdateAt: instantAt(scheme, "NextUpdate", "dateTime"),
    services,
    pointers: pointersIn(scheme),
    unreadable: faulty,
  };
}

const shortText = (text: string | null, most: number): string | null =>
  text === null || text.trim() === "" ? null : printable(text.trim(), most);

function servicesIn(root: Element): { services: ListedService[]; unreadable: number } {
  const services: ListedService[] = [];
  let faulty = 0;
  for (const trustProvider of descend(root, "TrustServiceProviderList", "TrustServiceProvider")) {
    const provider = nameAt(trustProvider, "TSPInformation", "TSPName", "Name") ?? "an unnamed provider";
    for (const service of descend(trustProvider, "TSPServices", "TSPService")) {
      const spans = spansOf(service);
      if (spans.length === 0) continue;
      const [info] = descend(service, "ServiceInformation");
      const name = nameAt(info, "ServiceName", "Name") ?? "an unnamed service";
      for (const holder of descend(info, "ServiceDigitalIdentity", "DigitalId", "X509Certificate")) {
        const certificate = certificateFromText(holder.textContent ?? "");
        if (!certificate) faulty++;
        else services.push(...spans.map((span) => ({ ...span, name, provider, ...certificate })));
        if (services.length > LIST_LIMITS.services) throw unreadable("it names too many services");
      }
    }
  }
  return { services: withoutRepeats(services), unreadable: faulty };
}

type Span = Pick<ListedService, "use" | "grantedFrom" | "grantedUntil">;

/** The times in which a service had a status and a type that count, the latest first. */
function spansOf(service: Element): Span[] {
  const states = [
    ...descend(service, "ServiceInformation"),
    ...descend(service, "ServiceHistory", "ServiceHistoryInstance"),
  ]
    .flatMap((state) => {
      const from = instantAt(state, "StatusStartingTime");
      return from ? [{ state, from }] : [];
    })
    .toSorted((a, b) => b.from.getTime() - a.from.getTime());
  const spans: Span[] = [];
  for (const [index, { state, from }] of states.entries()) {
    const use = listUseOf(state);
    if (!use || !GRANTED.test(textAt(state, "ServiceStatus") ?? "")) continue;
    const until = states[index - 1]?.from ?? null;
    const later = spans.at(-1);
    // A change that touches nothing we look at goes on.
    if (later && later.use === use && later.grantedFrom?.getTime() === until?.getTime())
      spans[spans.length - 1] = { ...later, grantedFrom: from };
    else spans.push({ use, grantedFrom: from, grantedUntil: until });
  }
  return spans;
}

function listUseOf(state: Element): ListUse | null {
  const use = USES[textAt(state, "ServiceTypeIdentifier") ?? ""] ?? null;
  const extensions = descend(state, "ServiceInformationExtensions", "Extension");
  const purposes = descendAll(extensions, "AdditionalServiceInformation", "URI").flatMap(
    (uri) => PURPOSE.exec(uri.textContent?.trim() ?? "")?.[1] ?? [],
  );
  const isForSites = purposes.length > 0 && purposes.every((purpose) => purpose === "WebSiteAuthentication");
  return use === "signing" && isForSites ? null : use;
}

const descendAll = (elements: readonly Element[], ...names: readonly string[]): Element[] =>
  elements.flatMap((element) => descend(element, ...names));

function withoutRepeats(services: readonly ListedService[]): ListedService[] {
  const seen = new Map(
    services.map((one) => [
      [one.use, one.certificateSha256, one.grantedFrom?.getTime(), one.grantedUntil?.getTime()].join(),
      one,
    ]),
  );
  return [...seen.values()];
}

function pointersIn(scheme: Element | undefined): ListPointer[] {
  const pointers = descend(scheme, "PointersToOtherTSL", "OtherTSLPointer").map((pointer): ListPointer => {
    const details = descend(pointer, "AdditionalInformation", "OtherInformation", "SchemeTerritory");
    const certificates = descend(
      pointer,
      ...["ServiceDigitalIdentities", "ServiceDigitalIdentity", "DigitalId", "X509Certificate"],
    );
    return {
      territory: shortText(details[0]?.textContent ?? null, 10) ?? "",
      location: shortText(textAt(pointer, "TSLLocation"), 500) ?? "",
      signerSha256s: certificates.flatMap(
        (holder) => certificateFromText(holder.textContent ?? "")?.certificateSha256 ?? [],
      ),
    };
  });
  return pointers
    .filter(({ territory, signerSha256s }) => territory !== "" && signerSha256s.length > 0)
    .slice(0, LIST_LIMITS.pointers);
}

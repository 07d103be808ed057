import { execFileSync } from "node:child_process";
import { createHash, createPrivateKey, sign } from "node:crypto";
import { SignedXml } from "xml-crypto";
import { toBase64 } from "#lib/bytes.ts";
import { certificatesFromPem, toPem } from "#lib/pki/core/certificates/pem.ts";
import type { Authority } from "#lib/pki/core/testing.ts";

export const GRANTED = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/granted";
export const WITHDRAWN = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/withdrawn";
export const CA_QC = "http://uri.etsi.org/TrstSvc/Svctype/CA/QC";
export const QTST = "http://uri.etsi.org/TrstSvc/Svctype/TSA/QTST";

export interface TestService {
  readonly name: string;
  readonly type?: string;
  /** Status and since when, the newest first. */
  readonly states: readonly (readonly [string, string])[];
  readonly certificateDer: Uint8Array;
  /** `ForeSignatures`, … */
  readonly purposes?: readonly string[];
}

export interface TestList {
  readonly territory?: string;
  readonly sequence?: number;
  readonly services?: readonly TestService[];
  readonly pointers?: readonly { readonly territory: string; readonly certificateDer: Uint8Array }[];
}

const named = (element: string, text: string) =>
  `<${element}><Name xml:lang="es">otro</Name><Name xml:lang="en">${text}</Name></${element}>`;
const digitalId = (der: Uint8Array) =>
  `<DigitalId><X509Certificate>${toBase64(der)}</X509Certificate></DigitalId>`;

function serviceXml({ name, type = CA_QC, states, certificateDer, purposes = [] }: TestService): string {
  const uri = (purpose: string) =>
    `<Extension Critical="false"><AdditionalServiceInformation><URI xml:lang="en">http://uri.etsi.org/TrstSvc/TrustedList/SvcInfoExt/${purpose}</URI></AdditionalServiceInformation></Extension>`;
  const state = ([status, from]: readonly [string, string], identity: string) =>
    `<ServiceTypeIdentifier>${type}</ServiceTypeIdentifier>${named("ServiceName", name)}<ServiceDigitalIdentity>${identity}</ServiceDigitalIdentity><ServiceStatus>${status}</ServiceStatus><StatusStartingTime>${from}</StatusStartingTime>`;
  const [now, ...before] = states;
  const extensions =
    purposes.length > 0
      ? `<ServiceInformationExtensions>${purposes.map(uri).join("")}</ServiceInformationExtensions>`
      : "";
  const history = before.map((one) => `<ServiceHistoryInstance>${state(one, "")}</ServiceHistoryInstance>`);
  return `<TSPService><ServiceInformation>${state(now!, digitalId(certificateDer))}${extensions}</ServiceInformation><ServiceHistory>${history.join("")}</ServiceHistory></TSPService>`;
}

/** A trusted list as a supervisor publishes it, unsigned. */
export function etsiList({ territory = "ES", sequence = 7, services = [], pointers = [] }: TestList): string {
  const kind = pointers.length > 0 ? "EUlistofthelists" : "EUgeneric";
  const pointer = (one: NonNullable<TestList["pointers"]>[number]) =>
    `<OtherTSLPointer><ServiceDigitalIdentities><ServiceDigitalIdentity>${digitalId(one.certificateDer)}</ServiceDigitalIdentity></ServiceDigitalIdentities><TSLLocation>https://tl.example/${one.territory}.xml</TSLLocation><AdditionalInformation><OtherInformation><SchemeTerritory>${one.territory}</SchemeTerritory></OtherInformation></AdditionalInformation></OtherTSLPointer>`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<TrustServiceStatusList xmlns="http://uri.etsi.org/02231/v2#" Id="list" TSLTag="http://uri.etsi.org/19612/TSLTag">
<SchemeInformation><TSLVersionIdentifier>5</TSLVersionIdentifier><TSLSequenceNumber>${sequence}</TSLSequenceNumber>
<TSLType>http://uri.etsi.org/TrstSvc/TrustedList/TSLType/${kind}</TSLType>${named("SchemeOperatorName", "Ministry &amp; Co")}
<SchemeTerritory>${territory}</SchemeTerritory><PointersToOtherTSL>${pointers.map(pointer).join("")}</PointersToOtherTSL>
<ListIssueDateTime>2026-11-01T10:00:00Z</ListIssueDateTime><NextUpdate><dateTime>2027-05-01T10:00:00Z</dateTime></NextUpdate></SchemeInformation>
<TrustServiceProviderList><TrustServiceProvider><TSPInformation>${named("TSPName", "Trust Provider SA")}</TSPInformation>
<TSPServices>${services.map(serviceXml).join("\n")}</TSPServices></TrustServiceProvider></TrustServiceProviderList>
</TrustServiceStatusList>`;
}

const MORE = "http://www.w3.org/2001/04/xmldsig-more#";
const SCHEMES = {
  "ecdsa-p384-sha384": { name: `${MORE}ecdsa-sha384`, digest: "sha384" },
  "ecdsa-p256-sha256": { name: `${MORE}ecdsa-sha256`, digest: "sha256" },
  "rsa-2048-sha256": { name: `${MORE}rsa-sha256`, digest: "sha256" },
} as const;

interface Properties {
  /** Of the certificate that the signed properties name; that of the signer when left out. */
  readonly namesDer?: Uint8Array;
  readonly digestMethod?: string;
  readonly signingTime?: string;
  /** `SigningCertificate` of older lists. */
  readonly element?: "SigningCertificate" | "SigningCertificateV2";
  /** Whether the signature has a reference to them. */
  readonly isCovered?: boolean;
}

function qualifyingProperties(certificateDer: Uint8Array, properties: Properties): string {
  const { namesDer = certificateDer, element = "SigningCertificateV2" } = properties;
  const { digestMethod = "http://www.w3.org/2001/04/xmlenc#sha512" } = properties;
  const { signingTime = "2026-11-01T10:00:00Z" } = properties;
  const digest = createHash(/sha1$/.test(digestMethod) ? "sha1" : "sha512")
    .update(namesDer)
    .digest("base64");
  const cert = `<xades:Cert><xades:CertDigest><ds:DigestMethod xmlns:ds="http://www.w3.org/2000/09/xmldsig#" Algorithm="${digestMethod}"/><ds:DigestValue xmlns:ds="http://www.w3.org/2000/09/xmldsig#">${digest}</ds:DigestValue></xades:CertDigest></xades:Cert>`;
  return `<xades:QualifyingProperties xmlns:xades="http://uri.etsi.org/01903/v1.3.2#" Target="#sig"><xades:SignedProperties Id="xades-sig"><xades:SignedSignatureProperties><xades:SigningTime>${signingTime}</xades:SigningTime><xades:${element}>${cert}</xades:${element}></xades:SignedSignatureProperties></xades:SignedProperties></xades:QualifyingProperties>`;
}

/** The list with an enveloped signature, as xml-crypto makes it; with XAdES properties where they are given. */
export function signedList(
  xml: string,
  { key, certificateDer }: Authority,
  properties: Properties | null = null,
): string {
  const { name, digest } = SCHEMES[key.algorithm as keyof typeof SCHEMES];
  const signature = new SignedXml({
    privateKey: key.keyObject.export({ type: "pkcs8", format: "pem" }),
    publicCert: toPem(certificateDer),
    signatureAlgorithm: name,
    canonicalizationAlgorithm: "http://www.w3.org/2001/10/xml-exc-c14n#",
    ...(properties && { objects: [{ content: qualifyingProperties(certificateDer, properties) }] }),
  });
  signature.SignatureAlgorithms[name] = class {
    getAlgorithmName = () => name;
    getSignature = (text: string | Buffer, pem: string | Buffer) =>
      sign(digest, Buffer.from(text as string), {
        key: createPrivateKey(pem),
        dsaEncoding: "ieee-p1363",
      }).toString("base64");
    verifySignature = () => false;
  } as never;
  signature.addReference({
    xpath: "/*",
    transforms: [
      "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
      "http://www.w3.org/2001/10/xml-exc-c14n#",
    ],
    digestAlgorithm: "http://www.w3.org/2001/04/xmlenc#sha256",
    uri: "",
    isEmptyUri: true,
  });
  if (properties && properties.isCovered !== false)
    signature.addReference({
      xpath: "//*[@Id='xades-sig']",
      transforms: ["http://www.w3.org/2001/10/xml-exc-c14n#"],
      digestAlgorithm: "http://www.w3.org/2001/04/xmlenc#sha256",
      uri: "#xades-sig",
      type: "http://uri.etsi.org/01903#SignedProperties",
    });
  signature.computeSignature(xml, { prefix: "ds" });
  return signature.getSignedXml();
}

interface SignerProfile {
  readonly subject?: string;
  readonly extendedKeyUsage?: string | null;
  readonly keyUsage?: string;
  readonly basicConstraints?: string;
  readonly subjectKeyIdentifier?: string;
}

/** A scheme operator's certificate for signing lists, as OpenSSL makes it; faulty where something else is asked for. */
export function listSigner(profile: SignerProfile = {}): Authority {
  const { subject = "/C=ES/O=Ministry & Co/CN=List signer", extendedKeyUsage = "0.4.0.2231.3.0" } = profile;
  const { keyUsage = "digitalSignature", basicConstraints = "CA:FALSE" } = profile;
  const { subjectKeyIdentifier = "hash" } = profile;
  const extensions = [
    ...(extendedKeyUsage === null ? [] : [`extendedKeyUsage=${extendedKeyUsage}`]),
    ...[`keyUsage=${keyUsage}`, `basicConstraints=critical,${basicConstraints}`],
    `subjectKeyIdentifier=${subjectKeyIdentifier}`,
  ];
  const written = execFileSync(
    "openssl",
    [
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384", "-noenc", "-keyout", "-"],
      ...["-sha384", "-days", "365", "-subj", subject, "-config", "/dev/null"],
      ...extensions.flatMap((one) => ["-addext", one]),
    ],
    { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] },
  );
  const key = { algorithm: "ecdsa-p384-sha384", keyObject: createPrivateKey(written) } as Authority["key"];
  return { key, certificateDer: certificatesFromPem(written)[0]! };
}

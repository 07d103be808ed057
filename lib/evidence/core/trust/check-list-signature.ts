import { SignedXml } from "xml-crypto";
import { isRefusal } from "#lib/errors.ts";
import { evidenceError } from "#lib/evidence/errors.ts";
import { toPem } from "#lib/pki/core/certificates/pem.ts";
import { checkListSigner } from "./check-list-signer.ts";
import { checkSignedProperties } from "./check-xades.ts";
import { certificateFromText } from "./listed-certificate.ts";
import { ETSI_NAMESPACE } from "./read-etsi-list.ts";
import { descend, readXml } from "./read-xml.ts";
import type { ListSignature } from "./trust-list.ts";
import {
  C14N,
  hashAlgorithms,
  isKnownDigest,
  isKnownScheme,
  signatureAlgorithms,
  TRANSFORMS,
} from "./xml-algorithms.ts";

const XMLDSIG = "http://www.w3.org/2000/09/xmldsig#";

/** What of a list its signature covers, and whose that is: the certificate stands in the list, nobody vouches for it. */
export interface SignedList {
  readonly root: Element;
  readonly signature: ListSignature;
}

/**
 * Verifies the enveloped signature on a list: XMLDSig, and the properties that XAdES signs, among them which
 * certificate it was made with. What is read afterwards is what was signed, not what was around it.
 *
 * @param text untrusted. @throws evidence/list-signature-broken, list-unreadable
 * @see TS 119 612 §5.7, XMLDSig 1.1 §3.2, EN 319 132-1 §5.2
 */
export function checkListSignature(text: string): SignedList {
  const root = readXml(text).documentElement;
  const found = descend(root, "Signature").filter(({ namespaceURI }) => namespaceURI === XMLDSIG);
  const [signature] = found;
  if (!signature) return { root, signature: { state: "not-checked", why: "unsigned" } };
  if (found.length > 1) throw broken("it has several");
  if (!isSupported(signature)) return { root, signature: { state: "not-checked", why: "unsupported" } };
  const [holder] = descend(signature, "KeyInfo", "X509Data", "X509Certificate");
  const certificate = holder ? certificateFromText(holder.textContent ?? "") : null;
  if (!certificate) return { root, signature: { state: "not-checked", why: "unsupported" } };
  const { certificateDer, certificateSha256, subject, notAfter } = certificate;
  const { whole, parts } = signedTexts(text, signature, toPem(certificateDer));
  const signed = readXml(whole).documentElement;
  if (signed.localName !== root.localName || signed.namespaceURI !== root.namespaceURI)
    throw broken("it covers something else than the list");
  const properties = checkSignedProperties(signature, parts, certificateDer);
  if (properties && "broken" in properties) throw broken(properties.broken);
  if (properties && "unsupported" in properties)
    return { root, signature: { state: "not-checked", why: "unsupported" } };
  const signedAt = properties?.signedAt?.toISOString() ?? null;
  if (properties?.signedAt && properties.signedAt > notAfter)
    throw broken("it says that it was made when its certificate had expired");
  return {
    root: signed,
    signature: {
      ...{ state: "holds", signer: subject, certificateSha256, isXades: properties !== null, signedAt },
      ...(isEtsi(signed) ? { signerFaults: checkListSigner(signed, certificateDer) } : {}),
    },
  };
}

const isEtsi = ({ localName, namespaceURI }: Element): boolean =>
  localName === "TrustServiceStatusList" && namespaceURI === ETSI_NAMESPACE;

const broken = (why: string, cause?: unknown) =>
  evidenceError("list-signature-broken", `the signature on the list: ${why}`, { cause });

function isSupported(signature: Element): boolean {
  const named = (...names: string[]) =>
    descend(signature, "SignedInfo", ...names).map((one) => one.getAttribute("Algorithm") ?? "");
  return (
    named("CanonicalizationMethod").every((name) => C14N.has(name)) &&
    named("SignatureMethod").every(isKnownScheme) &&
    named("Reference", "DigestMethod").every(isKnownDigest) &&
    named("Reference", "Transforms", "Transform").every((name) => TRANSFORMS.has(name))
  );
}

/** The canonical text that the signature covers with its reference to the whole document, and what else it covers. */
function signedTexts(
  text: string,
  signature: Element,
  publicCert: string,
): { readonly whole: string; readonly parts: readonly string[] } {
  const signed = new SignedXml({ publicCert, getCertFromKeyInfo: () => null });
  signed.HashAlgorithms = hashAlgorithms();
  signed.SignatureAlgorithms = signatureAlgorithms();
  try {
    signed.loadSignature(signature);
    if (!signed.checkSignature(text)) throw broken("a part of the list was changed");
  } catch (error) {
    if (isRefusal(error)) throw error;
    throw broken("it does not hold", error);
  }
  const references = signed.getReferences();
  const whole = references.find(({ uri }) => (uri ?? "") === "")?.signedReference;
  if (!whole) throw broken("it does not cover the list");
  const parts = references
    .filter(({ uri }) => (uri ?? "") !== "")
    .flatMap((one) => one.signedReference ?? []);
  return { whole, parts };
}

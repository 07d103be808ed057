import { fromUtf8 } from "#lib/bytes.ts";
import { type PdfObject, PdfStream, pdfDate, pdfDict, pdfName, pdfText } from "#lib/pdf/objects.ts";

/** What a file says of itself, in its information dictionary and in XMP alike. */
export interface DocumentFacts {
  readonly title: string;
  /** Who stands behind it. */
  readonly author: string;
  readonly subject: string;
  /** The program, with its version. */
  readonly producer: string;
  /** BCP 47 */
  readonly language: string;
  readonly createdAt: Date;
}

/** The document information dictionary (ISO 32000-1 §14.3.3). */
export function informationDict(facts: DocumentFacts): PdfObject {
  return pdfDict({
    Title: pdfText(facts.title),
    Author: pdfText(facts.author),
    Subject: pdfText(facts.subject),
    Creator: pdfText(facts.producer),
    Producer: pdfText(facts.producer),
    CreationDate: pdfDate(facts.createdAt),
    ModDate: pdfDate(facts.createdAt),
  });
}

/**
 * The same as an XMP packet that claims PDF/A-3b; only properties of predefined schemas.
 *
 * @see ISO 19005-3 §6.6.2 (metadata), §6.6.4 (identification); ISO 16684-1
 */
export function metadataStream(facts: DocumentFacts): PdfStream {
  const at = `${facts.createdAt.toISOString().slice(0, 19)}Z`;
  const alternative = (text: string) =>
    `<rdf:Alt><rdf:li xml:lang="x-default">${escaped(text)}</rdf:li></rdf:Alt>`;
  const packet = `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/">
<pdfaid:part>3</pdfaid:part>
<pdfaid:conformance>B</pdfaid:conformance>
<dc:format>application/pdf</dc:format>
<dc:title>${alternative(facts.title)}</dc:title>
<dc:creator><rdf:Seq><rdf:li>${escaped(facts.author)}</rdf:li></rdf:Seq></dc:creator>
<dc:description>${alternative(facts.subject)}</dc:description>
<dc:language><rdf:Bag><rdf:li>${escaped(facts.language)}</rdf:li></rdf:Bag></dc:language>
<pdf:Producer>${escaped(facts.producer)}</pdf:Producer>
<xmp:CreatorTool>${escaped(facts.producer)}</xmp:CreatorTool>
<xmp:CreateDate>${at}</xmp:CreateDate>
<xmp:ModifyDate>${at}</xmp:ModifyDate>
<xmp:MetadataDate>${at}</xmp:MetadataDate>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>
`;
  return new PdfStream(pdfDict({ Type: pdfName("Metadata"), Subtype: pdfName("XML") }), fromUtf8(packet));
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** XML 1.0 §2.2: no controls, no lone surrogates. */
const escaped = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]/g, "\ufffd")
    .replace(/[&<>"]/g, (character) => ENTITIES[character]!);

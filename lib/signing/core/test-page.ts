import { fromUtf8 } from "#lib/bytes.ts";
import { Flow } from "#lib/pdf/page-layout/flow.ts";
import { pageItems } from "#lib/pdf/page-layout/page-items.ts";
import { paginate } from "#lib/pdf/page-layout/rows.ts";
import { StructureElement } from "#lib/pdf/page-layout/structure.ts";
import { Typesetter } from "#lib/pdf/page-layout/typesetter.ts";
import { archivalFile } from "#lib/pdf/pdfa/archival-file.ts";
import { parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import type { FontLibrary } from "#lib/ports/fonts.ts";
import { TEST_FIELD, TEST_REASON } from "./seal-checks.ts";

export interface TestPage {
  readonly organizationName: string;
  readonly certificateDer: Uint8Array;
  readonly chainPem: string;
  readonly at: Date;
  /** 32 random bytes. */
  readonly seed: Uint8Array;
}

const [WIDTH_PT, HEIGHT_PT, MARGIN_PT] = [595.28, 841.89, 56];

/** A page that says what it is, ready to be signed in its field `TEST_FIELD`. */
export function testPage(page: TestPage, fonts: FontLibrary): Uint8Array {
  const { organizationName, certificateDer, chainPem, at, seed } = page;
  const { subject, issuer, sha256 } = parseCertificate(certificateDer);
  const structure = new StructureElement("Document");
  const flow = new Flow(new Typesetter(fonts), WIDTH_PT - 2 * MARGIN_PT, structure);
  flow.heading(1, "Test signing");
  flow.paragraph("This page shows that a key signs before it seals anything that counts. It binds nobody.");
  const text = (label: string, value: string) => ({
    label,
    values: [{ kind: "text", text: value } as const],
  });
  flow.facts(
    [
      text("Organization", organizationName),
      text("Certificate", subject.text),
      text("Issued by", issuer.text),
      { label: "SHA-256", values: [{ kind: "hash", text: sha256 }] },
      text("Made", at.toISOString()),
    ],
    100,
  );
  const topPt = HEIGHT_PT - MARGIN_PT;
  const pages = paginate(flow.rows, topPt - MARGIN_PT);
  return archivalFile(
    {
      facts: {
        ...{ title: "Test signing", author: organizationName, subject: TEST_REASON },
        ...{ producer: "Whereof", language: "en", createdAt: at },
      },
      ...{ widthPt: WIDTH_PT, heightPt: HEIGHT_PT, structure, bookmarks: [] },
      pages: pages.map((segments) =>
        pageItems(segments, { leftPt: MARGIN_PT, topPt, widthPt: flow.widthPt }),
      ),
      attachment: {
        ...{
          name: "chain.pem",
          mediaType: "application/x-pem-file",
          description: "The chain that was brought",
        },
        ...{ relationship: "Data", bytes: fromUtf8(chainPem), modifiedAt: at },
      },
      signatureField: { name: TEST_FIELD, label: "Test signature" },
    },
    fonts,
    seed,
  );
}

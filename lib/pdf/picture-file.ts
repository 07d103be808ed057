import { fromLatin1 } from "#lib/bytes.ts";
import { flateStream } from "./flate.ts";
import { NewFile } from "./new-file.ts";
import { numberSyntax, PdfStream, pdfDict, pdfName, pdfText } from "./objects.ts";

/** A picture that becomes a page. */
export interface PagePicture {
  readonly widthPx: number;
  readonly heightPx: number;
  /** A JPEG file (ITU-T T.81), or rows of red, green and blue. */
  readonly pixels: { readonly jpeg: Uint8Array } | { readonly rgb: Uint8Array };
  /** Pixels in an inch, where the file says so believably; null otherwise. */
  readonly dpi: number | null;
}

const A4 = { widthPt: 595.276, heightPt: 841.89 };
const LETTER = { widthPt: 612, heightPt: 792 };
/** Scans are of paper: what says it is larger than that is a photograph with a made-up resolution. */
const LARGEST_PT = 24 * 72;
const SMALLEST_PT = 72;
const MARGIN_PT = 24;

/**
 * A PDF whose pages are pictures: a scan in the size of its paper, anything else as large as fits a sheet.
 *
 * @param seed 32 bytes for the file's ID.
 * @see ISO 32000-2 §8.9.5
 */
export function pictureFile(
  pictures: readonly PagePicture[],
  paper: "a4" | "letter",
  seed: Uint8Array,
): Uint8Array {
  const file = new NewFile();
  const tree = file.reserve();
  const kids = pictures.map((picture) => {
    const image = file.add(imageOf(picture));
    const { widthPt, heightPt, box } = sheetOf(picture, paper);
    const matrix = [box.width, 0, 0, box.height, box.left, box.bottom].map(numberSyntax).join(" ");
    const content = new PdfStream(pdfDict(), fromLatin1(`q ${matrix} cm /Picture Do Q\n`));
    return file.add(
      pdfDict({
        Type: pdfName("Page"),
        Parent: tree,
        MediaBox: [0, 0, widthPt, heightPt],
        Resources: pdfDict({ XObject: pdfDict({ Picture: image }) }),
        Contents: file.add(content),
      }),
    );
  });
  file.fill(tree, pdfDict({ Type: pdfName("Pages"), Kids: kids, Count: kids.length }));
  const catalog = file.add(pdfDict({ Type: pdfName("Catalog"), Pages: tree }));
  return file.bytes("1.7", catalog, file.add(pdfDict({ Producer: pdfText("Whereof") })), seed);
}

function imageOf({ widthPx, heightPx, pixels }: PagePicture): PdfStream {
  const entries = {
    Type: pdfName("XObject"),
    Subtype: pdfName("Image"),
    Width: widthPx,
    Height: heightPx,
    ColorSpace: pdfName("DeviceRGB"),
    BitsPerComponent: 8,
  };
  if ("rgb" in pixels) return flateStream(pixels.rgb, entries);
  return new PdfStream(pdfDict({ ...entries, Filter: pdfName("DCTDecode") }), pixels.jpeg);
}

function sheetOf({ widthPx, heightPx, dpi }: PagePicture, paper: "a4" | "letter") {
  if (dpi) {
    const [widthPt, heightPt] = [(widthPx / dpi) * 72, (heightPx / dpi) * 72];
    const isPaper = Math.max(widthPt, heightPt) <= LARGEST_PT && Math.min(widthPt, heightPt) >= SMALLEST_PT;
    if (isPaper) return { widthPt, heightPt, box: { left: 0, bottom: 0, width: widthPt, height: heightPt } };
  }
  const upright = paper === "letter" ? LETTER : A4;
  const sheet = widthPx > heightPx ? { widthPt: upright.heightPt, heightPt: upright.widthPt } : upright;
  const scale = Math.min(
    (sheet.widthPt - 2 * MARGIN_PT) / widthPx,
    (sheet.heightPt - 2 * MARGIN_PT) / heightPx,
  );
  const [width, height] = [widthPx * scale, heightPx * scale];
  return {
    ...sheet,
    box: { left: (sheet.widthPt - width) / 2, bottom: (sheet.heightPt - height) / 2, width, height },
  };
}

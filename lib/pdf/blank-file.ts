import { NewFile } from "./new-file.ts";
import { pdfDict, pdfName, pdfText } from "./objects.ts";

const PAPERS = {
  a4: [595.276, 841.89],
  letter: [612, 792],
} as const;

/** A file of empty pages. @param seed 32 bytes for the file's ID. */
export function blankFile(paper: keyof typeof PAPERS, pages: number, seed: Uint8Array): Uint8Array {
  const file = new NewFile();
  const tree = file.reserve();
  const kids = Array.from({ length: pages }, () =>
    file.add(
      pdfDict({
        ...{ Type: pdfName("Page"), Parent: tree, Resources: pdfDict() },
        MediaBox: [0, 0, ...PAPERS[paper]],
      }),
    ),
  );
  file.fill(tree, pdfDict({ Type: pdfName("Pages"), Kids: kids, Count: kids.length }));
  const catalog = file.add(pdfDict({ Type: pdfName("Catalog"), Pages: tree }));
  return file.bytes("1.7", catalog, file.add(pdfDict({ Producer: pdfText("Whereof") })), seed);
}

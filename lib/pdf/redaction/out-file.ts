import { type Copier, OutRef } from "#lib/pdf/copier.ts";
import type { NewFile } from "#lib/pdf/new-file.ts";
import type { PdfObject, PdfStream } from "#lib/pdf/objects.ts";
import type { PdfMatrix, PdfRect } from "#lib/pdf/placement.ts";

export interface PictureJob {
  /** On which it is drawn, from 0. */
  readonly page: number;
  readonly stream: PdfStream;
  /** From the unit square of the picture to the page. */
  readonly matrix: PdfMatrix;
  readonly areas: readonly PdfRect[];
  readonly ref: OutRef;
}

/** Where rewritten parts of one old file go. */
export class OutFile {
  readonly file: NewFile;
  readonly copier: Copier;
  /** Pictures to be blanked in part, once everything else is known to be possible. */
  readonly jobs: PictureJob[] = [];
  /** Which one is being rewritten. */
  page = 0;

  constructor(file: NewFile, copier: Copier) {
    this.file = file;
    this.copier = copier;
  }

  /** Writes an object whose plain references lead into the old file. */
  add(object: PdfObject): OutRef {
    return new OutRef(this.file.add(this.copier.copy(object)).number);
  }

  later(job: Omit<PictureJob, "ref" | "page">, page = this.page): OutRef {
    const ref = new OutRef(this.file.reserve().number);
    this.jobs.push({ ...job, page, ref });
    return ref;
  }
}

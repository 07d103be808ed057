import type { PdfDict } from "#lib/pdf/objects.ts";
import type { PdfMatrix } from "#lib/pdf/placement.ts";
import { IDENTITY } from "./geometry.ts";

/** What of the graphics state decides where something is drawn (ISO 32000-2 §8.4, §9.3). */
export interface State {
  /** From user space to the page's. */
  readonly ctm: PdfMatrix;
  readonly characterSpace: number;
  readonly wordSpace: number;
  /** 1 for 100 per cent. */
  readonly scale: number;
  readonly leading: number;
  readonly size: number;
  readonly rise: number;
  readonly font: PdfDict | null;
  readonly fillsPattern: boolean;
  readonly strokesPattern: boolean;
}

export const firstState = (ctm: PdfMatrix = IDENTITY): State => ({
  ctm,
  ...{ characterSpace: 0, wordSpace: 0, scale: 1, leading: 0, size: 0, rise: 0, font: null },
  ...{ fillsPattern: false, strokesPattern: false },
});

import type { RasterImage } from "#lib/pdf/drawing/image.ts";
import type { TextLayout } from "#lib/pdf/text/place.ts";

/** Red, green and blue, `#rrggbb`. */
export type Color = `#${string}`;

/** Points; y grows upward. */
export type PathSegment =
  | readonly ["M", number, number]
  | readonly ["L", number, number]
  | readonly ["C", number, number, number, number, number, number]
  | readonly ["Z"];

export interface PathPart {
  readonly kind: "path";
  readonly segments: readonly PathSegment[];
  readonly color: Color;
  /** Drawn as a line with round ends and corners; left out, the path is filled. */
  readonly strokeWidthPt?: number;
}

export interface TextPart {
  readonly kind: "text";
  readonly layout: TextLayout;
  readonly color: Color;
  /** Where the box of the layout has its lower left corner. */
  readonly xPt: number;
  readonly yPt: number;
  readonly boxHeightPt: number;
}

export interface ImagePart {
  readonly kind: "image";
  readonly image: RasterImage;
  readonly xPt: number;
  readonly yPt: number;
  readonly widthPt: number;
  readonly heightPt: number;
}

/** What is seen in a box, in points from its lower left corner. Screen and PDF are both made from it. */
export interface Drawing {
  readonly widthPt: number;
  readonly heightPt: number;
  readonly parts: readonly (PathPart | TextPart | ImagePart)[];
  /** In English, what it shows, for who does not see it. */
  readonly alternative?: string;
}

/** SVG path data, with y growing downward from the top of a box so high. */
export function pathData({ segments }: PathPart, heightPt: number): string {
  return segments
    .map(([command, ...operands]) => {
      const flipped = operands.map((value, index) => decimal(index % 2 === 0 ? value : heightPt - value));
      return `${command}${flipped.join(" ")}`;
    })
    .join("");
}

const decimal = (value: number) => Number(value.toFixed(4));

/** A page as displayed, in points. */
interface PageSize {
  readonly widthPt: number;
  readonly heightPt: number;
}

interface TrialField {
  readonly type: "signature" | "initials" | "name" | "date" | "text" | "checkbox";
  readonly page: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const COLUMNS = 2;
const BLOCK = { widthPt: 210, heightPt: 74 };

const MARGIN_PT = 30;

/** Whether typed names and further fields of that many signers have room; on a stamp-sized page only drawings have. */
export function hasRoomForText({ widthPt, heightPt }: PageSize, signers: number): boolean {
  const rows = Math.ceil(signers / COLUMNS);
  return widthPt >= COLUMNS * BLOCK.widthPt + MARGIN_PT && heightPt >= rows * BLOCK.heightPt + MARGIN_PT;
}

/** Where a signer's fields go: on the last page in two columns, initials at the foot of the first. */
export function trialFields(pages: readonly PageSize[], signer: number, signers: number): TrialField[] {
  const page = pages.length - 1;
  const size = pages[page]!;
  const [column, row] = [signer % COLUMNS, Math.floor(signer / COLUMNS)];
  const at = (
    type: TrialField["type"],
    left: number,
    top: number,
    width: number,
    height: number,
    on = page,
  ): TrialField => {
    const { widthPt, heightPt } = pages[on]!;
    return {
      type,
      page: on,
      x: left / widthPt,
      y: top / heightPt,
      width: width / widthPt,
      height: height / heightPt,
    };
  };
  if (!hasRoomForText(size, signers)) {
    const rows = Math.ceil(signers / COLUMNS);
    const [width, height] = [size.widthPt / COLUMNS, size.heightPt / rows];
    const inset = { x: width * 0.05, y: height * 0.05 };
    const left = column * width + inset.x;
    return [at("signature", left, row * height + inset.y, width - 2 * inset.x, height - 2 * inset.y)];
  }
  const left = 24 + column * (size.widthPt / COLUMNS);
  const top = 18 + row * BLOCK.heightPt;
  const fields = [
    at("signature", left, top, 180, 40),
    at("name", left, top + 41, 110, 14),
    at("date", left + 114, top + 41, 66, 14),
    at("text", left, top + 57, 150, 14),
    at("checkbox", left + 154, top + 57, 14, 14),
  ];
  const first = pages[0]!;
  if (hasRoomForText(first, signers))
    fields.push(at("initials", 24 + signer * 20, first.heightPt - 44, 20, 16, 0));
  return fields;
}

/** A signature of a few strokes, as a finger would draw it. */
export const SCRIBBLE = {
  type: "drawn" as const,
  aspect: 3,
  strokes: [
    Array.from({ length: 48 }, (_, index) => ({
      x: 0.08 + index * 0.017,
      y: 0.5 + 0.32 * Math.sin(index * 0.55) * Math.cos(index * 0.11),
    })),
    [
      { x: 0.1, y: 0.84 },
      { x: 0.5, y: 0.8 },
      { x: 0.92, y: 0.78 },
    ],
  ],
};

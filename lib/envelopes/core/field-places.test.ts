import { describe, expect, test } from "vitest";
import {
  boxAround,
  freePlace,
  inReadingOrder,
  keptOnPage,
  leastSize,
  movedBy,
  resizedBy,
  snapped,
  snappedSize,
} from "./field-places.ts";

const A4 = { widthPt: 595, heightPt: 842 };
const box = (x: number, y: number, width = 0.2, height = 0.1) => ({ x, y, width, height });
const isOnPage = ({ x, y, width, height }: ReturnType<typeof box>) =>
  x >= 0 && y >= 0 && width > 0 && height > 0 && x + width <= 1 && y + height <= 1;

describe("no field leaves its page", () => {
  test("when it is put down near an edge", () => {
    expect(boxAround("signature", A4, { x: 1, y: 1 })).toMatchObject({ x: 1 - 180 / 595, y: 1 - 54 / 842 });
    expect(boxAround("signature", A4, { x: 0, y: 0 })).toMatchObject({ x: 0, y: 0 });
  });

  test("when it is moved further than there is room", () => {
    expect(movedBy(box(0.5, 0.5), 5, -5)).toMatchObject({ x: 0.8, y: 0, width: 0.2 });
  });

  test("when an edge is pulled across it", () => {
    const least = leastSize("text", A4);
    for (const pull of [-1, 0, 1] as const)
      for (const by of [-3, -0.3, 0, 0.3, 3])
        expect(isOnPage(resizedBy(box(0.5, 0.5), { x: pull, y: pull }, by, by, least))).toBe(true);
  });

  test("when it is larger than the page", () => {
    expect(keptOnPage(box(-0.2, 0.3, 1.4, 2))).toEqual({ x: 0, y: 0, width: 1, height: 1 });
    expect(isOnPage(boxAround("signature", { widthPt: 90, heightPt: 30 }, { x: 0.5, y: 0.5 }))).toBe(true);
  });
});

describe("pulling an edge", () => {
  test("leaves the opposite one where it is", () => {
    const pulled = resizedBy(box(0.4, 0.4), { x: -1, y: 1 }, -0.1, 0.05, leastSize("text", A4));
    expect(pulled.x).toBeCloseTo(0.3);
    expect(pulled.x + pulled.width).toBeCloseTo(0.6);
    expect(pulled.y).toBe(0.4);
    expect(pulled.height).toBeCloseTo(0.15);
  });

  test("stops where the field could no longer be read", () => {
    const least = leastSize("signature", A4);
    const pulled = resizedBy(box(0.4, 0.4), { x: 1, y: 1 }, -1, -1, least);
    expect(pulled).toMatchObject({ x: 0.4, y: 0.4, ...least });
  });
});

describe("snapping", () => {
  test("takes a near edge over a far one and shows where", () => {
    const { box: moved, linesX, linesY } = snapped(box(0.203, 0.6), [box(0.2, 0.1)], { x: 0.01, y: 0.01 });
    expect(moved.x).toBeCloseTo(0.2);
    expect(moved.y).toBe(0.6);
    expect(linesX).toEqual([0.2]);
    expect(linesY).toEqual([]);
  });

  test("leaves alone what is near nothing", () => {
    expect(snapped(box(0.5, 0.6), [box(0.1, 0.1, 0.05, 0.05)], { x: 0.01, y: 0.01 }).box).toEqual(
      box(0.5, 0.6),
    );
  });
});

describe("snapping while an edge is pulled", () => {
  const least = leastSize("text", A4);
  const reach = { x: 0.01, y: 0.01 };

  test("moves the pulled edge onto the line, and no other", () => {
    const other = box(0.7, 0.8, 0.1, 0.05);
    const {
      box: sized,
      linesX,
      linesY,
    } = snappedSize(...([box(0.2, 0.3, 0.497, 0.1), { x: 1, y: 0 }, least, [other], reach] as const));
    expect(sized.x).toBe(0.2);
    expect(sized.x + sized.width).toBeCloseTo(0.7);
    expect(sized).toMatchObject({ y: 0.3, height: 0.1 });
    expect([linesX, linesY]).toEqual([[0.7], []]);
  });

  test("goes no further than a field can be read, and shows no line it does not reach", () => {
    const small = { ...box(0.2, 0.3), ...least };
    const at = small.x + small.width - 0.005;
    const { box: sized, linesX } = snappedSize(
      ...([small, { x: 1, y: 1 }, least, [{ x: at, y: 0.9, width: 0, height: 0 }], reach] as const),
    );
    expect(sized.width).toBeCloseTo(least.width);
    expect(linesX).toEqual([]);
  });
});

describe("what the page itself draws", () => {
  const reach = { x: 0.01, y: 0.01 };
  const rule = { x: 0.5, y: 0.6, width: 0.3, height: 0 };

  test("takes the lower edge of a field that stands over it", () => {
    const { box: moved, linesY } = snapped(box(0.55, 0.495), [], reach, [rule]);
    expect(moved.y + moved.height).toBeCloseTo(0.6);
    expect(linesY).toEqual([0.6]);
  });

  test("leaves alone what stands elsewhere on the page", () => {
    expect(snapped(box(0.1, 0.495), [], reach, [rule]).box).toEqual(box(0.1, 0.495));
    expect(snapped(box(0.495, 0.1), [], reach, [rule]).box).toEqual(box(0.495, 0.1));
  });

  test("takes a pulled edge onto the side of a cell", () => {
    const cell = { x: 0.4, y: 0.2, width: 0.25, height: 0.04 };
    const pulled = { x: 0.4, y: 0.2, width: 0.245, height: 0.035 };
    const least = leastSize("text", A4);
    const { box: sized } = snappedSize(pulled, { x: 1, y: 1 }, least, [], reach, [cell]);
    expect(sized.width).toBeCloseTo(0.25);
    expect(sized.height).toBeCloseTo(0.04);
  });
});

test("a new field is put where none is yet", () => {
  const taken = [freePlace("signature", A4, [], 0.5)];
  for (let count = 0; count < 12; count++) {
    const next = freePlace("signature", A4, taken, 0.5);
    expect(isOnPage(next)).toBe(true);
    expect(taken.some((other) => Math.abs(other.y - next.y) < 0.05 && Math.abs(other.x - next.x) < 0.2)).toBe(
      false,
    );
    taken.push(next);
  }
});

test("fields are read by document and page, then line by line", () => {
  const at = (id: string, documentId: string, page: number, x: number, y: number) => ({
    ...box(x, y),
    ...{ id, documentId, page },
  });
  const fields = [
    at("f", "b", 0, 0.1, 0.1),
    at("e", "a", 1, 0.1, 0.1),
    at("b", "a", 0, 0.6, 0.5),
    at("a", "a", 0, 0.1, 0.505),
    at("c", "a", 0, 0.1, 0.6),
  ];
  expect(inReadingOrder(fields, ["a", "b"]).map(({ id }) => id)).toEqual(["a", "b", "c", "e", "f"]);
});

import { expect, test } from "vitest";
import { decimalText, parseDecimal, ZERO } from "./decimal.ts";
import { FORMULA_LIMITS, isFault, labelsIn, parseFormula, workOut } from "./formula.ts";

function value(source: string, fields: Record<string, string> = {}): string {
  const formula = parseFormula(source);
  if (isFault(formula)) throw new Error(`${formula.problem} ${formula.piece}`);
  const result = workOut(formula, (label) => parseDecimal(fields[label] ?? "") ?? ZERO);
  return "problem" in result ? result.problem : decimalText(result.value);
}

test.for([
  ["1 + 2 * 3", "7"],
  ["(1 + 2) * 3", "9"],
  ["-2 * -3", "6"],
  ["10 / 4", "2.5"],
  ["0.1 + 0.2", "0.3"],
  ["round(2.675, 2)", "2.68"],
  ["round(10 / 3, 2)", "3.33"],
  ["round(2.5)", "3"],
  ["min(3, 1, 2)", "1"],
  ["MAX(3; 1; 2)", "3"],
  ["sum(1, 2, 3)", "6"],
  ["if(2 > 1, 10, 20)", "10"],
  ["if(1 = 1.00, 1, 0)", "1"],
  ["if(1 <> 1, 1, 0)", "0"],
  ["2 × 3 − 1", "5"],
  ["1 / 0", "formula-zero"],
  ["if(0, 1 / 0, 5)", "5"],
  ["round(1, 99)", "formula-large"],
] as const)("%s = %s", ([source, answer]) => {
  expect(value(source)).toBe(answer);
});

test("fields are named by their labels, an empty one counts as nothing", () => {
  const fields = { "Unit price": "19.99", Count: "3" };
  expect(value("round([Unit price] * [Count] * 1.19, 2)", fields)).toBe("71.36");
  expect(value("[Unit price] + [Discount]", fields)).toBe("19.99");
  const formula = parseFormula("[A] + [ a ] + max([B], [C])");
  expect(isFault(formula) ? [] : labelsIn(formula)).toEqual(["a", "B", "C"]);
});

test.for([
  ["", "empty"],
  ["1 +", "ends-early"],
  ["(1", "ends-early"],
  ["1 2", "unexpected"],
  ["alert(1)", "unknown-function"],
  ["constructor(1)", "unknown-function"],
  ["if(1, 2)", "wrong-count"],
  ["1 ; 2", "unexpected"],
  ["this.x", "unknown-sign"],
  ["`x`", "unknown-sign"],
  ["[A", "unknown-sign"],
  [`${"(".repeat(60)}1${")".repeat(60)}`, "too-large"],
  ["1+".repeat(300), "too-long"],
] as const)("%s is refused: %s", ([source, problem]) => {
  expect(parseFormula(source)).toMatchObject({ problem });
});

test("numbers do not grow without end", () => {
  const long = Array.from({ length: 12 }, () => "999999999999999").join("*");
  expect(long.length).toBeLessThan(FORMULA_LIMITS.length);
  expect(value(long)).toBe("formula-large");
});

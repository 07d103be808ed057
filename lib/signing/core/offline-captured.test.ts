import { expect, test } from "vitest";
import { capturedIn } from "./offline-captured.ts";

const entry = (act: unknown, kit = "k") => ({
  type: "offline-act.captured",
  data: { kit, body: JSON.stringify({ act }) },
});

test("what stood on the screen last is told, of that kit alone", () => {
  const mark = { type: "typed", text: "Ana Ruiz", style: "flowing" };
  const captured = capturedIn(
    [
      entry({ type: "adopt", signature: mark, initials: null }),
      entry({ type: "fill", fieldId: "rent", value: "900", locale: "de" }),
      entry({ type: "fill", fieldId: "rent", value: "950,5", locale: "de" }),
      entry({ type: "fill", fieldId: "rent", value: "1" }, "another"),
      entry({ type: "attach", fieldId: "proof", name: "Payslip.pdf" }),
      entry({ type: "finish" }),
    ],
    "k",
  );
  expect(captured).toEqual({
    fills: new Map([["rent", { value: "950,5", locale: "de" }]]),
    files: new Map([["proof", "Payslip.pdf"]]),
    ...{ signature: mark, initials: null, isHandedIn: true },
  });
});

test("a file that was taken back is not told; nor is what was erased, or makes no sense", () => {
  const erased = { type: "offline-act.captured", data: { kit: "k", body: null } };
  const odd = { type: "offline-act.captured", data: { kit: "k", body: "{" } };
  const captured = capturedIn(
    [
      entry({ type: "attach", fieldId: "proof", name: "Payslip.pdf" }),
      entry({ type: "fill", fieldId: "proof", value: "" }),
      ...[erased, odd, entry(null), entry({ type: "fill", fieldId: 3, value: "x" })],
    ],
    "k",
  );
  expect([...captured.files]).toEqual([]);
  expect([...captured.fills.keys()]).toEqual(["proof"]);
  expect(captured.isHandedIn).toBe(false);
});

import { expect, test, vi } from "vitest";
import type { DraftField } from "#lib/envelopes/core/draft.ts";
import { chosenCommands } from "./chosen-commands.ts";

const field = (id: string, change: Partial<DraftField> = {}): DraftField => ({
  ...{ id, documentId: "d", recipientId: "ana", type: "text", page: 0, label: "", isRequired: true },
  ...{ x: 0.1, y: 0.1, width: 0.2, height: 0.05, settings: {} },
  ...change,
});

function offered(chosen: readonly DraftField[]) {
  const commands = { placeAll: vi.fn(), removeAll: vi.fn() };
  const onPaste = vi.fn<(fields: readonly DraftField[]) => void>();
  const onRemoved = vi.fn();
  const list = chosenCommands({
    ...{ chosen, isTemplate: false, pageCount: () => 3, commands, onPaste, onRemoved },
    t: (key) => key,
  });
  const run = (id: string) => list.find((one) => one.id === id)!.run();
  return { ids: list.map(({ id }) => id), run, commands, onPaste, onRemoved };
}

test("nothing is offered for nothing, and lines and gaps only for several", () => {
  expect(offered([]).ids).toEqual([]);
  expect(offered([field("a")]).ids).toEqual([
    "duplicate",
    "copy-all",
    "copy-odd",
    "copy-even",
    "remove-chosen",
  ]);
  expect(offered([field("a"), field("b")]).ids).toContain("align-left");
});

test("each does what its button does", () => {
  const { run, commands, onPaste, onRemoved } = offered([field("a"), field("b", { x: 0.4, y: 0.5 })]);
  run("align-left");
  expect(commands.placeAll.mock.calls[0]![0].get("b").x).toBeCloseTo(0.1);
  run("copy-all");
  expect(onPaste.mock.calls[0]![0].map(({ page }) => page)).toEqual([1, 2, 1, 2]);
  run("duplicate");
  expect(onPaste.mock.calls[1]![0]).toHaveLength(2);
  run("remove-chosen");
  expect(commands.removeAll.mock.calls[0]![0]).toEqual(new Set(["a", "b"]));
  expect(onRemoved).toHaveBeenCalledWith(2);
});

test("a locked field stays where it is and as it is", () => {
  const { ids, run, commands } = offered([field("a", { isLocked: true }), field("b")]);
  expect(ids).not.toContain("align-left");
  run("remove-chosen");
  expect(commands.removeAll.mock.calls[0]![0]).toEqual(new Set(["b"]));
  expect(offered([field("a", { isLocked: true })]).ids).not.toContain("remove-chosen");
});

import type { DraftField } from "#lib/envelopes/core/draft.ts";
import {
  aligned,
  type Boxes,
  chosenPages,
  distributed,
  type Edge,
  sameSize,
} from "#lib/envelopes/core/field-arrange.ts";
import type { PageCommand } from "../../../../page-commands.ts";
import { copiesOnPages, copyOf } from "./draft-fields.ts";
import type { FieldCommands } from "./field-commands.ts";

const EDGES: readonly Edge[] = ["left", "center", "right", "top", "middle", "bottom"];
const WHICH = ["all", "odd", "even"] as const;
/** Where a copy lies beside what it is a copy of, as fractions of the page. */
const ASIDE = { x: 0.02, y: 0.014 } as const;

type Words = (key: string, values?: Record<string, string | number>) => string;

interface ChosenInput {
  readonly chosen: readonly DraftField[];
  readonly isTemplate: boolean;
  readonly pageCount: (documentId: string) => number;
  readonly commands: Pick<FieldCommands, "placeAll" | "removeAll">;
  /** Of `app.prepare.fields`. */
  readonly t: Words;
  /** Adds fields and chooses them. */
  readonly onPaste: (fields: readonly DraftField[]) => void;
  readonly onRemoved: (count: number) => void;
}

/** What the command palette offers for the fields that are chosen. */
export function chosenCommands(input: ChosenInput): PageCommand[] {
  const { chosen, isTemplate, pageCount, commands, t, onPaste, onRemoved } = input;
  if (chosen.length === 0) return [];
  const free = isTemplate ? chosen : chosen.filter(({ isLocked }) => !isLocked);
  const count = free.length;
  const put = (id: string, label: string, boxes: () => Boxes): PageCommand => ({
    id,
    label,
    run: () => commands.placeAll(boxes()),
  });
  const arranged =
    count > 1
      ? [
          ...EDGES.map((edge) => put(`align-${edge}`, t(`arrange.edges.${edge}`), () => aligned(free, edge))),
          put("across-x", t("arrange.acrossX"), () => distributed(free, "x")),
          put("across-y", t("arrange.acrossY"), () => distributed(free, "y")),
          put("same-size", t("arrange.sameSize"), () => sameSize(free)),
        ]
      : [];
  const removed: PageCommand[] =
    count > 0
      ? [
          {
            id: "remove-chosen",
            label: t("commands.remove", { count }),
            keys: "Delete",
            run: () => {
              commands.removeAll(new Set(free.map(({ id }) => id)));
              onRemoved(count);
            },
          },
        ]
      : [];
  return [
    ...arranged,
    {
      id: "duplicate",
      label: t("commands.duplicate", { count: chosen.length }),
      keys: "Ctrl+D",
      run: () => onPaste(chosen.map((field) => copyOf(field, ASIDE.x, ASIDE.y))),
    },
    ...WHICH.map((which) => ({
      id: `copy-${which}`,
      label: t("commands.copyTo", { pages: t(`arrange.pages.${which}`) }),
      run: () => onPaste(copiesOnPages(chosen, (id) => chosenPages({ which }, pageCount(id)))),
    })),
    ...removed,
  ];
}

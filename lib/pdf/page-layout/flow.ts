import type { Cell, Row } from "#lib/pdf/page-layout/rows.ts";
import type { StructureElement, StructureType } from "#lib/pdf/page-layout/structure.ts";
import type { SetLine, TextLocale, TextSetting, Typesetter } from "#lib/pdf/page-layout/typesetter.ts";

/** The settings of our documents: no text is smaller than 9.5 points. */
export const SETTINGS = {
  title: { style: "serif-semibold", sizePt: 20, leadingPt: 25 },
  section: { style: "serif-semibold", sizePt: 14, leadingPt: 18 },
  subsection: { style: "serif-semibold", sizePt: 11, leadingPt: 14.5 },
  body: { style: "serif", sizePt: 10, leadingPt: 13.5 },
  small: { style: "serif", sizePt: 9.5, leadingPt: 12.5 },
  strong: { style: "serif-semibold", sizePt: 9.5, leadingPt: 12.5 },
  mono: { style: "mono", sizePt: 9.5, leadingPt: 12.5 },
} as const satisfies Record<string, TextSetting>;

/** A part of a cell. Hashes are digits in groups of four; code keeps to the letter. */
export interface Content {
  readonly kind: "text" | "strong" | "hash" | "code";
  readonly text: string;
}

export interface Column {
  readonly title: readonly Content[];
  /** Left out, what the others leave. */
  readonly widthPt?: number;
  readonly align?: "left" | "right";
}

const GAP_PT = 8;
const PART_GAP_PT = 1.5;

/** Takes down the parts of a document one after the other, as rows with what each is. */
export class Flow {
  readonly rows: Row[] = [];
  readonly typesetter: Typesetter;
  readonly widthPt: number;
  #parent: StructureElement;

  constructor(typesetter: Typesetter, widthPt: number, document: StructureElement) {
    this.typesetter = typesetter;
    this.widthPt = widthPt;
    this.#parent = document;
  }

  /** What `write` adds belongs to one section. */
  section(write: () => void): void {
    const outer = this.#parent;
    this.#parent = outer.child("Sect");
    write();
    this.#parent = outer;
  }

  /** @param rule below it; a section has one. @param locale of other words than the document's. */
  heading(
    level: 1 | 2 | 3,
    text: string,
    rule: Row["rule"] = level === 2 ? "strong" : "none",
    locale?: TextLocale,
  ): void {
    const setting: TextSetting = [SETTINGS.title, SETTINGS.section, SETTINGS.subsection][level - 1]!;
    const element = this.#parent.child(`H${level}` as StructureType);
    this.#add([this.#text(text, { ...setting, ...(locale ? { locale } : {}) }, element)], {
      spaceBeforePt: [0, 24, 15][level - 1]!,
      paddingPt: rule === "none" ? 1.5 : 3,
      rule,
      keepsWithNext: true,
      ...(level > 1 ? { bookmark: { title: text, level } } : {}),
    });
  }

  paragraph(
    text: string,
    options: { readonly keepsWithNext?: boolean; readonly setting?: TextSetting } = {},
  ) {
    const keepsWithNext = options.keepsWithNext ?? false;
    const cell = this.#text(text, options.setting ?? SETTINGS.body, this.#parent.child("P"));
    this.#add([cell], { spaceBeforePt: 5, keepsWithNext });
  }

  /** Labels with what they stand for, all on one page if a page can hold them. */
  facts(
    facts: readonly { readonly label: string; readonly values: readonly Content[] }[],
    labelWidthPt: number,
  ) {
    const body = this.#parent.child("Table").child("TBody");
    const xPt = labelWidthPt + GAP_PT;
    for (const [index, { label, values }] of facts.entries()) {
      const tr = body.child("TR");
      const lines = this.typesetter.lines(label, SETTINGS.strong, labelWidthPt);
      const cells: Cell[] = [
        { ...this.#cell(lines, tr.child("TH", "Row")), widthPt: labelWidthPt },
        {
          ...this.#cell(this.#lines(values, this.widthPt - xPt), tr.child("TD")),
          xPt,
          widthPt: this.widthPt - xPt,
        },
      ];
      const keepsWithNext = index < facts.length - 1;
      this.#add(cells, { spaceBeforePt: index === 0 ? 6 : 0, paddingPt: 1, keepsWithNext });
    }
  }

  table(columns: readonly Column[], rows: Iterable<readonly (readonly Content[])[]>): void {
    const table = this.#parent.child("Table");
    const widths = columnWidths(columns, this.widthPt);
    const xs = widths.map((_, index) =>
      widths.slice(0, index).reduce((sum, width) => sum + width + GAP_PT, 0),
    );
    const cellsOf = (tr: StructureElement, contents: readonly (readonly Content[])[], isHeader: boolean) =>
      contents.map((content, index): Cell => {
        const element = isHeader ? tr.child("TH", "Column") : tr.child("TD");
        const [xPt, widthPt] = [xs[index]!, widths[index]!];
        return {
          xPt,
          widthPt,
          align: columns[index]!.align ?? "left",
          lines: this.#lines(content, widthPt),
          element,
        };
      });
    const titles = columns.map(({ title }) => title);
    const header = this.#add(cellsOf(table.child("THead").child("TR"), titles, true), {
      spaceBeforePt: 6,
      paddingPt: 2.5,
      rule: "strong",
      keepsWithNext: true,
    });
    const body = table.child("TBody");
    for (const contents of rows)
      this.#add(cellsOf(body.child("TR"), contents, false), {
        paddingPt: 3.25,
        rule: "thin",
        header,
      });
  }

  /** Numbered steps, each with the commands that do it. */
  steps(steps: readonly { readonly text: string; readonly commands: readonly string[] }[]): void {
    const list = this.#parent.child("L");
    const indentPt = 18;
    const widthPt = this.widthPt - indentPt;
    for (const [index, { text, commands }] of steps.entries()) {
      const item = list.child("LI");
      const label = this.typesetter.lines(`${index + 1}.`, SETTINGS.body, indentPt);
      const lines = this.typesetter.lines(text, SETTINGS.body, widthPt);
      const body = item.child("LBody");
      const cells = [
        { ...this.#cell(label, item.child("Lbl")), widthPt: indentPt },
        { ...this.#cell(lines, body.child("P")), xPt: indentPt, widthPt },
      ];
      this.#add(cells, { spaceBeforePt: 6, keepsWithNext: commands.length > 0 });
      const code = commands.flatMap((command) =>
        this.typesetter.lines(command, SETTINGS.mono, widthPt - indentPt),
      );
      if (code.length === 0) continue;
      const cell = { ...this.#cell(code, body.child("Code")), xPt: indentPt, widthPt };
      this.#add([cell], { spaceBeforePt: 2 });
    }
  }

  #add(cells: readonly Cell[], row: Partial<Row>): Row {
    const added = {
      cells: withOneBaseline(cells),
      spaceBeforePt: 0,
      paddingPt: 0,
      rule: "none" as const,
      keepsWithNext: false,
      ...row,
    };
    this.rows.push(added);
    return added;
  }

  /** Lines from the side on which their language begins. */
  #text(text: string, setting: TextSetting, element: StructureElement): Cell {
    const lines = this.typesetter.lines(text, setting, this.widthPt);
    const { locale } = setting;
    element.language = locale?.language ?? null;
    return { ...this.#cell(lines, element), align: locale?.direction === "rtl" ? "right" : "left" };
  }

  #cell = (lines: readonly SetLine[], element: StructureElement): Cell => ({
    ...{ xPt: 0, widthPt: this.widthPt, align: "left", lines, element },
  });

  #lines(contents: readonly Content[], widthPt: number): SetLine[] {
    return contents.flatMap(({ kind, text }, index) => {
      const lines =
        kind === "hash"
          ? this.typesetter.groups(text, SETTINGS.mono, widthPt)
          : this.typesetter.lines(text, CONTENT_SETTINGS[kind], widthPt);
      return index === 0 ? lines : withGap(lines, PART_GAP_PT);
    });
  }
}

const CONTENT_SETTINGS = { text: SETTINGS.small, strong: SETTINGS.strong, code: SETTINGS.mono } as const;

/** What stands side by side begins on one line, whatever scripts it is in. */
function withOneBaseline(cells: readonly Cell[]): readonly Cell[] {
  const lowest = Math.max(...cells.map(({ lines }) => lines[0]?.baselinePt ?? 0));
  return cells.map((cell) => {
    const [first] = cell.lines;
    return first ? { ...cell, lines: withGap(cell.lines, lowest - first.baselinePt) } : cell;
  });
}

function withGap(lines: readonly SetLine[], gapPt: number): SetLine[] {
  return lines.map((line, index) =>
    index > 0 ? line : { ...line, heightPt: line.heightPt + gapPt, baselinePt: line.baselinePt + gapPt },
  );
}

function columnWidths(columns: readonly Column[], widthPt: number): number[] {
  const taken = columns.reduce((sum, column) => sum + (column.widthPt ?? 0), 0);
  const flexible = columns.filter((column) => column.widthPt === undefined).length;
  const restPt = widthPt - taken - GAP_PT * (columns.length - 1);
  return columns.map((column) => column.widthPt ?? restPt / flexible);
}

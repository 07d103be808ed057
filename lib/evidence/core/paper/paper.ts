/** A part of a paper. */
export type Block =
  | { readonly kind: "heading"; readonly level: 2 | 3; readonly text: string }
  | { readonly kind: "paragraph"; readonly text: string }
  | { readonly kind: "facts"; readonly facts: readonly PaperFact[] }
  | {
      readonly kind: "table";
      readonly columns: readonly PaperColumn[];
      readonly rows: readonly (readonly PaperCell[])[];
    }
  | { readonly kind: "steps"; readonly steps: readonly PaperStep[] };

export interface PaperFact {
  readonly label: string;
  readonly values: readonly PaperCell[];
}

/** What stands in a cell: a hash is set in groups of four. */
export type PaperCell = string | { readonly hash: string };

export interface PaperColumn {
  readonly title: string;
  readonly widthPt?: number;
}

export interface PaperStep {
  readonly text: string;
  readonly commands?: readonly string[];
}

/** A document for people, before it is set as PDF or as a page of HTML: all text is final. */
export interface Paper {
  readonly title: string;
  /** Stands above every page. */
  readonly header: string;
  /** Stands below every page. */
  readonly footer: string;
  readonly blocks: readonly Block[];
}

export const heading = (text: string, level: 2 | 3 = 2): Block => ({ kind: "heading", level, text });
export const paragraph = (text: string): Block => ({ kind: "paragraph", text });
export const facts = (list: readonly (readonly [string, ...PaperCell[]])[]): Block => ({
  kind: "facts",
  facts: list.map(([label, ...values]) => ({ label, values })),
});
export const table = (columns: readonly PaperColumn[], rows: readonly (readonly PaperCell[])[]): Block => ({
  kind: "table",
  columns,
  rows,
});
export const steps = (list: readonly PaperStep[]): Block => ({ kind: "steps", steps: list });

/** A line for a person to fill in, with what belongs there. */
export const blank = (what: string): string => `____________________ [${what}]`;

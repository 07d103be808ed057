import { type Content, Flow, SETTINGS } from "#lib/pdf/page-layout/flow.ts";
import { type PageItem, pageItems, ruleAt, stackedLines } from "#lib/pdf/page-layout/page-items.ts";
import { paginate } from "#lib/pdf/page-layout/rows.ts";
import { StructureElement } from "#lib/pdf/page-layout/structure.ts";
import { Typesetter } from "#lib/pdf/page-layout/typesetter.ts";
import { archivalFile } from "#lib/pdf/pdfa/archival-file.ts";
import type { AssociatedFile } from "#lib/pdf/pdfa/associated-file.ts";
import type { FontLibrary } from "#lib/ports/fonts.ts";
import type { Block, Paper, PaperCell } from "./paper.ts";

export interface PaperPdfOptions {
  readonly paper: "a4" | "letter";
  readonly fonts: FontLibrary;
  /** 32 bytes: the file's ID comes from them, and nothing else. */
  readonly seed: Uint8Array;
  readonly createdAt: Date;
  /** Whose paper it is. */
  readonly author: string;
  /** The program and its version. */
  readonly producer: string;
  /** An empty field that takes a signature, when it is to be signed. */
  readonly signatureField?: { readonly name: string; readonly label: string };
  /** What it was written from, for machines. */
  readonly attachment?: AssociatedFile;
}

const PAPER = { a4: { widthPt: 595.28, heightPt: 841.89 }, letter: { widthPt: 612, heightPt: 792 } } as const;
const SIDE_PT = 54;
const TOP_PT = 62;
const BOTTOM_PT = 58;
const LABEL_PT = 118;

/** Sets a paper as a tagged PDF/A-3b. The same paper and options give the same bytes. */
export function paperPdf(paper: Paper, options: PaperPdfOptions): { bytes: Uint8Array; pages: number } {
  const { widthPt, heightPt } = PAPER[options.paper];
  const typesetter = new Typesetter(options.fonts);
  const structure = new StructureElement("Document");
  const flow = new Flow(typesetter, widthPt - 2 * SIDE_PT, structure);
  flow.heading(1, paper.title);
  for (const block of paper.blocks) write(flow, block);
  const topPt = heightPt - TOP_PT;
  const pages = paginate(flow.rows, topPt - BOTTOM_PT);
  const frame = (page: number): PageItem[] => {
    const width = flow.widthPt;
    const number = `${page + 1} / ${pages.length}`;
    const header = typesetter.clipped(paper.header, SETTINGS.small, width);
    const footer = typesetter.clipped(`${number} · ${paper.footer}`, SETTINGS.small, width);
    return [
      ...(header ? stackedLines([header], SIDE_PT, heightPt - 30).items : []),
      ruleAt(SIDE_PT, heightPt - 48, width, "thin"),
      ruleAt(SIDE_PT, 46, width, "thin"),
      ...(footer ? stackedLines([footer], SIDE_PT, 42).items : []),
    ];
  };
  const plain = (text: string) => text.replace(/[\u2066-\u2069]/g, "");
  const bytes = archivalFile(
    {
      facts: {
        title: plain(paper.title),
        author: plain(options.author),
        subject: plain(paper.header),
        producer: plain(options.producer),
        language: "en",
        createdAt: options.createdAt,
      },
      widthPt,
      heightPt,
      pages: pages.map((segments, page) => [
        ...pageItems(segments, { leftPt: SIDE_PT, topPt, widthPt: flow.widthPt }),
        ...frame(page),
      ]),
      structure,
      bookmarks: [],
      attachment: options.attachment ?? null,
      signatureField: options.signatureField ?? null,
    },
    options.fonts,
    options.seed,
  );
  return { bytes, pages: pages.length };
}

function write(flow: Flow, block: Block): void {
  switch (block.kind) {
    case "heading":
      flow.heading(block.level, block.text, "none");
      break;
    case "paragraph":
      flow.paragraph(block.text);
      break;
    case "facts":
      flow.facts(
        block.facts.map(({ label, values }) => ({ label, values: values.map(contentOf) })),
        LABEL_PT,
      );
      break;
    case "table":
      flow.table(
        block.columns.map(({ title, widthPt }) => ({
          title: [{ kind: "strong", text: title }],
          ...(widthPt === undefined ? {} : { widthPt }),
        })),
        block.rows.map((row) => row.map((cell) => [contentOf(cell)])),
      );
      break;
    case "steps":
      flow.steps(block.steps.map(({ text, commands = [] }) => ({ text, commands })));
  }
}

const contentOf = (cell: PaperCell): Content =>
  typeof cell === "string" ? { kind: "text", text: cell } : { kind: "hash", text: cell.hash };

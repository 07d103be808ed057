import { directionOf } from "#lib/envelopes/core/languages.ts";
import { Flow, SETTINGS } from "#lib/pdf/page-layout/flow.ts";
import { pageItems, ruleAt, stackedLines } from "#lib/pdf/page-layout/page-items.ts";
import { paginate } from "#lib/pdf/page-layout/rows.ts";
import { StructureElement } from "#lib/pdf/page-layout/structure.ts";
import { Typesetter } from "#lib/pdf/page-layout/typesetter.ts";
import { archivalFile } from "#lib/pdf/pdfa/archival-file.ts";
import type { FontLibrary } from "#lib/ports/fonts.ts";
import type { ConsentNotice } from "./consent.ts";

export interface NoticePdfOptions {
  readonly heading: string;
  /** Of the organization that sends. */
  readonly author: string;
  /** What stands before the word: `The word to read back is`. */
  readonly wordLine: string;
  readonly word: string;
  readonly paper: "a4" | "letter";
  readonly createdAt: Date;
  /** 32 bytes: the file's ID comes from them, and nothing else. */
  readonly seed: Uint8Array;
}

const PAPER = { a4: { widthPt: 595.28, heightPt: 841.89 }, letter: { widthPt: 612, heightPt: 792 } } as const;
const SIDE_PT = 64;
const TOP_PT = 68;
const BOTTOM_PT = 62;

/**
 * A notice as the kind of file that is to be signed, a tagged PDF, with a word on its last line. The same notice and
 * options give the same bytes.
 */
export function noticePdf(notice: ConsentNotice, options: NoticePdfOptions, fonts: FontLibrary): Uint8Array {
  const { widthPt, heightPt } = PAPER[options.paper];
  const structure = new StructureElement("Document");
  const typesetter = new Typesetter(fonts);
  const flow = new Flow(typesetter, widthPt - 2 * SIDE_PT, structure);
  const locale = { language: notice.locale, direction: directionOf(notice.locale) };
  const setting = { ...SETTINGS.body, sizePt: 11, leadingPt: 15.5, locale };
  flow.heading(1, options.heading, "none", locale);
  for (const text of notice.body.split("\n\n")) flow.paragraph(text, { setting });
  flow.paragraph(options.wordLine, { setting, keepsWithNext: true });
  flow.paragraph(options.word, { setting: { ...SETTINGS.mono, sizePt: 20, leadingPt: 26, locale } });
  const topPt = heightPt - TOP_PT;
  const pages = paginate(flow.rows, topPt - BOTTOM_PT);
  const footer = (page: number) => {
    const text = `${options.author} · ${notice.version} (${notice.locale}) · ${page + 1} / ${pages.length}`;
    const line = typesetter.clipped(text, SETTINGS.small, flow.widthPt);
    return [
      ruleAt(SIDE_PT, 46, flow.widthPt, "thin"),
      ...(line ? stackedLines([line], SIDE_PT, 42).items : []),
    ];
  };
  return archivalFile(
    {
      facts: {
        ...{
          title: options.heading,
          author: options.author,
          subject: `${notice.version} (${notice.locale})`,
        },
        ...{ producer: "Whereof", language: notice.locale, createdAt: options.createdAt },
      },
      ...{ widthPt, heightPt, structure, bookmarks: [], attachment: null, signatureField: null },
      pages: pages.map((segments, page) => [
        ...pageItems(segments, { leftPt: SIDE_PT, topPt, widthPt: flow.widthPt }),
        ...footer(page),
      ]),
    },
    fonts,
    options.seed,
  );
}

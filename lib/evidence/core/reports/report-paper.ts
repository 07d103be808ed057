import { utcWords } from "../instant-words.ts";
import {
  type Block,
  facts,
  heading,
  type Paper,
  type PaperColumn,
  paragraph,
  table,
} from "../paper/paper.ts";
import { visible } from "../trail-words.ts";
import { MOST_ROWS, REPORT_COLUMNS, type ReportContent, type ReportKind } from "./report-content.ts";
import { type ReportWords, reportWords } from "./report-words.ts";

export interface ReportOrder {
  readonly organizationName: string;
  readonly madeAt: Date;
  /** Null when the schedule asked. */
  readonly askedBy: string | null;
  readonly generator: string;
}

/** Widths of columns whose texts are short; the others share what is left. */
const WIDTHS: Readonly<Record<string, number>> = {
  ...{ role: 44, since: 62, lastSeen: 62, ip: 74, at: 78, until: 62, state: 50, count: 40, decision: 56 },
  ...{ envelope: 76, algorithm: 64, who: 76, reason: 92, by: 70 },
  ...{ method: 84, completed: 78, completedOn: 62, archivedOn: 62, days: 34, term: 96, rule: 62, met: 74 },
  ...{ openSince: 62, tried: 78, phase: 32, outcome: 58 },
};

/** A report as a paper: what it counts, the numbers with their definitions, and the rows. */
export function reportPaper(content: ReportContent, order: ReportOrder): Paper {
  const words = reportWords();
  const { kind, period, numbers, isCut } = content;
  const title = words(`kinds.${kind}`);
  const organization = visible(order.organizationName);
  return {
    title,
    header: words("header", { title, organization, ...period }),
    footer: words("footer", { at: utcWords(order.madeAt), generator: order.generator }),
    blocks: [
      paragraph(words(`definitions.${kind}`)),
      facts([
        [words("organization"), organization],
        [words("period"), words("periodIs", { ...period })],
        [words("asOf"), utcWords(order.madeAt)],
        [
          words("asked"),
          order.askedBy === null ? words("bySchedule") : words("byMember", { name: visible(order.askedBy) }),
        ],
      ]),
      heading(words("numbers")),
      facts(
        numbers.map(({ key, value }) => [
          words(`counts.${key}.name`),
          String(value),
          words(`counts.${key}.definition`),
        ]),
      ),
      heading(words("rows")),
      ...(isCut ? [paragraph(words("cut", { most: MOST_ROWS }))] : []),
      rowsBlock(content, words),
    ],
  };
}

function rowsBlock({ kind, rows }: ReportContent, words: ReportWords): Block {
  if (rows.length === 0) return paragraph(words("none"));
  const columns = REPORT_COLUMNS[kind].map((key): PaperColumn => {
    const title = words(`columns.${key}`);
    return WIDTHS[key] === undefined ? { title } : { title, widthPt: WIDTHS[key] };
  });
  return table(
    columns,
    rows.map(({ cells }) => cells.map(visible)),
  );
}

/** What stands above the columns, with the link last. */
export const columnTitles = (kind: ReportKind): string[] => {
  const words = reportWords();
  return [...REPORT_COLUMNS[kind].map((key) => words(`columns.${key}`)), words("columns.link")];
};

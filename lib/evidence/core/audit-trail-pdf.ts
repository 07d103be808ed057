import { type QrModules, qrCode } from "#lib/pdf/drawing/qr-code.ts";
import { Flow, SETTINGS } from "#lib/pdf/page-layout/flow.ts";
import {
  type PageItem,
  pageItems,
  ruleAt,
  type SharedDrawing,
  stackedLines,
} from "#lib/pdf/page-layout/page-items.ts";
import { paginate, type Segment } from "#lib/pdf/page-layout/rows.ts";
import { type Bookmark, StructureElement } from "#lib/pdf/page-layout/structure.ts";
import { Typesetter } from "#lib/pdf/page-layout/typesetter.ts";
import { archivalFile } from "#lib/pdf/pdfa/archival-file.ts";
import type { FontLibrary } from "#lib/ports/fonts.ts";
import { type AuditTrail, auditTrail } from "./audit-trail.ts";
import type { AuditTrailFacts } from "./audit-trail-facts.ts";
import { AUDIT_TRAIL_SECTIONS } from "./audit-trail-sections.ts";
import { type TrailWords, trailWords } from "./trail-words.ts";

export interface AuditTrailPdfOptions {
  readonly paper: "a4" | "letter";
  readonly fonts: FontLibrary;
  /** 32 random bytes: the file's ID comes from them, and nothing else. */
  readonly seed: Uint8Array;
  /** As `exportChain` gives it; attached byte for byte. */
  readonly eventsJsonl: Uint8Array;
}

/** The empty field that takes the organization's signature. */
export const AUDIT_TRAIL_FIELD = "Seal";
export const EVENTS_FILE = "events.jsonl";

const PAPER = { a4: { widthPt: 595.28, heightPt: 841.89 }, letter: { widthPt: 612, heightPt: 792 } } as const;
const SIDE_PT = 42;
const TOP_PT = 34;
const BOTTOM_PT = 32;
const HEADER_PT = 66;
const FOOTER_PT = 34;
const QR_PT = 50;

/**
 * Makes the audit trail as a tagged PDF/A-3b of one revision, with the chain attached, ready to be signed in its
 * field. The same facts and seed give the same bytes.
 *
 * @throws RangeError for a time zone there is not
 * @see product.md §4.3
 */
export function auditTrailPdf(facts: AuditTrailFacts, options: AuditTrailPdfOptions): Uint8Array {
  const trail = auditTrail(facts);
  const words = trailWords();
  const { widthPt, heightPt } = PAPER[options.paper];
  const typesetter = new Typesetter(options.fonts);
  const structure = new StructureElement("Document");
  const flow = new Flow(typesetter, widthPt - 2 * SIDE_PT, structure);
  flow.heading(1, trail.title);
  for (const section of AUDIT_TRAIL_SECTIONS) flow.section(() => section(flow, trail, words));

  const topPt = heightPt - TOP_PT - HEADER_PT;
  const pages = paginate(flow.rows, topPt - BOTTOM_PT - FOOTER_PT);
  const frame = pageFrame({ trail, words, typesetter, widthPt, heightPt });
  const fullTitle = words("document.fullTitle", { title: trail.title, shortId: trail.shortId });
  return archivalFile(
    {
      facts: {
        title: plain(fullTitle),
        author: plain(facts.organizationName),
        subject: plain(words("document.subject", { shortId: trail.shortId })),
        producer: plain(trail.generator),
        language: "en",
        createdAt: facts.createdAt,
      },
      widthPt,
      heightPt,
      pages: pages.map((segments, page) => [
        ...frame.header(page, pages.length),
        ...pageItems(segments, { leftPt: SIDE_PT, topPt, widthPt: flow.widthPt }),
        ...frame.footer,
      ]),
      structure,
      bookmarks: bookmarksOf(pages, topPt),
      attachment: {
        name: EVENTS_FILE,
        mediaType: "application/jsonl",
        description: words("document.attachment"),
        relationship: "Source",
        bytes: options.eventsJsonl,
        modifiedAt: facts.createdAt,
      },
      signatureField: { name: AUDIT_TRAIL_FIELD, label: words("document.sealField") },
    },
    options.fonts,
    options.seed,
  );
}

/** For where text is a value and not set: without isolates. */
const plain = (text: string) => text.replace(/[\u2066-\u2069]/g, "");

interface FrameSetting {
  readonly trail: AuditTrail;
  readonly words: TrailWords;
  readonly typesetter: Typesetter;
  readonly widthPt: number;
  readonly heightPt: number;
}

/** What stands on every page: who it is about, where to check it, and what the chain ends in. */
function pageFrame({ trail, words, typesetter, widthPt, heightPt }: FrameSetting) {
  const modules = qrCode(trail.verifyAddress);
  const textWidthPt = widthPt - 2 * SIDE_PT;
  const headerWidthPt = textWidthPt - (modules ? QR_PT + 14 : 0);
  const topPt = heightPt - TOP_PT;
  const { shortId, state, verifyAddress, chainHead } = trail;
  const name = typesetter.clipped(
    words("document.header", { shortId, state }),
    SETTINGS.strong,
    headerWidthPt,
  );
  const title = typesetter.clipped(trail.title, SETTINGS.small, headerWidthPt);
  const address = words("document.verify", { address: verifyAddress });
  const drawing = modules && qrDrawing(modules, QR_PT);
  const qr: PageItem[] = drawing
    ? [{ kind: "drawing", drawing, xPt: widthPt - SIDE_PT - QR_PT, yPt: topPt - QR_PT }]
    : [];
  const made = words("document.madeOn", { at: trail.madeAt, generator: trail.generator });
  const count = words("document.entryCount", { count: trail.entryCount });
  const label = typesetter.clipped(words("document.chainHead"), SETTINGS.small, textWidthPt)!;
  const head = chainHead
    ? typesetter.groups(chainHead, SETTINGS.mono, Number.MAX_SAFE_INTEGER)[0]
    : typesetter.clipped(words("document.noEntries"), SETTINGS.small, textWidthPt);
  const footerTopPt = BOTTOM_PT + FOOTER_PT - 7;
  const footerLine = typesetter.clipped(`${count} · ${made}`, SETTINGS.small, textWidthPt)!;
  const footer: PageItem[] = [
    ruleAt(SIDE_PT, BOTTOM_PT + FOOTER_PT - 4, textWidthPt, "strong"),
    ...stackedLines([footerLine, label], SIDE_PT, footerTopPt).items,
    ...stackedLines([head], SIDE_PT + label.widthPt + 5, footerTopPt - footerLine.heightPt).items,
  ];
  const header = (page: number, pages: number): PageItem[] => {
    const number = words("document.page", { page: page + 1, pages });
    const where = typesetter.lines(`${number} · ${address}`, SETTINGS.small, headerWidthPt).slice(0, 2);
    return [
      ...stackedLines([name, title, ...where], SIDE_PT, topPt).items,
      ...qr,
      ruleAt(SIDE_PT, heightPt - TOP_PT - HEADER_PT + 6, textWidthPt, "strong"),
    ];
  };
  return { header, footer };
}

/** Dark squares as rectangles, those beside each other as one. */
function qrDrawing(modules: QrModules, sizePt: number): SharedDrawing {
  const side = sizePt / modules.length;
  const at = (value: number) => Number((value * side).toFixed(3));
  const rectangles = modules.flatMap((row, y) => {
    const line = row.map((isDark) => (isDark ? "1" : "0")).join("");
    return [...line.matchAll(/1+/g)].map(
      ({ index, 0: run }) => `${at(index)} ${at(modules.length - 1 - y)} ${at(run.length)} ${at(1)} re\n`,
    );
  });
  return { operators: `${rectangles.join("")}f\n`, widthPt: sizePt, heightPt: sizePt };
}

function bookmarksOf(pages: readonly (readonly Segment[])[], topPt: number): Bookmark[] {
  const sections: (Bookmark & { children: Bookmark[] })[] = [];
  for (const [page, segments] of pages.entries())
    for (const { row, topPt: downPt, ranges } of segments) {
      if (!row.bookmark || ranges[0]![0] !== 0) continue;
      const { title, level } = row.bookmark;
      const bookmark = {
        title: plain(title),
        page,
        topPt: Number((topPt - downPt).toFixed(2)),
        children: [],
      };
      if (level === 2) sections.push(bookmark);
      else sections.at(-1)?.children.push(bookmark);
    }
  return sections;
}

import { type Line, linesOf } from "#lib/pdf/page-text/page-lines.ts";
import type { PageCharacter } from "#lib/pdf/page-text/text-blocks.ts";
import type { Box } from "../field-places.ts";
import type { FieldType } from "../fields/field-types.ts";
import type { FieldHint } from "./hint.ts";
import type { PicturedBox } from "./read-picture.ts";

/** One of these words by itself, in scripts that put spaces between words; or one of the others anywhere. */
const label = (words: string, elsewhere = ""): RegExp =>
  new RegExp(
    `(?<![\\p{L}\\p{M}\\p{N}])(?:${words})(?![\\p{L}\\p{M}\\p{N}])${elsewhere === "" ? "" : `|${elsewhere}`}`,
    "iu",
  );

/** Labels beside or below a line, in the languages of signers; the first that is in a label counts. */
const WORDS: readonly (readonly [RegExp, FieldType])[] = [
  [
    label(
      "initials?|paraphe|paraaf|iniciales|iniciais|iniziali|rubrica|parafa|inicjały|kürzel|namenszeichen|ініціали|парафа|chữ viết tắt",
      "イニシャル|缩写|简签|이니셜|ראשי תיבות|الأحرف الأولى|आद्याक्षर",
    ),
    "initials",
  ],
  [
    label(
      "signature|signed|sign here|signatory|unterschrift|firma|assinatura|handtekening|podpis|chữ ký|підпис|हस्ताक्षर",
      "署名|签名|签字|서명|חתימה|توقيع",
    ),
    "signature",
  ],
  [label("date|dated|datum|fecha|data|ngày|дата|दिनांक|तारीख", "日付|日期|날짜|תאריך|تاريخ"), "date"],
  [
    label(
      "e-?mail|courriel|correo(?: electrónico)?|thư điện tử|електронна пошта|ईमेल",
      'メール|电子邮箱|电子邮件|邮箱|이메일|דוא["״]ל|البريد الإلكتروني',
    ),
    "email",
  ],
  [
    label(
      "phone|telephone|mobile|telefon|téléphone|teléfono|telefono|telefone|telefoon|điện thoại|телефон|फ़ोन|दूरभाष",
      "電話|电话|手机|전화|טלפון|هاتف|جوال",
    ),
    "phone",
  ],
  [
    label(
      "title|position|funktion|fonction|cargo|titolo|qualifica|functie|stanowisko|chức vụ|посада|पदनाम",
      "役職|职务|职位|직위|직책|תפקיד|المنصب|المسمى الوظيفي",
    ),
    "title",
  ],
  [
    label(
      "company|firm|organi[sz]ation|firmenname|unternehmen|entreprise|société|empresa|azienda|società|bedrijf|spółka|công ty|компанія|підприємство|कंपनी",
      "会社|公司|회사|חברה|شركة",
    ),
    "company",
  ],
  [
    label(
      "name|nombre|nom|naam|nome|imię|nazwisko|tên|printed|ім.я|नाम",
      "氏名|名前|姓名|이름|성명|שם|الاسم",
    ),
    "name",
  ],
  [
    label(
      "total|amount|rent|price|betrag|montant|importe|importo|valor|bedrag|kwota|số tiền|сума|राशि",
      "合計|金額|金额|금액|סכום|المبلغ",
    ),
    "amount",
  ],
];

/** Height of what is written on a line, in points. */
const LINE_PT: Readonly<Partial<Record<FieldType, number>>> = { signature: 30, initials: 24 };

type Rule = Box & Partial<Pick<PicturedBox, "label">>;

/**
 * Where a page looks as if something were to be filled in: runs of underscores, drawn lines and boxes with a label
 * beside or below them, and boxes to tick. Nothing more than suggestions.
 *
 * @param drawn paths of the page, as fractions of it.
 * @param pictured what a scanned page shows.
 */
export function detectPlaces(
  characters: readonly PageCharacter[],
  drawn: readonly Box[],
  page: number,
  { widthPt, heightPt }: { readonly widthPt: number; readonly heightPt: number },
  pictured: readonly PicturedBox[] = [],
): FieldHint[] {
  const lines = linesOf(characters);
  const rules: readonly Rule[] = [
    ...pictured.filter(({ kind }) => kind === "line"),
    ...underscores(characters),
    ...drawn.filter(({ width, height }) => height * heightPt <= 2.5 && width * widthPt >= 60 && width < 0.85),
  ];
  const found: FieldHint[] = [];
  const isNew = (box: Box) =>
    !found.some(
      (other) =>
        Math.abs(other.x - box.x) < 0.02 && Math.abs(other.y + other.height - box.y - box.height) < 0.012,
    );
  const add = (type: FieldType, box: Box, label: string) => {
    if (!isNew(box) || box.width <= 0 || box.height <= 0) return;
    const isRequired = type === "signature" || type === "initials" || type === "date";
    found.push({ from: "look", page, ...box, type, label, isRequired, settings: {}, signer: null });
  };
  for (const rule of rules) {
    const text = labelFor(rule, lines, heightPt);
    // A line without words near it may divide two paragraphs; a picture has words that nobody reads.
    if (!text && !rule.label) continue;
    const label = text ?? "";
    const guess = rule.label === "below" && !text ? "signature" : "text";
    const type = WORDS.find(([words]) => words.test(label))?.[1] ?? guess;
    const height = (LINE_PT[type] ?? 16) / heightPt;
    const y = Math.max(0, rule.y - height);
    const width = Math.min(rule.width, 1 - rule.x);
    add(type, { x: rule.x, y, width, height: rule.y - y }, type === "text" ? cut(label) : "");
  }
  const squares = pictured.filter(({ kind }) => kind === "box");
  for (const box of ticks(characters, [...drawn, ...squares], widthPt, heightPt)) {
    const beside = lines.find(
      ({ box: line }) =>
        line.x >= box.x && line.x - box.x - box.width < 0.03 && Math.abs(middle(line) - middle(box)) < 0.012,
    );
    add("checkbox", box, cut(beside?.text ?? ""));
  }
  return found;
}

const middle = ({ y, height }: Box) => y + height / 2;
const cut = (text: string) =>
  text
    .replaceAll(/[_:☐□]+/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim()
    .slice(0, 60);

/** What stands before a line, or below it, or just above it. */
function labelFor(rule: Box, lines: readonly Line[], heightPt: number): string | null {
  const near = 16 / heightPt;
  const row = 8 / heightPt;
  const before = (gap: number, off: number) =>
    lines
      .filter(({ box }) => box.x + box.width <= rule.x + 0.01 && rule.x - box.x - box.width < gap)
      .filter(({ box }) => Math.abs(box.y + box.height - rule.y) < off)
      .reduce<Line | undefined>((best, line) => (best && best.box.x >= line.box.x ? best : line), undefined);
  const isUnder = ({ box }: Line) => box.x < rule.x + rule.width && box.x + box.width > rule.x;
  const below = lines.filter(isUnder).find(({ box }) => box.y >= rule.y - 0.004 && box.y - rule.y < near);
  const text = [before(0.08, row), below, before(0.25, row), before(0.08, near)]
    .map((line) => line && cut(line.text))
    .find((one) => one);
  return text ?? null;
}

/** Runs of five underscores or more, as the line they draw. */
export function underscores(characters: readonly PageCharacter[]): Box[] {
  const runs: { left: number; right: number; bottom: number; count: number }[] = [];
  let isOpen = false;
  for (const { text, left, right, bottom } of characters) {
    if (text !== "_") {
      isOpen = false;
      continue;
    }
    const last = runs.at(-1);
    if (isOpen && last && Math.abs(last.bottom - bottom) < 0.01 && left >= last.right - 0.01) {
      last.right = Math.max(last.right, right);
      last.count++;
    } else runs.push({ left, right, bottom, count: 1 });
    isOpen = true;
  }
  return runs
    .filter(({ count }) => count >= 5)
    .map(({ left, right, bottom }) => ({ x: left, y: bottom, width: right - left, height: 0 }));
}

/** Boxes to tick: drawn squares, and signs that look like them. */
function ticks(
  characters: readonly PageCharacter[],
  drawn: readonly Box[],
  widthPt: number,
  heightPt: number,
): Box[] {
  const signs = characters
    .filter(({ text }) => /[☐□▢❑❏◻]/u.test(text))
    .map(({ left, right, top, bottom }) => ({ x: left, y: top, width: right - left, height: bottom - top }));
  const squares = drawn.filter((box) => {
    const [width, height] = [box.width * widthPt, box.height * heightPt];
    return width >= 6 && width <= 22 && Math.abs(width - height) < 3;
  });
  return [...signs, ...squares];
}

import { concatBytes, fromLatin1 } from "#lib/bytes.ts";
import { isRefusal } from "#lib/errors.ts";
import type { OutRef } from "#lib/pdf/copier.ts";
import { flateStream } from "#lib/pdf/flate.ts";
import { PDF_LIMITS } from "#lib/pdf/limits.ts";
import {
  isName,
  numberOf,
  numberSyntax,
  type PdfDict,
  PdfName,
  type PdfObject,
  PdfStream,
  serialize,
} from "#lib/pdf/objects.ts";
import { rectangle } from "#lib/pdf/pages.ts";
import type { PdfMatrix, PdfRect } from "#lib/pdf/placement.ts";
import type { PdfFile } from "#lib/pdf/reader.ts";
import { boundsOf, clipped, contains, IDENTITY, multiply, overlaps, quadOf } from "./geometry.ts";
import { glyphReader } from "./glyphs.ts";
import { type Operator, operatorsOf } from "./operators.ts";
import type { OutFile } from "./out-file.ts";
import { Path } from "./path.ts";
import { shownItems, withoutMarked } from "./shown-text.ts";
import type { State } from "./state.ts";
import { TooHard } from "./too-hard.ts";

export interface ContentJob {
  readonly file: PdfFile;
  readonly out: OutFile;
  /** What is marked, in the page's user space. */
  readonly areas: readonly PdfRect[];
  /** What the marks cover, in lower case: no description may say it. */
  readonly words: readonly string[];
}

export interface RewrittenContent {
  readonly bytes: Uint8Array;
  readonly isChanged: boolean;
  /** Graphics states it leaves open. */
  readonly open: number;
  /** What the new content draws under names that its resources do not have. */
  readonly xObjects: PdfDict;
}

const DEEPEST = 16;
const PATH_OPERATORS = new Set(["m", "l", "c", "v", "y", "h", "re"]);
/** Of each painting operator: closes first, fills by which rule, strokes (ISO 32000-2 §8.5.3). */
const PAINTING: Readonly<Record<string, { closes?: true; fill?: "f" | "f*"; strokes?: true }>> = {
  ...{ S: { strokes: true }, s: { closes: true, strokes: true }, f: { fill: "f" }, F: { fill: "f" } },
  ...{ "f*": { fill: "f*" }, B: { fill: "f", strokes: true }, "B*": { fill: "f*", strokes: true } },
  ...{ b: { closes: true, fill: "f", strokes: true }, "b*": { closes: true, fill: "f*", strokes: true } },
  n: {},
};
const PLAIN_FILLS = new Set(["g", "rg", "k"]);
const PLAIN_STROKES = new Set(["G", "RG", "K"]);

interface OpenTag {
  /** Where it stands among the pieces, when it says more than its name. */
  readonly piece: number | null;
  readonly name: string;
  /** Something it describes is still there, and something is not. */
  keeps: boolean;
  loses: boolean;
}

/** Rewrites one content stream, and the forms it draws, without what is under the marks. */
export class ContentRewriter {
  readonly #job: ContentJob;
  readonly #resources: PdfDict;
  readonly #depth: number;
  readonly #pieces: (Uint8Array | string)[] = [];
  readonly #xObjects: PdfDict = new Map();
  readonly #stack: State[] = [];
  #state: State;
  #textMatrix: PdfMatrix = IDENTITY;
  #lineMatrix: PdfMatrix = IDENTITY;
  #path = new Path();
  /** Where the operators of the path under construction stand among the pieces. */
  #pathPieces: number[] = [];
  #clip: "W" | "W*" | null = null;
  /** Marked content that is open (ISO 32000-2 §14.6), the innermost last. */
  readonly #tags: OpenTag[] = [];
  #isChanged = false;

  constructor(job: ContentJob, resources: PdfDict, state: State, depth = 0) {
    if (depth > DEEPEST) throw new TooHard("depth");
    this.#job = job;
    this.#resources = resources;
    this.#state = state;
    this.#depth = depth;
  }

  /** @throws TooHard when it cannot be said for certain what is under the marks */
  run(content: Uint8Array): RewrittenContent {
    for (const operator of operatorsOf(content)) {
      const copied = this.#pieces.length;
      if (this.#does(operator)) this.#pieces.push(content.subarray(operator.start, operator.end), "\n");
      if (PATH_OPERATORS.has(operator.name)) this.#pathPieces.push(copied);
    }
    while (this.#tags.length > 0) this.#closeTag();
    const bytes = concatBytes(
      this.#pieces.map((piece) => (typeof piece === "string" ? fromLatin1(piece) : piece)),
    );
    return { bytes, isChanged: this.#isChanged, open: this.#stack.length, xObjects: this.#xObjects };
  }

  /** @returns whether it stays as it is. */
  #does(operator: Operator): boolean {
    const { name, operands } = operator;
    const value = (index: number) => numberOf(operands[index]) ?? 0;
    if (PATH_OPERATORS.has(name)) {
      this.#path.add(
        name,
        operands.map((operand) => numberOf(operand) ?? 0),
        this.#state.ctm,
      );
      return true;
    }
    if (name in PAINTING) return this.#paint(name);
    if (PLAIN_FILLS.has(name)) return this.#set({ fillsPattern: false });
    if (PLAIN_STROKES.has(name)) return this.#set({ strokesPattern: false });
    switch (name) {
      case "q":
        this.#stack.push(this.#state);
        if (this.#stack.length > PDF_LIMITS.openStates) throw new TooHard("damaged");
        return true;
      case "Q": {
        const before = this.#stack.pop();
        if (before) this.#state = before;
        return before !== undefined;
      }
      case "cm":
        return this.#set({ ctm: multiply(matrixOf(operands), this.#state.ctm) });
      case "W":
      case "W*":
        this.#clip = name;
        this.#pathPieces.push(this.#pieces.length);
        return true;
      case "cs":
        return this.#set({ fillsPattern: this.#isPattern(operands[0]) });
      case "CS":
        return this.#set({ strokesPattern: this.#isPattern(operands[0]) });
      case "scn":
        return this.#set({ fillsPattern: operands.at(-1) instanceof PdfName });
      case "SCN":
        return this.#set({ strokesPattern: operands.at(-1) instanceof PdfName });
      case "Tc":
        return this.#set({ characterSpace: value(0) });
      case "Tw":
        return this.#set({ wordSpace: value(0) });
      case "Tz":
        return this.#set({ scale: value(0) / 100 });
      case "TL":
        return this.#set({ leading: value(0) });
      case "Ts":
        return this.#set({ rise: value(0) });
      case "Tf":
        return this.#set({ font: this.#resource("Font", operands[0]), size: value(1) });
      case "BT":
        this.#begin(IDENTITY);
        return true;
      case "Tm":
        this.#begin(matrixOf(operands));
        return true;
      case "Td":
        this.#nextLine(value(0), value(1));
        return true;
      case "TD":
        this.#nextLine(value(0), value(1));
        return this.#set({ leading: -value(1) });
      case "T*":
        this.#nextLine(0, -this.#state.leading);
        return true;
      case "Tj":
      case "TJ":
        return this.#show(operands[0], "");
      case "'":
        this.#nextLine(0, -this.#state.leading);
        return this.#show(operands[0], "T*\n");
      case '"': {
        const [wordSpace, characterSpace] = [value(0), value(1)];
        this.#set({ wordSpace, characterSpace });
        this.#nextLine(0, -this.#state.leading);
        const before = `${numberSyntax(wordSpace)} Tw\n${numberSyntax(characterSpace)} Tc\nT*\n`;
        return this.#show(operands[2], before);
      }
      case "gs":
        return this.#graphicsState(this.#resource("ExtGState", operands[0]));
      case "sh":
        return this.#shading(this.#object("Shading", operands[0]));
      case "Do":
        return this.#draw(this.#object("XObject", operands[0]));
      case "BI":
        return this.#picture(new PdfStream(this.#inlineDict(operator), operator.inline!.data));
      case "BMC":
        this.#tags.push({ piece: null, name: "", keeps: true, loses: false });
        return true;
      case "BDC":
        return this.#openTag(operands);
      case "EMC":
        this.#closeTag();
        return true;
      case "DP":
        this.#isChanged = true;
        return false;
      default:
        return true;
    }
  }

  #set(change: Partial<State>): true {
    this.#state = { ...this.#state, ...change };
    return true;
  }

  #object(kind: string, name: PdfObject | undefined): PdfObject | undefined {
    return name instanceof PdfName
      ? this.#job.file.dict(this.#resources.get(kind))?.get(name.text)
      : undefined;
  }

  #resource(kind: string, name: PdfObject | undefined): PdfDict | null {
    return this.#job.file.dict(this.#object(kind, name));
  }

  #isPattern(name: PdfObject | undefined): boolean {
    const { file } = this.#job;
    const space = isName(name, "Pattern") ? name : file.resolve(this.#object("ColorSpace", name));
    return isName(space, "Pattern") || isName(file.resolve(file.array(space)[0]), "Pattern");
  }

  #begin(matrix: PdfMatrix): void {
    this.#textMatrix = matrix;
    this.#lineMatrix = matrix;
  }

  #nextLine(x: number, y: number): void {
    this.#begin(multiply([1, 0, 0, 1, x, y], this.#lineMatrix));
  }

  #show(operand: PdfObject | undefined, before: string): boolean {
    const { font } = this.#state;
    const items = shownItems(operand, numberOf);
    if (!items.some((item) => typeof item !== "number" && item.length > 0) && font === null) return true;
    const read = font && glyphReader(this.#job.file, font);
    if (!read) throw new TooHard("font");
    const shown = withoutMarked(items, this.#state, this.#textMatrix, read, this.#job.areas);
    this.#textMatrix = shown.textMatrix;
    if (items.some((item) => typeof item !== "number")) this.#note("keeps");
    if (shown.kept === null) return true;
    this.#instead(`${before}${shown.kept} TJ\n`);
    return false;
  }

  #instead(operators: string): void {
    this.#isChanged = true;
    this.#note("loses");
    this.#pieces.push(operators);
  }

  #paint(name: string): boolean {
    const { closes, fill, strokes } = PAINTING[name]!;
    const [path, clip, { areas }] = [this.#path, this.#clip, this.#job];
    const pieces = this.#pathPieces;
    this.#path = new Path();
    this.#pathPieces = [];
    this.#clip = null;
    if (closes) path.add("h", [], IDENTITY);
    const { fillsPattern, strokesPattern, ctm } = this.#state;
    const isPatterned = (fill && fillsPattern) || (strokes && strokesPattern);
    if (isPatterned && path.overlaps(areas)) throw new TooHard("pattern");
    if (path.isEmpty || !path.touches(areas)) {
      this.#note("keeps");
      return true;
    }
    for (const piece of pieces) this.#pieces[piece] = "";
    const shape = fill || clip ? path.filledOutside(areas, ctm) : "";
    const line = strokes ? path.strokedOutside(areas, ctm) : "";
    this.#instead(
      [
        fill && shape ? `${shape}${fill}\n` : "",
        line ? `${line}S\n` : "",
        clip ? `${shape || "0 0 0 0 re\n"}${clip} n\n` : "",
      ].join(""),
    );
    return false;
  }

  #graphicsState(dict: PdfDict | null): boolean {
    const { file, areas } = this.#job;
    const [font, size] = file.array(dict?.get("Font"));
    const found = font === undefined ? null : file.dict(font);
    if (found) this.#set({ font: found, size: file.number(size) ?? 0 });
    const group = file.resolve(file.dict(dict?.get("SMask"))?.get("G"));
    if (group instanceof PdfStream) {
      const box = rectangle(file, group.dict.get("BBox"));
      const bounds = box && boundsOf(quadOf(multiply(this.#matrixOf(group.dict), this.#state.ctm), box));
      if (!bounds || areas.some((area) => overlaps(bounds, area))) throw new TooHard("mask");
    }
    return true;
  }

  /** Axial and radial shadings say nothing; meshes can be pictures (§8.7.4.5). */
  #shading(object: PdfObject | undefined): boolean {
    const { file } = this.#job;
    const found = file.resolve(object);
    const dict = found instanceof PdfStream ? found.dict : file.dict(found);
    if ((file.number(dict?.get("ShadingType")) ?? 4) >= 4) throw new TooHard("pattern");
    return true;
  }

  #matrixOf(dict: PdfDict): PdfMatrix {
    const values = this.#job.file.array(dict.get("Matrix")).map((item) => this.#job.file.number(item) ?? 0);
    return values.length === 6 ? (values as unknown as PdfMatrix) : IDENTITY;
  }

  #draw(object: PdfObject | undefined): boolean {
    const { file, out } = this.#job;
    const stream = file.resolve(object);
    if (!(stream instanceof PdfStream)) return true;
    const kind = file.name(stream.dict.get("Subtype"));
    if (kind === "Image") return this.#picture(stream);
    if (kind !== "Form") throw new TooHard("damaged");
    const resources = file.dict(stream.dict.get("Resources")) ?? this.#resources;
    const state = { ...this.#state, ctm: multiply(this.#matrixOf(stream.dict), this.#state.ctm) };
    const inner = new ContentRewriter(this.#job, resources, state, this.#depth + 1);
    const made = inner.run(contentOf(file, [stream]));
    this.#note("keeps");
    if (!made.isChanged) return true;
    const dict: PdfDict = new Map(stream.dict);
    for (const key of ["Filter", "DecodeParms", "Length"]) dict.delete(key);
    dict.set("Resources", withMore(file, resources, made.xObjects));
    this.#drawInstead(out.add(flateStream(made.bytes, Object.fromEntries(dict))));
    return false;
  }

  #drawInstead(ref: OutRef): void {
    const known = this.#job.file.dict(this.#resources.get("XObject"));
    let index = this.#xObjects.size;
    while (known?.has(`Kept${index}`) || this.#xObjects.has(`Kept${index}`)) index++;
    const name = `Kept${index}`;
    this.#xObjects.set(name, ref);
    this.#instead(`/${name} Do\n`);
  }

  #picture(stream: PdfStream): boolean {
    const matrix = this.#state.ctm;
    const quad = quadOf(matrix, [0, 0, 1, 1]);
    const bounds = boundsOf(quad);
    const areas = this.#job.areas.filter((area) => overlaps(bounds, area) && clipped(quad, area).length > 0);
    if (areas.length === 0) {
      this.#note("keeps");
      return true;
    }
    this.#isChanged = true;
    this.#note("loses");
    if (areas.some((area) => contains(area, bounds, 0.01))) return false;
    this.#drawInstead(this.#job.out.later({ stream, matrix, areas }));
    return false;
  }

  #inlineDict({ inline }: Operator): PdfDict {
    const dict = new Map(inline!.dict).set("Type", PdfName.of("XObject")).set("Subtype", PdfName.of("Image"));
    const space = dict.get("ColorSpace");
    const named = this.#object("ColorSpace", space);
    return named === undefined ? dict : dict.set("ColorSpace", named);
  }

  #openTag([tag, properties]: readonly PdfObject[]): true {
    const name = tag instanceof PdfName ? tag : PdfName.of("Span");
    const said = this.#job.file.dict(
      properties instanceof PdfName ? this.#object("Properties", properties) : properties,
    );
    // Layers stay layers.
    const piece = isName(name, "OC") ? null : this.#pieces.length;
    const isTelling = said !== null && mentions(this.#job.file, said, this.#job.words);
    this.#tags.push({ piece, name: serialize(name), keeps: false, loses: isTelling });
    return true;
  }

  /** What a tag says for who cannot see may be what was marked: it stays only if all of its content does. */
  #closeTag(): void {
    const tag = this.#tags.pop();
    if (!tag) return;
    const outer = this.#tags.at(-1);
    if (outer) {
      outer.keeps ||= tag.keeps;
      outer.loses ||= tag.loses;
    }
    if (tag.piece === null || (tag.keeps && !tag.loses)) return;
    this.#pieces[tag.piece] = `${tag.name} BMC`;
    this.#isChanged = true;
  }

  #note(what: "keeps" | "loses"): void {
    const tag = this.#tags.at(-1);
    if (tag) tag[what] = true;
  }
}

/** Whether any text in a dictionary has a word in it. */
function mentions(file: PdfFile, dict: PdfDict, words: readonly string[]): boolean {
  return [...dict.values()].some((value) => {
    const text = file.text(value)?.toLowerCase();
    return text !== undefined && words.some((word) => text.includes(word));
  });
}

function matrixOf(operands: readonly PdfObject[]): PdfMatrix {
  const values = operands.slice(-6).map((operand) => numberOf(operand) ?? 0);
  return values.length === 6 ? (values as unknown as PdfMatrix) : IDENTITY;
}

/** Resources with further XObjects. */
export function withMore(file: PdfFile, resources: PdfDict, xObjects: PdfDict): PdfDict {
  if (xObjects.size === 0) return resources;
  const known = file.dict(resources.get("XObject")) ?? new Map();
  return new Map(resources).set("XObject", new Map([...known, ...xObjects]));
}

/** The content of streams one after the other. @throws TooHard when one does not unpack */
export function contentOf(file: PdfFile, parts: readonly PdfObject[]): Uint8Array {
  const found: Uint8Array[] = [];
  for (const part of parts) {
    const stream = file.resolve(part);
    if (!(stream instanceof PdfStream)) continue;
    try {
      found.push(file.decoded(stream, PDF_LIMITS.contentBytes), fromLatin1("\n"));
    } catch (error) {
      if (isRefusal(error, "pdf/damaged")) throw new TooHard("damaged");
      throw error;
    }
  }
  return concatBytes(found);
}

import type { Context } from "#lib/context.ts";
import type { Meaning } from "#lib/envelopes/core/meanings.ts";
import { drawField } from "#lib/pdf/appearance.ts";
import type { Drawing } from "#lib/pdf/drawing/drawing.ts";
import { boxSize } from "#lib/pdf/fields.ts";
import type { PageBox } from "#lib/pdf/placement.ts";
import { isRefused } from "#lib/pdf/text/layout.ts";
import { type CeremonyField, contentOf, type GivenFile } from "./core/field-values.ts";
import { spokenMark } from "./core/pdf-form.ts";
import { signingTime } from "./core/signing-date.ts";
import { signingError } from "./errors.ts";
import type { AdoptedMarks } from "./marks.ts";
import { refuseDrawing } from "./refuse-drawing.ts";
import type { LoadedCeremony } from "./store.ts";

export interface DrawnValue {
  readonly field: CeremonyField;
  readonly value: string;
  readonly page: PageBox;
  readonly marks: AdoptedMarks;
  readonly file: GivenFile | null;
  readonly person: {
    readonly name: string;
    readonly email: string;
    readonly phone?: string;
    readonly meaning: Meaning | "";
    /** As the sender says. */
    readonly onBehalfOf?: string;
  };
  /** When the person signs; on screen, now. */
  readonly at: Date;
}

/**
 * What a filled field looks like: one answer for the screen, for the check before Finish and for the PDF.
 *
 * @returns null for an empty value. @throws signing/value-does-not-fit, value-not-drawable, mark-missing …
 */
export function drawValue(
  ctx: Context,
  { field, value, page, marks, file, person, at }: DrawnValue,
): Drawing | null {
  const { widthPt, heightPt } = boxSize(field, page);
  const said = [
    ...(person.onBehalfOf ? [`for ${person.onBehalfOf}`] : []),
    ...(person.meaning ? [`Meaning: ${person.meaning}`] : []),
    signingTime(at),
  ];
  const caption = [`Signed by ${person.name}`, ...said];
  const content = contentOf(field, value, heightPt, { marks, file, name: person.name }, caption);
  if (!content) return null;
  const box = { widthPt, heightPt };
  const drawing = drawField(content, box, ctx.runtime.fonts);
  const alternative = spokenMark(field, person.name, at) ?? undefined;
  if (!isRefused(drawing)) return { ...drawing, alternative };
  // A name in a script without a face still has an address to go below the mark.
  if (drawing.where !== "caption" || content.kind !== "signature") throw refuseDrawing(drawing);
  const plain = drawField(
    { ...content, caption: [person.email || person.phone || "", ...said] },
    box,
    ctx.runtime.fonts,
  );
  if (isRefused(plain)) throw refuseDrawing(plain);
  return { ...plain, alternative };
}

/** The page a field is on, as displayed. */
export function pageOf({ documents }: LoadedCeremony, field: { documentId: string; page: number }) {
  const page = documents.find(({ id }) => id === field.documentId)?.pages[field.page];
  if (!page) throw signingError("not-found", `page ${field.page} of ${field.documentId}`);
  return page;
}

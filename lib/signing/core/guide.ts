import { type FieldType, isAsked } from "#lib/envelopes/core/fields/field-types.ts";
import { byTabOrder } from "#lib/envelopes/core/fields/tab-order.ts";

/** As far as guidance is concerned, a field is this. */
export interface GuidedField {
  readonly id: string;
  readonly documentId: string;
  readonly type: FieldType;
  readonly page: number;
  readonly x: number;
  readonly y: number;
  readonly isRequired: boolean;
  readonly settings: { readonly tabOrder?: number };
}

/** What the person does next, and where in the row of what must be done that stands, from 1. */
export type GuideStep =
  | { readonly kind: "start" | "next"; readonly fieldId: string; readonly position: number }
  | {
      readonly kind: "mark";
      readonly mark: "signature" | "initials";
      readonly fieldId: string;
      readonly position: number;
    }
  | { readonly kind: "finish" };

/** Tops closer than this share of the page read as one line. */
const SAME_LINE = 0.01;

/**
 * Fields in the order they are gone through: document, page, what the sender wants first there, line, and along the line.
 *
 * @param documentIds in the order they are shown.
 */
export function inReadingOrder<F extends GuidedField>(
  fields: readonly F[],
  documentIds: readonly string[],
): F[] {
  const lineOf = ({ y }: GuidedField) => Math.round(y / SAME_LINE);
  return fields.toSorted(
    (a, b) =>
      documentIds.indexOf(a.documentId) - documentIds.indexOf(b.documentId) ||
      a.page - b.page ||
      byTabOrder(a, b) ||
      lineOf(a) - lineOf(b) ||
      a.x - b.x,
  );
}

/** What a person must fill by hand; a date and a formula fill themselves. */
export const isTask = ({ type, isRequired }: GuidedField): boolean => isRequired && isAsked(type);

/**
 * The first open task after where the person is, from the top again when there is none further down.
 *
 * @param fields in reading order. @param current the field they were at last; null before they began.
 */
export function nextStep(
  fields: readonly GuidedField[],
  isFilled: (fieldId: string) => boolean,
  current: string | null,
): GuideStep {
  const tasks = fields.filter(isTask);
  const open = tasks.filter(({ id }) => !isFilled(id));
  const at = fields.findIndex(({ id }) => id === current);
  const field = open.find((candidate) => fields.indexOf(candidate) > at) ?? open[0];
  if (!field) return { kind: "finish" };
  const step = { fieldId: field.id, position: tasks.indexOf(field) + 1 };
  if (field.type === "signature" || field.type === "initials")
    return { kind: "mark", mark: field.type, ...step };
  return { kind: current === null ? "start" : "next", ...step };
}

/**
 * The first empty field after where the person is that may be filled in and need not be, and how many there are.
 *
 * @param fields in reading order.
 */
export function nextOptional(
  fields: readonly GuidedField[],
  isEmpty: (fieldId: string) => boolean,
  current: string | null,
): { readonly fieldId: string; readonly count: number } | null {
  const open = fields.filter(({ id, type, isRequired }) => !isRequired && isAsked(type) && isEmpty(id));
  const at = fields.findIndex(({ id }) => id === current);
  const next = open.find((candidate) => fields.indexOf(candidate) > at) ?? open[0];
  return next ? { fieldId: next.id, count: open.length } : null;
}

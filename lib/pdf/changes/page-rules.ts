import { isDict, type PdfObject, PdfRef } from "../objects.ts";
import { forbidden, printable, unclear } from "./change.ts";
import { type Findings, kindOf, listDifference, type UpdateStep } from "./update-step.ts";

const PAGE_PARTS: Readonly<Record<string, string>> = {
  Contents: "the content",
  Resources: "the fonts, images and other resources",
  MediaBox: "the size",
  CropBox: "the visible part",
  Rotate: "the rotation",
  AA: "the actions",
};

/** Judges a change of a page: its list of annotations may gain the widgets of signatures, and nothing else. */
export function judgePage(
  step: UpdateStep,
  findings: Findings,
  number: number,
  widgets: ReadonlySet<number>,
): void {
  const { old, next, comparison, pages } = step;
  const [before, after] = [old.get(number), next.get(number)];
  const page = pages.get(number)!;
  if (!isDict(before) || !isDict(after)) {
    findings.add(forbidden("page-removed", number, `page ${page} was removed or replaced`));
    return;
  }
  for (const key of comparison.changedKeys(before, after)) {
    if (key === "Annots") {
      judgeAnnotations(step, findings, page, after.get(key), before.get(key), widgets);
      continue;
    }
    const what = PAGE_PARTS[key] ?? printable(key, 40);
    const code = key === "Contents" ? "page-content" : "page-changed";
    findings.add(forbidden(code, number, `${what} of page ${page} was changed`));
  }
}

/** Judges the list of annotations of a page; a form's own fields stand in it too. */
export function judgeAnnotations(
  step: UpdateStep,
  findings: Findings,
  page: number,
  next: PdfObject | undefined,
  old: PdfObject | undefined,
  widgets: ReadonlySet<number>,
): void {
  const { added, missing } = listDifference(step, step.old.array(old), step.next.array(next));
  const seen = new Set<number>();
  for (const item of added) {
    const number = item instanceof PdfRef ? item.number : null;
    if (number !== null && widgets.has(number) && !seen.has(number)) {
      seen.add(number);
      continue;
    }
    const kind = kindOf(step.next.resolve(item));
    report(step, findings, "annotation-added", number, item, `${kind} was put on page ${page}`);
  }
  for (const item of missing) {
    const number = item instanceof PdfRef ? item.number : null;
    const kind = kindOf(step.old.resolve(item));
    report(
      step,
      findings,
      "annotation-removed",
      number,
      item,
      `${kind} was removed from page ${page}, or moved`,
    );
  }
}

/** §12.8.2.2: level 3 permits comments, but they can cover what was signed (evil annotations). */
function report(
  step: UpdateStep,
  findings: Findings,
  code: string,
  number: number | null,
  item: PdfObject,
  message: string,
): void {
  const make = step.permission.level === 3 && !isWidget(step, item) ? unclear : forbidden;
  findings.add(make(code, number, message));
}

export function isWidget({ old, next }: UpdateStep, item: PdfObject): boolean {
  const isOne = (file: typeof old) => file.name(file.dict(item)?.get("Subtype")) === "Widget";
  return isOne(old) || isOne(next);
}

import { freeSpace } from "./free-space.ts";

const MARGIN = 24;
/** Windows. */
const FAR = 2;

/** Puts the focus on a control and brings it to where people look: a third down what is free of bars. */
export function focusControl(id: string): void {
  const element = document.getElementById(id);
  if (!element) return;
  element.focus({ preventScroll: true });
  bringIntoView(element);
}

export function bringIntoView(element: Element): void {
  const rect = placeOf(element).getBoundingClientRect();
  const [top, bottom] = freeSpace();
  const target = Math.max(top + MARGIN, top + (bottom - top) * 0.35 - rect.height / 2);
  const isCalm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  // Over many pages the way is not worth seeing, and takes long.
  const isFar = Math.abs(rect.top - target) > FAR * window.innerHeight;
  window.scrollBy({ top: rect.top - target, behavior: isCalm || isFar ? "auto" : "smooth" });
}

/** The place on the page, also while the control itself is shown elsewhere. */
const placeOf = (element: Element): Element => element.closest("[data-field]") ?? element;

/** F6 goes round the parts of the page, Shift+F6 the other way, as in other programs. */
export function cycleParts(isBackwards: boolean, parts: readonly (HTMLElement | null)[]): void {
  const present = parts.filter((part) => part !== null);
  const at = present.findIndex((part) => part.contains(document.activeElement));
  const next = (at + (isBackwards ? -1 : 1) + present.length) % present.length;
  present[at === -1 ? 0 : next]?.focus();
}

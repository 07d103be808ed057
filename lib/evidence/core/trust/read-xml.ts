import { DOMParser } from "@xmldom/xmldom";
import { evidenceError } from "#lib/evidence/errors.ts";
import { printable } from "#lib/pdf/changes/change.ts";
import { LIST_LIMITS } from "./trust-list.ts";

/**
 * Parses XML without a document type, so that there are no entities but XML's own five.
 *
 * @param text untrusted. @throws evidence/list-unreadable
 */
export function readXml(text: string): Document {
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) throw unreadable("it has a document type");
  let elements = 0;
  for (let at = text.indexOf("<"); at >= 0; at = text.indexOf("<", at + 1))
    if (++elements > LIST_LIMITS.elements * 2) throw unreadable("it has too many elements");
  const errorHandler = (_level: string, message: string) => {
    throw unreadable(`it is no well-formed XML (${printable(message.split("\n")[0] ?? "", 100)})`);
  };
  const document = new DOMParser({ errorHandler, locator: undefined }).parseFromString(text, "text/xml");
  if (!document?.documentElement) throw unreadable("it has no root element");
  requireShallow(document.documentElement);
  return document;
}

export const unreadable = (why: string) => evidenceError("list-unreadable", why);

function requireShallow(root: Element): void {
  for (let level: Element[] = [root], depth = 0; level.length > 0; depth++) {
    if (depth > LIST_LIMITS.depth) throw unreadable("its elements are nested too deep");
    level = level.flatMap((element) => elementsIn(element));
  }
}

function elementsIn(element: Element): Element[] {
  const found: Element[] = [];
  for (let child = element.firstChild; child; child = child.nextSibling)
    if (child.nodeType === 1) found.push(child as Element);
  return found;
}

/** Elements of this name below another, one level for each name. */
export function descend(element: Element | undefined, ...names: readonly string[]): Element[] {
  let found = element ? [element] : [];
  for (const name of names)
    found = found.flatMap((one) => elementsIn(one).filter(({ localName }) => localName === name));
  return found;
}

/** The text of the first such element, trimmed; null when there is none or it is empty. */
export function textAt(element: Element | undefined, ...names: readonly string[]): string | null {
  const text = descend(element, ...names)[0]?.textContent?.trim() ?? "";
  return text === "" ? null : text;
}

/** One of several names in different languages: the English one, else the first. For people. */
export function nameAt(element: Element | undefined, ...names: readonly string[]): string | null {
  const all = descend(element, ...names);
  const best = all.find((one) => one.getAttribute("xml:lang")?.toLowerCase().startsWith("en")) ?? all[0];
  const text = best?.textContent?.replace(/\s+/g, " ").trim() ?? "";
  return text === "" ? null : printable(text, LIST_LIMITS.textCharacters);
}

const [EARLIEST, LATEST] = [Date.UTC(1970, 0, 1), Date.UTC(3000, 0, 1)];

export function instantAt(element: Element | undefined, ...names: readonly string[]): Date | null {
  const text = textAt(element, ...names);
  const at = text === null ? Number.NaN : Date.parse(text);
  return at >= EARLIEST && at < LATEST ? new Date(at) : null;
}

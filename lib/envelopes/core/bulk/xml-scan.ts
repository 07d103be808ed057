/** A tag, or the text up to the next one. */
export type XmlPiece =
  | { readonly kind: "open"; readonly name: string; readonly attributes: string; readonly isEmpty: boolean }
  | { readonly kind: "close"; readonly name: string }
  | { readonly kind: "text"; readonly text: string };

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

/** Text with its five entities and its numbered characters; entities that a file defines by itself are left alone. */
export const unescapeXml = (text: string): string =>
  !text.includes("&")
    ? text
    : text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]+));/gi, (whole, hex, decimal, name) => {
        if (name) return ENTITIES[name.toLowerCase()] ?? whole;
        const code = hex ? Number.parseInt(hex, 16) : Number(decimal);
        return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : "";
      });

/** Walks through XML from front to back: no tree, no entities, no declarations. Names lose their prefix. */
export function* scanXml(xml: string): Generator<XmlPiece> {
  let at = 0;
  while (at < xml.length) {
    const tag = xml.indexOf("<", at);
    if (tag < 0) return;
    if (tag > at) yield { kind: "text", text: unescapeXml(xml.slice(at, tag)) };
    if (xml.startsWith("<![CDATA[", tag)) {
      const end = xml.indexOf("]]>", tag);
      if (end < 0) return;
      yield { kind: "text", text: xml.slice(tag + 9, end) };
      at = end + 3;
      continue;
    }
    const isComment = xml.startsWith("<!--", tag);
    const end = xml.indexOf(isComment ? "-->" : ">", tag);
    if (end < 0) return;
    at = end + (isComment ? 3 : 1);
    const inside = xml.slice(tag + 1, end);
    if (isComment || inside.startsWith("?") || inside.startsWith("!")) continue;
    if (inside.startsWith("/")) {
      yield { kind: "close", name: localName(inside.slice(1).trim()) };
      continue;
    }
    const isEmpty = inside.endsWith("/");
    const [, name = "", attributes = ""] = /^(\S+?)(?:\s+([\s\S]*?))?\/?$/.exec(inside) ?? [];
    yield { kind: "open", name: localName(name), attributes, isEmpty };
  }
}

const localName = (name: string): string => name.slice(name.indexOf(":") + 1);

/** The value of an attribute by its local name. */
export function attributeOf(attributes: string, name: string): string | null {
  const found = new RegExp(`(?:^|[\\s:])${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(attributes);
  return found ? unescapeXml(found[1] ?? found[2] ?? "") : null;
}

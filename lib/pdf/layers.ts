import { isName, type PdfDict, type PdfObject, PdfRef, pdfDict, pdfName, pdfText } from "./objects.ts";
import type { PdfFile } from "./reader.ts";

/** The layers of an uploaded file (optional content, ISO 32000-2 §8.11), as its pages show them first. */
export interface Layers {
  /** Whether what belongs to that group or membership is shown; what belongs to none is. */
  isShown(membership: PdfObject | undefined): boolean;
  /** A group or membership with nothing in it that readers weigh differently; null for any other dictionary. */
  settled(dict: PdfDict): PdfDict | null;
  /** For the new file's root; null where the old one lists no layers. */
  readonly properties: PdfDict | null;
}

const MAX_DEPTH = 20;

/**
 * Works out once what is shown, by the lists of the first configuration alone: some readers go by the usage and the
 * intent of a group as well, some know no expressions, so none of these stays.
 */
export function layersOf(file: PdfFile): Layers {
  const old = file.dict(file.catalog.get("OCProperties"));
  const configuration = file.dict(old?.get("D"));
  const numbersIn = (list: PdfObject | undefined) =>
    new Set(file.array(list).flatMap((item) => (item instanceof PdfRef ? [item.number] : [])));
  const groups = numbersIn(old?.get("OCGs"));
  const [on, off] = [numbersIn(configuration?.get("ON")), numbersIn(configuration?.get("OFF"))];
  const isBaseOff = isName(file.resolve(configuration?.get("BaseState")), "OFF");
  const isHidden = (number: number) =>
    groups.has(number) && (off.has(number) || (isBaseOff && !on.has(number)));

  const isGroupShown = (group: PdfObject | undefined) => !(group instanceof PdfRef && isHidden(group.number));

  function isExpressionTrue(expression: PdfObject | undefined, depth: number): boolean {
    const resolved = file.resolve(expression);
    if (!Array.isArray(resolved)) return isGroupShown(expression);
    if (depth > MAX_DEPTH) return true;
    const [operator, ...operands] = resolved;
    const each = operands.map((operand) => isExpressionTrue(operand, depth + 1));
    switch (file.name(operator)) {
      case "Not":
        return !each[0];
      case "Or":
        return each.some(Boolean);
      default:
        return each.every(Boolean);
    }
  }

  /** §8.11.2.2: an expression counts before the policy. */
  function isMembershipShown(dict: PdfDict): boolean {
    const expression = file.resolve(dict.get("VE"));
    if (Array.isArray(expression)) return isExpressionTrue(expression, 0);
    const given = dict.get("OCGs");
    const listed = file.resolve(given);
    const members = (Array.isArray(listed) ? listed : [given]).filter((one) => file.dict(one) !== null);
    if (members.length === 0) return true;
    const shown = members.map(isGroupShown);
    switch (file.name(dict.get("P"))) {
      case "AllOn":
        return shown.every(Boolean);
      case "AnyOff":
        return !shown.every(Boolean);
      case "AllOff":
        return !shown.some(Boolean);
      default:
        return shown.some(Boolean);
    }
  }

  const all = file.array(old?.get("OCGs")).filter((item) => item instanceof PdfRef);
  // Any group will do to say "always" or "never": it is fixed as well.
  const [anchor] = all;

  return {
    isShown(membership) {
      const dict = file.dict(membership);
      if (!dict) return true;
      return isName(file.resolve(dict.get("Type")), "OCMD")
        ? isMembershipShown(dict)
        : isGroupShown(membership);
    },
    settled(dict) {
      const type = file.name(dict.get("Type"));
      if (type === "OCG") return pdfDict({ Type: pdfName("OCG"), Name: dict.get("Name") ?? pdfText("") });
      if (type !== "OCMD") return null;
      if (!anchor) return pdfDict({ Type: pdfName("OCMD") });
      const policy = isMembershipShown(dict) === isGroupShown(anchor) ? "AnyOn" : "AllOff";
      // Some readers overlook the policy where a group stands by itself.
      return pdfDict({ Type: pdfName("OCMD"), OCGs: [anchor], P: pdfName(policy) });
    },
    properties: old && propertiesOf(),
  };

  function propertiesOf(): PdfDict {
    return pdfDict({
      OCGs: all,
      D: pdfDict({
        Name: configuration?.get("Name"),
        Order: configuration?.get("Order"),
        OFF: all.filter((item) => isHidden((item as PdfRef).number)),
        Locked: all,
      }),
    });
  }
}

import type { FieldSettings } from "../fields/field-settings.ts";
import type { FieldType } from "../fields/field-types.ts";

/** What a tag says of its field. */
export interface Tag {
  readonly type: FieldType;
  readonly label: string;
  readonly isRequired: boolean;
  readonly signer: string | null;
  /** In points, where the tag says. */
  readonly widthPt?: number;
  readonly heightPt?: number;
  readonly options?: readonly string[];
  readonly settings?: FieldSettings;
  /** From where it stands to where its field does, in points: to the right, and down. */
  readonly xPt?: number;
  readonly yPt?: number;
  /** The words stay in the document. */
  readonly stays?: boolean;
  /** How it is told of, where that is not what stands there. */
  readonly written?: string;
  /** Pieces of it that no field of ours can hold. */
  readonly left?: readonly string[];
}

/** Words of the makers' languages for kinds of fields. */
const TYPES: Readonly<Record<string, FieldType>> = {
  ...{ s: "signature", sig: "signature", sign: "signature", signature: "signature", es: "signature" },
  ...{
    i: "initials",
    in: "initials",
    int: "initials",
    init: "initials",
    initial: "initials",
    initials: "initials",
  },
  ...{ d: "date", date: "date", datesigned: "date", dte: "date", date_signed: "date" },
  ...{ t: "text", txt: "text", text: "text", textfield: "text", tx: "text" },
  ...{ n: "name", name: "name", fullname: "name", full_name: "name", es_name: "name" },
  ...{ c: "checkbox", check: "checkbox", checkbox: "checkbox", cb: "checkbox", chk: "checkbox" },
  ...{ r: "radio", radio: "radio", dropdown: "dropdown", select: "dropdown", dd: "dropdown" },
  ...{ email: "email", em: "email", title: "title", ttl: "title", company: "company", co: "company" },
  ...{ number: "number", num: "number", phone: "phone", a: "attachment", attachment: "attachment" },
  ...{ file: "attachment", image: "image", stamp: "stamp", cells: "cells", payment: "payment" },
};
export const typeOf = (word: string): FieldType | null => TYPES[word.trim().toLowerCase()] ?? null;
export const isYes = (word: string | undefined) =>
  /^(y|yes|true|1|req|required|\*)$/i.test(word?.trim() ?? "");
/** By number where it names one. */
export const signerOf = (word: string | undefined): string | null => {
  const found = word?.trim().replace(/^["“']|["”']$/g, "") ?? "";
  return (
    /^(?:signer|recipient|role|party|r)?[\s_-]*(\d{1,2})$/i.exec(found)?.[1] ?? (found === "" ? null : found)
  );
};

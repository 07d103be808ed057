/** Everything a field can ask of a person, or tell them; in the order of the palette. */
export const FIELD_TYPES = [
  "signature",
  "initials",
  "stamp",
  /** The day of signing, which nobody fills by hand. */
  "date",
  "name",
  "forename",
  "surname",
  /** What a person is in their organization. */
  "title",
  "company",
  "text",
  /** One character in each of its boxes. */
  "cells",
  /** A date that the person enters. */
  "day",
  "number",
  /** Of money. */
  "amount",
  "email",
  "phone",
  "ssn",
  "ein",
  "zip",
  /** Text of a form that the sender describes. */
  "pattern",
  "checkbox",
  "radio",
  "dropdown",
  "attachment",
  "image",
  "payment",
  "formula",
  "link",
  "note",
  "approve",
  "decline",
] as const;

export type FieldType = (typeof FIELD_TYPES)[number];

/** How a person answers it. */
export type FieldManner =
  /** A mark of theirs goes there. */
  | "mark"
  /** Typed. */
  | "typed"
  /** Ticked or chosen by pressing it. */
  | "pressed"
  | "chosen"
  /** A file of theirs. */
  | "file"
  /** Filled by us. */
  | "worked-out"
  /** Only shown to them. */
  | "shown";

export const MANNERS: Readonly<Record<FieldType, FieldManner>> = {
  signature: "mark",
  initials: "mark",
  stamp: "file",
  date: "worked-out",
  name: "typed",
  forename: "typed",
  surname: "typed",
  title: "typed",
  company: "typed",
  text: "typed",
  cells: "typed",
  day: "typed",
  number: "typed",
  amount: "typed",
  email: "typed",
  phone: "typed",
  ssn: "typed",
  ein: "typed",
  zip: "typed",
  pattern: "typed",
  checkbox: "pressed",
  radio: "pressed",
  dropdown: "chosen",
  attachment: "file",
  image: "file",
  payment: "worked-out",
  formula: "worked-out",
  link: "shown",
  note: "shown",
  approve: "pressed",
  decline: "shown",
};

export const isTyped = (type: FieldType): boolean => MANNERS[type] === "typed";
export const isPressed = (type: FieldType): boolean => MANNERS[type] === "pressed";
export const isFile = (type: FieldType): boolean => MANNERS[type] === "file";
export const isGrouped = (type: FieldType): boolean => type === "radio" || type === "checkbox";
/** Holds a number that formulas and rules reckon with. */
export const isNumber = (type: FieldType): boolean =>
  type === "number" || type === "amount" || type === "formula";
/** Something a person may be asked to answer. */
export const isAsked = (type: FieldType): boolean =>
  MANNERS[type] !== "shown" && type !== "date" && type !== "formula";
/** May hold a default, or a fixed text. */
export const takesDefault = (type: FieldType): boolean =>
  MANNERS[type] === "typed" || MANNERS[type] === "chosen" || type === "checkbox" || type === "radio";
/** May be filled in first by an editor. */
export const mayBeEdited = ({
  type,
  settings: { isSensitive, isBlock },
}: {
  readonly type: FieldType;
  readonly settings: { readonly isSensitive?: boolean; readonly isBlock?: boolean };
}): boolean => takesDefault(type) && !isSensitive && !isBlock;
/** May be kept apart from the document. */
export const mayBeSensitive = (type: FieldType): boolean => MANNERS[type] === "typed";

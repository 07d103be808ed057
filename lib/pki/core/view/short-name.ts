import { type Name, namePart } from "#lib/pki/core/asn1/names.ts";
import { visible } from "#lib/pki/core/view/visible.ts";

/** What a name is called in short: the person's, else the organization's. */
export const shortName = (name: Name): string =>
  visible(
    namePart(name, "CN") ??
      namePart(name, "pseudonym") ??
      namePart(name, "O") ??
      namePart(name, "OU") ??
      (name.text === "" ? "nobody named" : name.text),
  );

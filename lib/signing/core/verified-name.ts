/**
 * Whether a verified name is that of whoever is to sign: the whole family name, and one given name, stand in theirs.
 * Marks, case, hyphens and further given names do not matter; another script is another name.
 *
 * @param verified as an identity document has it. @param name as the sender entered it.
 */
export function isNamed(
  verified: { readonly givenName: string; readonly familyName: string },
  name: string,
): boolean {
  const known = new Set(partsOf(name));
  const family = partsOf(verified.familyName);
  const given = partsOf(verified.givenName);
  return (
    family.length > 0 &&
    family.every((part) => known.has(part)) &&
    given.some((part) => known.has(part) && !family.includes(part))
  );
}

const partsOf = (name: string): string[] =>
  name
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll("ß", "ss")
    .replaceAll("ø", "o")
    .replaceAll("ł", "l")
    .split(/[^\p{L}\p{N}]+/u)
    .filter((part) => part !== "");

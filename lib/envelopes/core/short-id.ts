// Crockford's alphabet: no letter that is read as another or as a digit.
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** Letters to be read out or compared, 5 bits each. @param random as many random bytes. @throws RangeError for fewer */
export function plainLetters(random: Uint8Array, count: number): string {
  if (random.length < count) throw new RangeError(`${count} letters need as many random bytes`);
  return Array.from(random.subarray(0, count), (byte) => ALPHABET[byte & 31]).join("");
}

/**
 * What is printed in margins and said on the telephone: `WH-7K2M-9QXD`, 40 bits.
 *
 * @param random 8 random bytes.
 */
export function shortId(random: Uint8Array): string {
  const letters = plainLetters(random, 8);
  return `WH-${letters.slice(0, 4)}-${letters.slice(4)}`;
}

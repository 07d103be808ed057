// Crockford's alphabet: no letter that is read as another or as a digit.
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/**
 * What is printed in margins and said on the telephone: `WH-7K2M-9QXD`, 40 bits.
 *
 * @param random 8 random bytes.
 */
export function shortId(random: Uint8Array): string {
  if (random.length < 8) throw new RangeError("a short id needs 8 random bytes");
  const letters = Array.from(random.subarray(0, 8), (byte) => ALPHABET[byte & 31]);
  return `WH-${letters.slice(0, 4).join("")}-${letters.slice(4).join("")}`;
}

/** Where the ten digits of each script in use begin; Unicode keeps them in a row from zero to nine. */
const ZEROS = [
  ...[0x30, 0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50],
  ...[0xed0, 0xf20, 0x1040, 0x17e0, 0x1810, 0xff10],
];

/** What somebody typed, with the digits of other scripts (Arabic, Persian, Hindi, …) as 0 to 9. */
export function latinDigits(text: string): string {
  return text.replace(/\p{Nd}/gu, (digit) => {
    const point = digit.codePointAt(0)!;
    const zero = ZEROS.find((candidate) => point >= candidate && point < candidate + 10);
    return zero === undefined ? digit : String(point - zero);
  });
}

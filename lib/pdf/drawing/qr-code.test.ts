import { expect, test } from "vitest";
import { type QrModules, qrCode } from "./qr-code.ts";

/** Rows as numbers in base 36, the leftmost module first. */
const rowsOf = (modules: QrModules | null) =>
  modules
    ?.map((row) => row.reduce((sum, isDark) => sum * 2n + (isDark ? 1n : 0n), 0n).toString(36))
    .join(" ");

// Made by node-qrcode 1.5.4, byte mode, level M; every length up to 213 bytes was read back by jsQR 1.4.0.
const KNOWN = [
  {
    text: "https://sign.example.com/verify/WH-7K2M-9QXD",
    rows: "3x2ejy7 20bai4h 2vppmcd 2vnm6vx 2vo4i8t 20lx1z5 3xbl6yn a2gw0 2xmium4 hvuyy4 1nkjmqe 2rxz1cv 5wcld6 v6s0n7 1e27jsm 315im78 1pdr92p i5k1ri 1ybyrxy 2qhir3z 13lpcez 35xkkbt 20vpy5a 2ekptkk 27p20vv i5tzp 3x2knro 20n22am 2viz3eh 2vlofx9 2vrhunc 20dutss 3xcdtpi",
  },
  {
    text: `${"whereof ".repeat(20)}0`,
    rows: "2g4jq6t30xr 193d0ovilvl 1sryxifr9zx 1sorxfm0rj1 1spq4jy38m5 19a9cf8j51d 2g85mwsc2v3 70a81s934 1tvox0h7f5o 1yt14l0rj97 1ope8v5r1mg 1bjpwwaw8ax 29hlfbbkl84 28f037styyj 20xdd5e32f0 1d0ymz8lag9 1kmfj6covg4 27m89zdd72z 1wojc828yc8 fl7gvrtp8r y7e3m6xd9y 13f0wh4c5c5 hiret81fio 1qugdd0oh2i 1dujpn9uaye 319hx70glz 3oh6hv8yfk e5wkx0a97f 2glqwfpugvq 68261by4xp 200wsm9oen0 1b9pxsej1eg vn6bpogu9y 1rupgw0k9kl 6dzo3utyww mlqgncmcwq stsi6778au h73l2n9qyl aewi5a1rt8 4qun33rdg8 rkiluxczt0 3e77pdrwbf 254xpcr7ksq xizs69h723 6g5eg0cd8c 8uhgp4hzt 2g4a5f3rdco 199xnnvqz2w 1sp53mot1q4 1spixj7btnv 1sq69agoxpz 191fwqb9po2 2gbms6b4e0k",
  },
];

test.each(KNOWN)("$text becomes the symbol another encoder draws", ({ text, rows }) => {
  expect(rowsOf(qrCode(text))).toBe(rows);
});

test("takes the smallest version that holds the text, from 1 to 10", () => {
  const sides = [1, 14, 15, 26, 27, 84, 85, 180, 181, 213].map(
    (length) => qrCode("x".repeat(length))?.length,
  );
  expect(sides).toEqual([21, 21, 25, 25, 29, 37, 41, 53, 57, 57]);
});

test("a text of more than 213 bytes becomes none", () => {
  expect(qrCode("x".repeat(214))).toBeNull();
  expect(qrCode("é".repeat(107))).toBeNull();
});

/** Whether bytes begin as a ZIP file with a first file in it: an evidence package, and no PDF. */
export const isZip = ([first, second, third, fourth]: Uint8Array): boolean =>
  first === 0x50 && second === 0x4b && third === 3 && fourth === 4;

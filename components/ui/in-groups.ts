/** Groups of four, as hashes and numbers are read out and compared. */
export const inGroups = (hex: string): string => hex.replace(/(.{4})(?=.)/g, "$1 ");

const CODE_DIGITS = 6;

/**
 * Whether a whole code came at once, filled in by the telephone or pasted: its hint says that it is checked then. What is
 * typed waits for the button.
 */
export const cameWhole = (before: string, now: string): boolean =>
  before === "" && now.replaceAll(/\P{Nd}/gu, "").length === CODE_DIGITS;

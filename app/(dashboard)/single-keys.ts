const STORED = "whereof-single-keys";

/** Whether a letter by itself does something on this device (WCAG 2.2, 2.1.4): speech input may press it by chance. */
export function hasSingleKeys(): boolean {
  try {
    return localStorage.getItem(STORED) !== "off";
  } catch {
    return true;
  }
}

export function setSingleKeys(isOn: boolean): void {
  try {
    if (isOn) localStorage.removeItem(STORED);
    else localStorage.setItem(STORED, "off");
  } catch {
    // A browser that keeps nothing has them on.
  }
}

"use client";

import { useEffect, useState } from "react";

const KEY = "whereof-reader";
/** Narrower than any telephone is held: somebody has magnified the page to 400 % (WCAG 2.2, 1.4.10). */
const MAGNIFIED_PX = 340;

/** Whether a person reads the document as text; kept in their browser, where it keeps anything. */
export function useReader(): readonly [boolean, (isReader: boolean) => void] {
  const [isReader, setReader] = useState(false);
  useEffect(() => {
    setReader(kept() ?? window.innerWidth < MAGNIFIED_PX);
  }, []);
  const choose = (isChosen: boolean) => {
    setReader(isChosen);
    try {
      localStorage.setItem(KEY, isChosen ? "text" : "pages");
    } catch {
      // Storage is blocked: it holds for this page.
    }
  };
  return [isReader, choose];
}

function kept(): boolean | null {
  try {
    const value = localStorage.getItem(KEY);
    return value === null ? null : value === "text";
  } catch {
    return null;
  }
}

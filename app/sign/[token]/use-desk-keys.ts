"use client";

import { type RefObject, useEffect } from "react";
import { ACTION_ID } from "#components/signing/action-bar.tsx";
import { cycleParts } from "#components/signing/move-focus.ts";
import { MENU_BUTTON_ID } from "#components/signing/signer-menu.tsx";

/** F6 goes from the document to the next step and to the menu; the keyboard on a phone pushes the bar up. */
export function useDeskKeys(main: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== "F6" || document.querySelector("dialog[open]")) return;
      event.preventDefault();
      const step = document.getElementById(ACTION_ID);
      const consent = document.querySelector<HTMLElement>("[data-cover] button");
      cycleParts(event.shiftKey, [main.current, step ?? consent, document.getElementById(MENU_BUTTON_ID)]);
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [main]);

  useEffect(() => {
    const view = window.visualViewport;
    if (!view) return;
    const root = main.current!.parentElement!;
    const follow = () => {
      // Only where the keyboard lies over the page, and not while the page is magnified.
      const hidden = view.scale > 1.01 ? 0 : window.innerHeight - view.height - view.offsetTop;
      root.style.setProperty("--keyboard", `${Math.max(0, Math.round(hidden))}px`);
    };
    view.addEventListener("resize", follow);
    view.addEventListener("scroll", follow);
    return () => {
      view.removeEventListener("resize", follow);
      view.removeEventListener("scroll", follow);
    };
  }, [main]);
}

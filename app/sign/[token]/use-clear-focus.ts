"use client";

import { type RefObject, useEffect } from "react";
import { freeSpace } from "#components/signing/free-space.ts";
import { bringIntoView } from "#components/signing/move-focus.ts";
import { useRelease } from "./use-release.ts";

/**
 * What has the focus and was to be seen stays to be seen when the page around it changes: words that come, a bar that
 * grows, a keyboard that opens (WCAG 2.2, 2.4.11). Whoever scrolls away from it is left alone.
 */
export function useClearFocus(main: RefObject<HTMLElement | null>): void {
  const release = useRelease();
  useEffect(() => {
    const part = main.current!;
    let wasClear = true;
    const focused = () => {
      const element = document.activeElement;
      return element && element !== part && part.contains(element) ? element : null;
    };
    const look = () => {
      const element = focused();
      wasClear = element === null || isClear(element);
    };
    const keep = () => {
      const element = focused();
      if (element && wasClear && !isClear(element)) bringIntoView(element);
      look();
    };
    const onFocus = () => {
      wasClear = true;
      requestAnimationFrame(() => release(keep));
    };
    const sizes = new ResizeObserver(keep);
    sizes.observe(part);
    const covers = new MutationObserver(() => {
      for (const cover of document.querySelectorAll("[data-cover]")) sizes.observe(cover);
    });
    covers.observe(part.parentElement!, { childList: true });
    for (const cover of document.querySelectorAll("[data-cover]")) sizes.observe(cover);
    const events = new AbortController();
    const { signal } = events;
    part.addEventListener("focusin", onFocus, { signal });
    window.addEventListener("scroll", look, { signal, passive: true });
    window.visualViewport?.addEventListener("resize", keep, { signal });
    return () => {
      events.abort();
      sizes.disconnect();
      covers.disconnect();
    };
  }, [main, release]);
}

/** Its place's middle is neither above nor below what is free: all of it where it is no higher than that. */
function isClear(element: Element): boolean {
  const { top, bottom } = (element.closest("[data-field]") ?? element).getBoundingClientRect();
  const [from, to] = freeSpace();
  const middle = (top + bottom) / 2;
  return bottom - top <= to - from ? top >= from && bottom <= to : middle >= from && middle <= to;
}

import { useCallback, useEffect, useRef } from "react";

/** What a finger does reaches a page as a mouse's doing only after it was lifted. */
const AFTER_TOUCH_MS = 100;

/**
 * Puts off what would move the page under a finger or a mouse button: until it is let go and its click has gone where it was
 * meant. Where nothing is pressed it is done at once.
 */
export function useRelease(): (act: () => void) => void {
  const isDown = useRef(false);
  const waiting = useRef<(() => void)[]>([]);
  useEffect(() => {
    const down = () => {
      isDown.current = true;
    };
    const up = ({ pointerType }: PointerEvent) =>
      setTimeout(
        () => {
          isDown.current = false;
          for (const act of waiting.current.splice(0)) act();
        },
        pointerType === "mouse" ? 0 : AFTER_TOUCH_MS,
      );
    const listeners = [
      ["pointerdown", down],
      ["pointerup", up],
      ["pointercancel", up],
    ] as const;
    for (const [type, listener] of listeners) addEventListener(type, listener, true);
    return () => {
      for (const [type, listener] of listeners) removeEventListener(type, listener, true);
    };
  }, []);
  return useCallback((act) => {
    if (isDown.current) waiting.current.push(act);
    else act();
  }, []);
}

"use client";

import { type ReactNode, useEffect, useRef } from "react";

let isHandedOver = false;

/** What the person does next replaces the page: its heading then takes the focus. */
export function handOver(): void {
  isHandedOver = true;
}

/** A heading from which keyboard and screen reader go on when its page took another's place. */
export function FocusHeading({ children }: { readonly children: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (isHandedOver) heading.current?.focus();
    isHandedOver = false;
  }, []);
  return (
    <h1 ref={heading} tabIndex={-1} className="text-h2 outline-none sm:text-h1">
      {children}
    </h1>
  );
}

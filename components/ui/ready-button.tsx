"use client";

import { Button, type ButtonProps } from "./button.tsx";
import { useIsReady } from "./use-is-ready.ts";

/** A button that only a script answers: before the script is there it cannot be pressed, so no press goes nowhere. */
export function ReadyButton(props: ButtonProps) {
  const isReady = useIsReady();
  return <Button {...props} disabled={props.disabled || !isReady} />;
}

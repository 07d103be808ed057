import { useSyncExternalStore } from "react";

const never = () => () => {};

/** Whether the page's scripts and words are there: before, a press would go nowhere, so what leads on cannot be pressed. */
export const useIsReady = (): boolean =>
  useSyncExternalStore(
    never,
    () => true,
    () => false,
  );

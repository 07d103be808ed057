let loaded: Promise<void> | null = null;

/** Resolves once everything that the page itself asked for is there: what comes later takes no bandwidth from it. */
export function whenLoaded(): Promise<void> {
  loaded ??= new Promise((resolve) => {
    if (document.readyState === "complete") resolve();
    else window.addEventListener("load", () => resolve(), { once: true });
  });
  return loaded;
}

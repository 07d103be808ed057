/** What of the window is free of the header above and of bars and strips below: its top and bottom, in CSS pixels. */
export function freeSpace(): readonly [number, number] {
  const header = document.querySelector("header")?.getBoundingClientRect().bottom ?? 0;
  const covers = [...document.querySelectorAll("[data-cover]")]
    .filter((each) => getComputedStyle(each).position === "fixed")
    .map((each) => each.getBoundingClientRect().top);
  return [Math.max(0, header), Math.min(window.innerHeight, ...covers)];
}

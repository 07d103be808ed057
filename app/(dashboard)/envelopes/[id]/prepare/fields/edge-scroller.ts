const EDGE_PX = 80;
const TOP_PX = 120;
const FASTEST_PX = 18;

/** Scrolls the page while something is dragged near its upper or lower edge. */
export function edgeScroller(onScroll: () => void): { follow(clientY: number): void; stop(): void } {
  let [y, frame] = [0, 0];
  const step = () => {
    const up = Math.max(0, TOP_PX + EDGE_PX - y) / EDGE_PX;
    const down = Math.max(0, y - (window.innerHeight - EDGE_PX)) / EDGE_PX;
    const by = Math.round(FASTEST_PX * (Math.min(1, down) - Math.min(1, up)));
    if (by !== 0) {
      window.scrollBy(0, by);
      onScroll();
    }
    frame = requestAnimationFrame(step);
  };
  return {
    follow(clientY) {
      y = clientY;
      if (frame === 0) frame = requestAnimationFrame(step);
    },
    stop() {
      cancelAnimationFrame(frame);
      frame = 0;
    },
  };
}

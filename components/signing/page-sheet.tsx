"use client";

import { memo, type ReactNode, useEffect, useRef, useState } from "react";
import { whenLoaded } from "./when-loaded.ts";

/** Widths the server draws a page at. */
const WIDTHS = [800, 1240, 1800] as const;
const SIZES = "(min-width: 908px) 860px, 100vw";
const TRIES = 3;

export interface PageSheetProps {
  /** Of the page's image, without its width. */
  readonly source: string;
  readonly label: string;
  /** Names the page for whoever records what was seen. */
  readonly pageKey: string;
  readonly widthPt: number;
  readonly heightPt: number;
  readonly isFirst: boolean;
  /** One of its fields is open and floats above the other pages. */
  readonly isRaised: boolean;
  readonly children?: ReactNode;
}

/** A page as the server drew it, with what is to be filled in on top. Its box has its size before the image is there. */
export const PageSheet = memo(function PageSheet(props: PageSheetProps) {
  const { source, label, pageKey, widthPt, heightPt, isFirst, isRaised, children } = props;
  return (
    <section
      aria-label={label}
      data-page={pageKey}
      className={`relative mx-auto w-(--page-width) bg-white shadow-[0_0_0_1px_var(--color-line)] forced-color-adjust-none ${isRaised ? "z-30" : ""}`}
      style={{ aspectRatio: `${widthPt} / ${heightPt}` }}
    >
      <h2 className="sr-only">{label}</h2>
      {isFirst ? (
        <PageImage key={source} source={source} isFirst />
      ) : (
        <LaterImage key={source} source={source} />
      )}
      <div className="absolute inset-0 isolate">{children}</div>
    </section>
  );
});

/** How far from the window a page is fetched. */
const NEAR = "150% 0px";

/** The pages after the first wait until that one is there, and then until they are near: nothing delays it. */
function LaterImage({ source }: Pick<PageSheetProps, "source">) {
  const place = useRef<HTMLDivElement>(null);
  const [isNear, setNear] = useState(false);
  useEffect(() => {
    const observer = new IntersectionObserver(
      (seen) => {
        if (seen.some(({ isIntersecting }) => isIntersecting)) setNear(true);
      },
      { rootMargin: NEAR },
    );
    void whenLoaded().then(() => place.current && observer.observe(place.current));
    return () => observer.disconnect();
  }, []);
  if (isNear) return <PageImage source={source} isFirst={false} />;
  return (
    <div ref={place} className="absolute inset-0">
      <noscript>
        <img src={`${source}?w=${WIDTHS[0]}`} alt="" loading="lazy" className="absolute inset-0 size-full" />
      </noscript>
    </div>
  );
}

/** Its words stand beside it for whoever does not see it. */
function PageImage({ source, isFirst }: Pick<PageSheetProps, "source" | "isFirst">) {
  const image = useRef<HTMLImageElement>(null);
  const [attempt, setAttempt] = useState(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const again = () => {
    if (attempt >= TRIES) return;
    timer.current = setTimeout(() => setAttempt(attempt + 1), 1_000 * 2 ** attempt);
  };
  useEffect(() => {
    // It may have failed before there was anybody to hear of it.
    const { complete, naturalWidth, currentSrc } = image.current!;
    if (complete && naturalWidth === 0 && currentSrc !== "") setAttempt((tries) => Math.max(tries, 1));
    return () => clearTimeout(timer.current);
  }, []);

  const suffix = attempt > 0 ? `&try=${attempt}` : "";
  const address = (width: number) => `${source}?w=${width}${suffix}`;
  return (
    <img
      ref={image}
      alt=""
      src={address(WIDTHS[0])}
      srcSet={WIDTHS.map((width) => `${address(width)} ${width}w`).join(", ")}
      sizes={SIZES}
      loading={isFirst ? "eager" : "lazy"}
      fetchPriority={isFirst ? "high" : "auto"}
      decoding="async"
      draggable={false}
      onError={again}
      className="absolute inset-0 size-full select-none"
    />
  );
}

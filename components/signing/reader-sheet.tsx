import type { ReactNode } from "react";
import type { PageSheetProps } from "./page-sheet.tsx";

export interface ReaderSheetProps extends Pick<PageSheetProps, "source" | "label" | "pageKey"> {
  /** There are words to read; without them the picture is what there is. */
  readonly hasText: boolean;
  readonly pictureLabel: string;
  readonly children?: ReactNode;
}

/** A page as text, as wide as the window is, with its picture to be opened. */
export function ReaderSheet({ source, label, pageKey, hasText, pictureLabel, children }: ReaderSheetProps) {
  return (
    <section
      aria-label={label}
      data-page={pageKey}
      className="mx-auto w-full max-w-[46rem] border-y border-line bg-paper px-4 py-5 sm:rounded-card sm:border-x sm:px-8"
    >
      <h2 className="mb-3 text-small font-semibold text-ink-600">{label}</h2>
      {children}
      <details open={!hasText} className="mt-4 border-t border-line pt-2">
        <summary className="flex min-h-11 cursor-pointer items-center font-medium text-action-700 underline">
          {pictureLabel}
        </summary>
        <img
          src={`${source}?w=800`}
          alt=""
          loading="lazy"
          decoding="async"
          className="mt-2 w-full bg-white forced-color-adjust-none"
        />
      </details>
    </section>
  );
}

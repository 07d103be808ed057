"use client";

import type { Route } from "next";
import { useRouter } from "next/navigation";
import { usePageCommands } from "./page-commands.ts";

export interface PageLink {
  readonly id: string;
  readonly label: string;
  readonly href: string;
  readonly letter?: string;
  /** It is loaded, not gone to: the page has a link to it. */
  readonly isFile?: boolean;
}

/** Puts links of the page into the palette; nothing is drawn. */
export function PageLinks({ links }: { readonly links: readonly PageLink[] }) {
  const router = useRouter();
  usePageCommands(
    links.map(({ id, label, href, letter, isFile }) => ({
      ...{ id, label },
      ...(letter ? { letter } : {}),
      // The link on the page may ask for a reason first.
      run: () =>
        isFile
          ? document.querySelector<HTMLElement>(`a[href="${href}"]`)?.click()
          : router.push(href as Route),
    })),
  );
  return null;
}

"use client";

import { ZoomIn, ZoomOut } from "lucide-react";
import { useTranslations } from "next-intl";
import { IconButton } from "#components/ui/icon-button.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import type { DraftDocument } from "#lib/envelopes/get-draft.ts";
import type { PagePlace } from "./draft-fields.ts";

export const ZOOMS = [0.5, 0.75, 1, 1.5, 2] as const;
export type Zoom = (typeof ZOOMS)[number];

interface PageToolsProps {
  readonly documents: readonly DraftDocument[];
  readonly current: PagePlace | null;
  readonly zoom: Zoom;
  readonly onZoom: (zoom: Zoom) => void;
}

/** Goes to a page, and closer to it. */
export function PageTools({ documents, current, zoom, onZoom }: PageToolsProps) {
  const t = useTranslations("app.prepare.fields");
  const isSeveral = documents.length > 1;
  const options = documents.flatMap(({ id, name, pages }) =>
    pages.map((_, page) => ({
      value: `page-${id}-${page}`,
      label: isSeveral
        ? t("pageOf", { page: page + 1, name })
        : t("pageNumber", { page: page + 1, all: pages.length }),
    })),
  );
  const step = (by: 1 | -1) => ZOOMS[ZOOMS.indexOf(zoom) + by];
  return (
    <div className="flex flex-col gap-2">
      <SelectField
        label={t("goToPage")}
        hidesLabel
        value={current ? `page-${current.documentId}-${current.page}` : ""}
        onChange={(event) => document.getElementById(event.target.value)?.scrollIntoView({ block: "start" })}
        options={options}
      />
      <div className="flex items-center justify-between">
        <IconButton
          label={t("zoomOut")}
          disabled={step(-1) === undefined}
          onClick={() => onZoom(step(-1) ?? zoom)}
        >
          <ZoomOut aria-hidden="true" className="size-5" />
        </IconButton>
        <span role="status" className="text-small tabular-nums">
          {t("zoom", { percent: zoom * 100 })}
        </span>
        <IconButton
          label={t("zoomIn")}
          disabled={step(1) === undefined}
          onClick={() => onZoom(step(1) ?? zoom)}
        >
          <ZoomIn aria-hidden="true" className="size-5" />
        </IconButton>
      </div>
    </div>
  );
}

"use client";

import {
  Circle,
  EyeOff,
  Highlighter,
  ImagePlus,
  type LucideIcon,
  MousePointer2,
  Pencil,
  Redo2,
  Slash,
  Square,
  Type,
  Undo2,
} from "lucide-react";
import { useTranslations } from "next-intl";
import { IconButton } from "#components/ui/icon-button.tsx";
import type { Tool } from "./edit-items.ts";
import type { ItemList } from "./use-items.ts";

const TOOLS: readonly (readonly [Tool, LucideIcon])[] = [
  ["select", MousePointer2],
  ["mark", EyeOff],
  ["text", Type],
  ["picture", ImagePlus],
  ["highlight", Highlighter],
  ["line", Slash],
  ["rectangle", Square],
  ["ellipse", Circle],
  ["drawing", Pencil],
];

interface EditToolbarProps {
  readonly tool: Tool;
  readonly onTool: (tool: Tool) => void;
  readonly list: ItemList;
  readonly onPlaceInMiddle: () => void;
}

/** What is placed next, and the way back. */
export function EditToolbar({ tool, onTool, list, onPlaceInMiddle }: EditToolbarProps) {
  const t = useTranslations("app.prepare.documents.editor");
  const isPlaced = tool !== "select" && tool !== "drawing" && tool !== "picture";
  return (
    <div className="flex flex-wrap items-center gap-x-1 border-b border-line px-3 py-1">
      <div role="toolbar" aria-label={t("tools")} className="flex flex-wrap">
        {TOOLS.map(([name, Icon]) => (
          <IconButton
            key={name}
            label={t(`tool.${name}`)}
            aria-pressed={tool === name}
            className={tool === name ? "bg-action-50 text-action-700" : ""}
            onClick={() => onTool(name)}
          >
            <Icon aria-hidden="true" className="size-5" />
          </IconButton>
        ))}
        <IconButton label={t("undo")} disabled={!list.canUndo} onClick={list.undo}>
          <Undo2 aria-hidden="true" className="size-5" />
        </IconButton>
        <IconButton label={t("redo")} disabled={!list.canRedo} onClick={list.redo}>
          <Redo2 aria-hidden="true" className="size-5" />
        </IconButton>
      </div>
      <p className="min-w-0 flex-1 px-2 text-small text-ink-700">
        {t(`hint.${tool}`)}{" "}
        {isPlaced ? (
          <button type="button" className="min-h-8 text-action-700 underline" onClick={onPlaceInMiddle}>
            {t("middle")}
          </button>
        ) : null}
      </p>
    </div>
  );
}

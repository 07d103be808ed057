import { EDIT_COLORS } from "#lib/envelopes/core/documents/page-edits.ts";
import { boundsOf, type EditItem, isLine } from "./edit-items.ts";

interface ItemShapeProps {
  readonly item: EditItem;
  /** Of its page. */
  readonly widthPt: number;
  readonly heightPt: number;
}

/** What something will look like on the page, in a box of its size. */
export function ItemShape({ item, widthPt, heightPt }: ItemShapeProps) {
  const { x, y, width, height } = boundsOf(item);
  if (item.kind === "mark")
    return (
      <div className="flex size-full items-center justify-center overflow-hidden border-2 border-bad-700 bg-black/75">
        <span className="truncate px-0.5 text-[length:1.4cqw] leading-none text-white">{item.label}</span>
      </div>
    );
  if (item.kind === "highlight")
    return <div className="size-full mix-blend-multiply" style={{ background: EDIT_COLORS[item.color] }} />;
  if (item.kind === "picture")
    return (
      <img
        src={`data:${item.file.startsWith("/9j/") ? "image/jpeg" : "image/png"};base64,${item.file}`}
        alt={item.alternative}
        draggable={false}
        className="size-full"
      />
    );
  if (item.kind === "text")
    return (
      <div
        dir="auto"
        className="size-full overflow-hidden whitespace-pre-wrap leading-[1.15] [overflow-wrap:anywhere]"
        style={{ color: EDIT_COLORS[item.color], fontSize: `${(item.sizePt / widthPt) * 100}cqw` }}
      >
        {item.text}
      </div>
    );
  const [wide, high] = [Math.max(0.1, width * widthPt), Math.max(0.1, height * heightPt)];
  const color = EDIT_COLORS[item.color];
  const inset = item.strokeWidthPt / 2;
  const line = isLine(item)
    ? { fill: "none", stroke: color, strokeWidth: item.strokeWidthPt, strokeLinecap: "round" as const }
    : item.isFilled
      ? { fill: color }
      : { fill: "none", stroke: color, strokeWidth: item.strokeWidthPt };
  const edge = isLine(item) || item.isFilled ? 0 : Math.min(inset, wide / 2, high / 2);
  return (
    <svg
      aria-hidden="true"
      viewBox={`0 0 ${wide} ${high}`}
      preserveAspectRatio="none"
      className="size-full overflow-visible"
    >
      {isLine(item) ? (
        <polyline
          {...line}
          points={item.points.map(([px, py]) => `${(px - x) * widthPt},${(py - y) * heightPt}`).join(" ")}
        />
      ) : item.kind === "ellipse" ? (
        <ellipse {...line} cx={wide / 2} cy={high / 2} rx={wide / 2 - edge} ry={high / 2 - edge} />
      ) : (
        <rect {...line} x={edge} y={edge} width={wide - 2 * edge} height={high - 2 * edge} />
      )}
    </svg>
  );
}

"use client";

import { type PointerEvent, useEffect, useRef } from "react";
import type { Stroke, StrokePoint } from "#lib/pdf/drawing/strokes.ts";

/** Width of the pad by its height: always the same, so that turning the device moves no line. */
export const PAD_ASPECT = 3;
/** Points closer than this say nothing new. */
const STEP = 0.002;
const INK = "#14202b";

export interface DrawPadProps {
  readonly label: string;
  /** Points in fractions of the pad. */
  readonly strokes: readonly Stroke[];
  onStroke(stroke: Stroke): void;
}

/** A place to draw on with finger, pen or mouse. Lines are kept as points, so no change of size loses one. */
export function DrawPad({ label, strokes, onStroke }: DrawPadProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const drawing = useRef<StrokePoint[] | null>(null);

  useEffect(() => {
    const element = canvas.current!;
    const repaint = () => paint(element, [...strokes, drawing.current ?? []]);
    repaint();
    const observer = new ResizeObserver(repaint);
    observer.observe(element);
    return () => observer.disconnect();
  }, [strokes]);

  function begin(event: PointerEvent<HTMLCanvasElement>) {
    if (drawing.current || !event.isPrimary || event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    drawing.current = [];
    extend(event);
  }

  function extend(event: PointerEvent<HTMLCanvasElement>) {
    const stroke = drawing.current;
    if (!stroke) return;
    const element = event.currentTarget;
    const from = stroke.length;
    const { nativeEvent } = event;
    const coalesced = nativeEvent.getCoalescedEvents?.() ?? [];
    for (const each of coalesced.length > 0 ? coalesced : [nativeEvent]) {
      const point = pointOf(each, element);
      const last = stroke.at(-1);
      if (!last || Math.hypot(point.x - last.x, (point.y - last.y) / PAD_ASPECT) >= STEP) stroke.push(point);
    }
    paintFrom(element, stroke, Math.max(0, from - 1));
  }

  function end() {
    const stroke = drawing.current;
    drawing.current = null;
    if (stroke && stroke.length > 0) onStroke(stroke);
  }

  return (
    <canvas
      ref={canvas}
      role="img"
      aria-label={label}
      onPointerDown={begin}
      onPointerMove={extend}
      onPointerUp={end}
      onPointerCancel={end}
      className="block w-full cursor-crosshair touch-none rounded-control border border-line-strong bg-white forced-color-adjust-none"
      style={{ aspectRatio: PAD_ASPECT }}
    />
  );
}

function pointOf(event: globalThis.PointerEvent, element: Element): StrokePoint {
  const { left, top, width, height } = element.getBoundingClientRect();
  const fraction = (value: number) => Math.round(Math.min(1, Math.max(0, value)) * 1e5) / 1e5;
  const place = { x: fraction((event.clientX - left) / width), y: fraction((event.clientY - top) / height) };
  // Only a pen knows how hard it is pressed; other devices say the same all the time.
  return event.pointerType === "pen" ? { ...place, pressure: Math.round(event.pressure * 100) / 100 } : place;
}

function paint(element: HTMLCanvasElement, strokes: readonly Stroke[]): void {
  const scale = window.devicePixelRatio || 1;
  element.width = Math.round(element.clientWidth * scale);
  element.height = Math.round(element.clientHeight * scale);
  for (const stroke of strokes) paintFrom(element, stroke, 0);
}

function paintFrom(element: HTMLCanvasElement, stroke: Stroke, from: number): void {
  const context = element.getContext("2d");
  if (!context) return;
  const { width, height } = element;
  const pen = height * 0.028;
  context.strokeStyle = context.fillStyle = INK;
  context.lineCap = context.lineJoin = "round";
  for (let at = from; at < stroke.length; at++) {
    const { x, y, pressure = 0.5 } = stroke[at]!;
    const before = stroke[at - 1];
    context.beginPath();
    if (before) {
      context.lineWidth = pen * (0.5 + pressure);
      context.moveTo(before.x * width, before.y * height);
      context.lineTo(x * width, y * height);
      context.stroke();
    } else {
      context.arc(x * width, y * height, (pen * (0.5 + pressure)) / 2, 0, 2 * Math.PI);
      context.fill();
    }
  }
}

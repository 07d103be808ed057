import { z } from "zod";
import { MAXIMUM_POINTS } from "#lib/pdf/drawing/strokes.ts";

const Point = z.object({ x: z.number(), y: z.number(), pressure: z.number().min(0).max(1).optional() });

/** What was drawn on a pad, as a browser sends it. */
export const Strokes = z.array(z.array(Point).max(MAXIMUM_POINTS)).max(1_000);

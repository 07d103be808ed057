import { ID_PREFIXES } from "#lib/ids.ts";
import { envelopeIdIn, templateIdIn } from "../../_server/params.ts";

/** A template, or a draft. */
export const sourceIn = (text: string) =>
  text.startsWith(`${ID_PREFIXES.template}_`)
    ? ({ kind: "template", id: templateIdIn(text) } as const)
    : ({ kind: "draft", id: envelopeIdIn(text) } as const);

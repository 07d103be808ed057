import { type ReactNode, useState } from "react";
import { inReadingOrder, type TextBlock } from "#lib/pdf/page-text/text-blocks.ts";

export interface PageTextProps<T> {
  readonly blocks: readonly TextBlock[];
  /** Shown, and not only heard. */
  readonly isShown?: boolean;
  /** Somebody is at one of the things: nothing is put around it before they leave it. */
  readonly isHeld: boolean;
  readonly things: readonly T[];
  middle(thing: T): number;
  /** With a key, so that a thing stays the same where words come before it. */
  render(thing: T): ReactNode;
}

type Row = Extract<TextBlock, { kind: "row" }>;

const SHOWN =
  "max-w-[72ch] [overflow-wrap:anywhere] [&_h3,&_h4,&_h5,&_h6]:mt-5 [&_h3,&_h4,&_h5,&_h6]:mb-1 [&_h3,&_h4,&_h5,&_h6]:font-semibold [&_li]:ms-5 [&_li]:list-disc [&_p]:my-3 [&_table]:my-3 [&_td,&_th]:border [&_td,&_th]:border-line [&_td,&_th]:p-2 [&_td,&_th]:text-start";

/** A page's words, heard and only seen by whoever reads the document as text, with what is to be filled in where one comes to it in reading. */
export function PageText<T>({ blocks, isShown, isHeld, things, middle, render }: PageTextProps<T>) {
  const [known, setKnown] = useState(blocks);
  if (!isHeld && known !== blocks) setKnown(blocks);
  return together(inReadingOrder(isHeld ? known : blocks, things, middle)).flatMap(
    ({ blocks: read, things: here }, index) => [
      read.length > 0 ? (
        // biome-ignore lint/suspicious/noArrayIndexKey: the words of a page never change their places.
        <div key={`words ${index}`} className={isShown ? SHOWN : "sr-only"} dir="auto">
          <Words blocks={read} />
        </div>
      ) : null,
      ...here.map(render),
    ],
  );
}

interface Part<T> {
  readonly blocks: readonly TextBlock[];
  readonly things: readonly T[];
}

/** Rows that follow each other are one table, points one list. */
function together<T>(parts: ReturnType<typeof inReadingOrder<T>>): Part<T>[] {
  const joined: Part<T>[] = [];
  for (const { block, things } of parts) {
    const last = joined.at(-1);
    const isPart = block?.kind === "row" || block?.kind === "item";
    const goesOn = isPart && last?.blocks[0]?.kind === block.kind && last.things.length === 0;
    if (goesOn) joined[joined.length - 1] = { blocks: [...last.blocks, block], things };
    else joined.push({ blocks: block ? [block] : [], things });
  }
  return joined;
}

function Table({ rows }: { readonly rows: readonly Row[] }) {
  return (
    <table>
      <tbody>
        {rows.map(({ cells, isHeader }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows never change their places.
          <tr key={index}>
            {cells.map((cell, position) =>
              isHeader ? (
                // biome-ignore lint/suspicious/noArrayIndexKey: cells never change their places.
                <th key={position} scope="col">
                  {cell}
                </th>
              ) : (
                // biome-ignore lint/suspicious/noArrayIndexKey: cells never change their places.
                <td key={position}>{cell}</td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Words({ blocks }: { readonly blocks: readonly TextBlock[] }) {
  const [block] = blocks;
  switch (block?.kind) {
    case "row":
      return <Table rows={blocks as readonly Row[]} />;
    case "heading": {
      // The page has the second level: what stands on it goes below.
      const Heading = `h${Math.min(6, block.level + 2)}` as "h3";
      return <Heading>{block.text}</Heading>;
    }
    case "item":
      return (
        <ul>
          {blocks.map((point, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: points never change their places.
            <li key={index}>{point.kind === "item" ? point.text : null}</li>
          ))}
        </ul>
      );
    default:
      return block ? <p>{block.text}</p> : null;
  }
}

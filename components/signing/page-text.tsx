import { Fragment, type ReactNode } from "react";
import { inReadingOrder, type TextBlock } from "#lib/pdf/page-text/text-blocks.ts";

export interface PageTextProps<T> {
  readonly blocks: readonly TextBlock[];
  readonly things: readonly T[];
  middle(thing: T): number;
  render(thing: T): ReactNode;
}

/** A page's words, heard and not seen, with what is to be filled in where one comes to it in reading. */
export function PageText<T>({ blocks, things, middle, render }: PageTextProps<T>) {
  const parts = inReadingOrder(blocks, things, middle);
  return parts.map(({ block, things: here }, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the words of a page never change their places.
    <Fragment key={index}>
      {block ? (
        <div className="sr-only" dir="auto">
          <Block block={block} />
        </div>
      ) : null}
      {here.map(render)}
    </Fragment>
  ));
}

function Block({ block }: { readonly block: TextBlock }) {
  switch (block.kind) {
    case "heading": {
      // The page has the second level: what stands on it goes below.
      const Heading = `h${Math.min(6, block.level + 2)}` as "h3";
      return <Heading>{block.text}</Heading>;
    }
    case "item":
      return (
        <ul>
          <li>{block.text}</li>
        </ul>
      );
    case "row":
      return (
        <table>
          <tbody>
            <tr>
              {block.cells.map((cell, index) =>
                block.isHeader ? (
                  // biome-ignore lint/suspicious/noArrayIndexKey: cells never change their places.
                  <th key={index} scope="col">
                    {cell}
                  </th>
                ) : (
                  // biome-ignore lint/suspicious/noArrayIndexKey: cells never change their places.
                  <td key={index}>{cell}</td>
                ),
              )}
            </tr>
          </tbody>
        </table>
      );
    default:
      return <p>{block.text}</p>;
  }
}

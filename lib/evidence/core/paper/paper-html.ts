import type { Block, Paper, PaperCell } from "./paper.ts";

const STYLE = `
:root{color-scheme:light}
body{margin:0 auto;max-width:46rem;padding:2rem 1.25rem 4rem;font:1rem/1.6 Georgia,"Source Serif 4",serif;color:#1c1a17;background:#fff}
h1{font-size:1.75rem;line-height:1.25;margin:.5rem 0 1rem}
h2{font-size:1.25rem;margin:2.25rem 0 .5rem;border-bottom:1px solid #b9b2a6;padding-bottom:.25rem}
h3{font-size:1.05rem;margin:1.5rem 0 .25rem}
.top,.end{color:#57524a;font-size:.9rem}
.end{margin-top:3rem;border-top:1px solid #b9b2a6;padding-top:.75rem}
dl{display:grid;grid-template-columns:minmax(8rem,12rem) 1fr;gap:.25rem 1rem;margin:.75rem 0}
dt{font-weight:600}dd{margin:0;overflow-wrap:anywhere}dd p{margin:0}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.92rem;margin:.75rem 0}
th,td{text-align:left;vertical-align:top;padding:.4rem .6rem .4rem 0;border-bottom:1px solid #ddd6c9;overflow-wrap:anywhere}
code,pre{font:.85rem/1.5 "IBM Plex Mono",ui-monospace,Menlo,Consolas,monospace}
pre{background:#f5f2ec;padding:.75rem;overflow-x:auto;margin:.5rem 0}
a{color:#7a2e12}
@media(max-width:34rem){dl{grid-template-columns:1fr}dt{margin-top:.5rem}}
@media print{body{padding:0}}
`;

/** The style of these pages, for the policy that names it by its hash. */
export const PAPER_STYLE = STYLE;

/** Text as it may stand in HTML. */
export const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/**
 * A paper as one page that needs nothing else and fetches nothing.
 *
 * @param links words in the text that lead to a file beside the page.
 */
export function paperHtml(paper: Paper, links: Readonly<Record<string, string>> = {}): string {
  const inline = (text: string) => linked(escaped(text), links);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(paper.title)}</title>
<style>${STYLE}</style>
</head>
<body>
<p class="top">${inline(paper.header)}</p>
<main>
<h1>${inline(paper.title)}</h1>
${paper.blocks.map((block) => blockHtml(block, inline)).join("\n")}
</main>
<p class="end">${inline(paper.footer)}</p>
</body>
</html>
`;
}

function linked(html: string, links: Readonly<Record<string, string>>): string {
  const names = Object.keys(links).sort((a, b) => b.length - a.length);
  if (names.length === 0) return html;
  const any = new RegExp(names.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|"), "g");
  return html.replace(any, (name) => `<a href="${escaped(encodeURI(links[name]!))}">${name}</a>`);
}

type Inline = (text: string) => string;

function blockHtml(block: Block, inline: Inline): string {
  switch (block.kind) {
    case "heading":
      return `<h${block.level}>${inline(block.text)}</h${block.level}>`;
    case "paragraph":
      return `<p>${inline(block.text)}</p>`;
    case "facts": {
      const rows = block.facts.map(
        ({ label, values }) =>
          `<dt>${inline(label)}</dt><dd>${values.map((value) => `<p>${cellHtml(value, inline)}</p>`).join("")}</dd>`,
      );
      return `<dl>${rows.join("\n")}</dl>`;
    }
    case "table": {
      const head = block.columns.map(({ title }) => `<th scope="col">${inline(title)}</th>`).join("");
      const rows = block.rows.map(
        (row) => `<tr>${row.map((cell) => `<td>${cellHtml(cell, inline)}</td>`).join("")}</tr>`,
      );
      return `<div class="wide"><table><thead><tr>${head}</tr></thead><tbody>\n${rows.join("\n")}\n</tbody></table></div>`;
    }
    case "steps": {
      const items = block.steps.map(({ text, commands = [] }) => {
        const code = commands.length === 0 ? "" : `\n<pre><code>${escaped(commands.join("\n"))}</code></pre>`;
        return `<li>${inline(text)}${code}</li>`;
      });
      return `<ol>\n${items.join("\n")}\n</ol>`;
    }
  }
}

const cellHtml = (cell: PaperCell, inline: Inline): string =>
  typeof cell === "string" ? inline(cell) : `<code>${escaped(cell.hash)}</code>`;

const ESCAPED: Readonly<Record<string, string>> = {
  '"': "'",
  "%": "%25",
  "#": "%23",
  "<": "%3C",
  ">": "%3E",
};

/** A drawing of ours as the address of an image: it is shown, and nothing in it can run. */
export function svgSource(svg: string): string {
  return `data:image/svg+xml,${svg.replace(/["%#<>]/g, (character) => ESCAPED[character]!)}`;
}

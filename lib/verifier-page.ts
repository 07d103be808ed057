import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { verifierBundle } from "./verifier-bundle.ts";

const STYLE = path.join(import.meta.dirname, "evidence/verifier/page.css");

let made: Promise<string> | null = null;

/**
 * The offline verifier as one page: the checks of `whereof verify`, the same source, with the browser's cryptography
 * in place of Node's. Built once in a process; the same source gives the same page.
 */
export function verifierPage(): Promise<string> {
  made ??= buildPage();
  made.catch(() => {
    made = null;
  });
  return made;
}

async function buildPage(): Promise<string> {
  const [text, style] = await Promise.all([verifierBundle("page.ts"), readFile(STYLE, "utf8")]);
  return pageOf(text.replaceAll("</script", "<\\/script"), style);
}

const hashOf = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

function pageOf(script: string, style: string): string {
  const policy = `default-src 'none'; script-src ${hashOf(script)}; style-src ${hashOf(style)}; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Check an evidence package</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>Check an evidence package</h1>
<p>This page checks the package it came in: every file, signature, time-stamp, certificate and recorded event. It works without a network, and nothing you choose leaves this computer.</p>
<label id="drop"><strong>Drop the ZIP file here</strong>or choose it
<input id="file" type="file" accept=".zip,application/zip"></label>
<section id="result" aria-live="polite"></section>
</main>
<script>${script}</script>
</body>
</html>
`;
}

import path from "node:path";
import { build } from "esbuild";

const root = path.join(import.meta.dirname, "..");
const folder = path.join(root, "lib/evidence/verifier");

/** A script of lib/evidence/verifier for browsers: our own checks, with the browser's cryptography for Node's. */
export async function verifierBundle(entry: "page.ts" | "checker.ts"): Promise<string> {
  const own = (name: string) => path.join(folder, name);
  const { outputFiles } = await build({
    entryPoints: [own(entry)],
    inject: [own("node-buffer.ts")],
    alias: { "node:crypto": own("node-crypto.ts"), "node:zlib": own("node-zlib.ts") },
    ...{ bundle: true, write: false, minify: true, format: "iife", target: "es2022", charset: "utf8" },
    absWorkingDir: root,
    legalComments: "inline",
    logLevel: "silent",
  });
  return outputFiles[0]!.text;
}

import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { verifierBundle } from "#lib/verifier-bundle.ts";

// The script with which /verify checks files in the browser, beside the pages that Next builds.

const folder = path.join(import.meta.dirname, "../public");
mkdirSync(folder, { recursive: true });
writeFileSync(path.join(folder, "verify-checker.js"), await verifierBundle("checker.ts"));

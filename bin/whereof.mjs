#!/usr/bin/env node
// The command line on any Node from 20 on: installs what is missing, then goes on under the pinned version.
import { ready } from "./setup.mjs";

await ready({ quiet: true });
const { main } = await import("./whereof.ts");
process.exit(await main(process.argv.slice(2), process.env));

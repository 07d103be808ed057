// The product as anybody starts it, on a data folder of its own, and a browser to look at it: for tests and benchmarks.
import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

/** Runs `work` on a product started for it; gives it what the product's visitors are to know. */
export async function withProduct(env, work) {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), "whereof-product-"));
  const { server, address } = await startProduct(dataDir, env);
  try {
    const browser = await findBrowser();
    await work({
      E2E_BASE_URL: address,
      E2E_DATA_DIR: dataDir,
      CHROMIUM: browser.path,
      ...(browser.libraries ? { LD_LIBRARY_PATH: browser.libraries } : {}),
    });
  } finally {
    const ended = new Promise((resolve) => server.once("exit", resolve));
    server.kill("SIGINT");
    await ended;
    fs.rmSync(dataDir, { recursive: true, force: true });
  }
}

function startProduct(dataDir, env) {
  const server = spawn(process.execPath, ["bin/start.mjs"], {
    env: { ...env, DATA_DIR: dataDir, LOG_LEVEL: "warn" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  return new Promise((resolve, reject) => {
    let said = "";
    server.stdout.on("data", (text) => {
      said += text;
      const address = /is running:\s+(\S+)/.exec(said)?.[1];
      if (address) resolve({ server, address });
    });
    server.once("exit", (code) => reject(new Error(`The product did not start (${code}).\n${said}`)));
  });
}

/** Debian's Chromium, or the one from the registry with the libraries it brings. */
export async function findBrowser() {
  for (const candidate of [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/google-chrome"])
    if (candidate && fs.existsSync(candidate)) return { path: candidate };
  // It unpacks its own copies of system libraries only where it believes to be in a cloud function.
  process.env.AWS_EXECUTION_ENV ??= "AWS_Lambda_nodejs22.x";
  const { default: chromium } = await import("@sparticuz/chromium");
  const executable = await chromium.executablePath();
  delete process.env.AWS_EXECUTION_ENV;
  return { path: executable, libraries: path.join(os.tmpdir(), "al2023/lib") };
}

import path from "node:path";
import type { FullResult, Reporter, TestCase, TestResult } from "@playwright/test/reporter";
import { ELSEWHERE } from "./page-register.ts";

/** What `expectAccessible` leaves on the test that looked. */
export const LOOKED = "looked at with axe";

/** Fails a run in which a journey did not look at the pages that `ELSEWHERE` says it looks at. */
export default class RegisterReporter implements Reporter {
  readonly #looks = new Set<string>();
  readonly #specs = new Set<string>();
  /** A journey that broke off looked at less, and fails by itself. */
  readonly #broken = new Set<string>();

  onTestEnd(test: TestCase, { annotations, status }: TestResult): void {
    const spec = specOf(test);
    this.#specs.add(spec);
    if (status !== "passed") this.#broken.add(spec);
    for (const { type, description } of annotations)
      if (type === LOOKED) this.#looks.add(`${description} ${spec}`).add(`${description} fixtures`);
  }

  async onEnd(): Promise<{ status?: FullResult["status"] }> {
    // A part of a spec looks at a part of its pages.
    const isPart = process.argv.some((word) => /^(-g|--grep|--last-failed|--shard)|\.ts:\d+$/.test(word));
    const missing = isPart
      ? []
      : Object.entries(ELSEWHERE).flatMap(([page, specs]) =>
          specs
            .filter((spec) => this.#specs.has(spec) && !this.#broken.has(spec))
            .filter((spec) => !this.#looks.has(`${page} ${spec}`))
            .map((spec) => `${page} by ${spec}.spec.ts`),
        );
    if (missing.length === 0) return {};
    process.stdout.write(`\nNot looked at with axe, as e2e/page-register.ts says:\n${missing.join("\n")}\n`);
    return { status: "failed" };
  }
}

const specOf = ({ location }: TestCase): string => path.basename(location.file, ".spec.ts");

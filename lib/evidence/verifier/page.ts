import { sourceOf } from "#lib/bytes.ts";
import { checkPackage } from "#lib/evidence/check-package.ts";
import type { PackageReport } from "#lib/evidence/core/package/package-report.ts";
import { settled } from "./settle.ts";

// The page verifier.html: everything happens in this document, nothing leaves it.

const WORDS = { passed: "Holds", failed: "Does not hold", indeterminate: "Cannot be told" } as const;
const SIGNS = { passed: "✓", failed: "✗", indeterminate: "?" } as const;

const byId = (id: string): HTMLElement => document.getElementById(id)!;

function element(name: string, text = "", className = ""): HTMLElement {
  const made = document.createElement(name);
  made.textContent = text;
  made.className = className;
  return made;
}

async function check(file: File): Promise<void> {
  const result = byId("result");
  result.replaceChildren(element("p", `Checking ${file.name} …`));
  result.setAttribute("aria-busy", "true");
  // Lets the browser show that sentence.
  await new Promise((resolve) => setTimeout(resolve, 30));
  try {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const now = new Date();
    show(await settled(() => checkPackage(sourceOf(bytes), { anchors: [], now })));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    result.replaceChildren(element("p", `The check broke off: ${why}`, "verdict failed"));
  }
  result.removeAttribute("aria-busy");
}

function show(report: PackageReport): void {
  const { verdict, summary, trustAnchor, checks, checkedAt } = report;
  const banner = element("p", "", `verdict ${verdict}`);
  banner.append(element("span", SIGNS[verdict], "sign"), element("strong", summary));
  banner.dataset.verdict = verdict;
  const parts: HTMLElement[] = [banner];
  if (report.package) {
    const { envelope, organization, variant, createdAt } = report.package;
    const kind = variant === "redacted" ? "Redacted package" : "Package";
    parts.push(element("p", `${kind} of envelope ${envelope}, made by ${organization} on ${createdAt}.`));
  }
  if (trustAnchor) {
    parts.push(
      element(
        "p",
        `Everything was asked to end at the certificate ${trustAnchor.subject}, which came with the package. Compare its fingerprint with the one the organization gives you by another way:`,
      ),
      element("p", groups(trustAnchor.sha256), "print"),
    );
  }
  for (const one of checks) {
    const details = document.createElement("details");
    details.open = one.verdict !== "passed";
    const line = element("summary", "", one.verdict);
    line.append(
      element("span", SIGNS[one.verdict], "sign"),
      element("span", one.title, "title"),
      element("span", WORDS[one.verdict], "word"),
    );
    const list = element("ul");
    list.append(...one.sentences.map((sentence) => element("li", sentence)));
    details.append(line, list);
    parts.push(details);
  }
  parts.push(
    element(
      "p",
      `Checked at ${checkedAt} by this page alone, without a network. What a document looks like or means was not judged.`,
      "small",
    ),
  );
  byId("result").replaceChildren(...parts);
}

const groups = (hex: string): string => hex.replace(/(.{4})(?=.)/g, "$1 ");

const input = byId("file") as HTMLInputElement;
const drop = byId("drop");
input.addEventListener("change", () => {
  const [file] = input.files ?? [];
  if (file) void check(file);
});
for (const name of ["dragover", "dragenter"])
  document.addEventListener(name, (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
for (const name of ["dragleave", "drop"])
  document.addEventListener(name, () => drop.classList.remove("over"));
document.addEventListener("drop", (event) => {
  event.preventDefault();
  const [file] = event.dataTransfer?.files ?? [];
  if (file) void check(file);
});
if (!globalThis.crypto?.subtle)
  byId("result").replaceChildren(
    element(
      "p",
      "This browser offers no cryptography to pages opened from a disk. Use another one, or HOWTO.txt.",
      "verdict failed",
    ),
  );

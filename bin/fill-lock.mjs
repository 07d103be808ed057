// A registry that lacks some platform binaries makes npm write a lock file that `npm ci` then refuses ("Missing:
// x@ from lock file"). Adds the absent optional entries; each is fetched only on the platform it is for.
import fs from "node:fs";

const file = "package-lock.json";
const lock = JSON.parse(fs.readFileSync(file, "utf8"));
const packages = lock.packages;
const SYSTEMS = "android darwin linux win32 freebsd openbsd netbsd sunos aix openharmony".split(" ");
const PROCESSORS = "arm64 x64 ia32 arm riscv64 ppc64 s390x loong64 mips64el wasm32".split(" ");

function locate(from, name) {
  for (let folder = from; ; ) {
    const at = `${folder ? `${folder}/` : ""}node_modules/${name}`;
    if (packages[at]) return at;
    if (!folder) return null;
    const index = folder.lastIndexOf("node_modules/");
    folder = index <= 0 ? "" : folder.slice(0, index - 1);
  }
}

let added = 0;
for (const [at, entry] of Object.entries({ ...packages })) {
  for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
    const version = range.replace(/^[\^~]/, "");
    const found = locate(at, name);
    if (found && (packages[found].version === version || !/^\d/.test(range))) continue;
    const words = name
      .toLowerCase()
      .replace("windows", "win32")
      .replace("win-", "win32-")
      .split(/[/@_-]/);
    const os = SYSTEMS.filter((word) => words.includes(word));
    const arm = words.some((word) => word === "armv7" || word === "gnueabihf") ? ["arm"] : [];
    const cpu = [...new Set([...PROCESSORS.filter((word) => words.includes(word)), ...arm])];
    if (os.length === 0 && cpu.length === 0) continue;
    const place = packages[`node_modules/${name}`] ? `${at}/node_modules/${name}` : `node_modules/${name}`;
    packages[place] = {
      version,
      ...(cpu.length > 0 ? { cpu } : {}),
      ...(entry.dev ? { dev: true } : {}),
      optional: true,
      ...(os.length > 0 ? { os } : {}),
    };
    added++;
  }
}
for (const entry of Object.values(packages)) delete entry.resolved;
lock.packages = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1)));
fs.writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added} entries added`);

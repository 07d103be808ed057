import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/** A real OpenSSH server on this machine, for the person who runs the tests. */
export interface SshServer {
  readonly port: number;
  readonly user: string;
  /** What is written lands here. */
  readonly folder: string;
  readonly hostKey: string;
  /** Lets whoever has the key log in, and nobody else. */
  authorize(publicLine: string): void;
  /** Gives the server another host key, as one in the middle would have. */
  changeHostKey(): Promise<void>;
  files(): string[];
  read(name: string): Uint8Array;
  close(): Promise<void>;
}

const SSHD = ["/usr/sbin/sshd", "/usr/local/sbin/sshd"].find((file) => existsSync(file));

/** Why there is no SSH server to test against, or null when there is one. */
export const noSshBecause: string | null =
  SSHD && spawnSync("sh", ["-c", "command -v ssh-keygen"]).status === 0
    ? null
    : "no sshd or ssh-keygen: apt-get install openssh-server";

export async function sshServer(): Promise<SshServer> {
  const home = mkdtempSync(path.join(tmpdir(), "whereof-ssh-"));
  const file = (name: string) => path.join(home, name);
  const folder = file("inbox");
  mkdirSync(folder);
  // OpenSSH wants it for the process that answers before the log-in, when root runs the server.
  if (userInfo().uid === 0) mkdirSync("/run/sshd", { recursive: true, mode: 0o755 });
  const makeKey = (name: string) =>
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", file(name)]);
  makeKey("host");
  const port = await freePort();
  const start = async (key: string): Promise<ChildProcess> => {
    const lines = [
      `Port ${port}`,
      "ListenAddress 127.0.0.1",
      `HostKey ${file(key)}`,
      `AuthorizedKeysFile ${file("authorized")}`,
      `PidFile ${file("pid")}`,
      ...["StrictModes no", "UsePAM no", "PasswordAuthentication no", "PermitRootLogin prohibit-password"],
      "Subsystem sftp internal-sftp",
    ];
    writeFileSync(file("config"), `${lines.join("\n")}\n`);
    const child = spawn(SSHD!, ["-D", "-e", "-f", file("config")], { stdio: ["ignore", "ignore", "pipe"] });
    await new Promise<void>((resolve, refuse) => {
      let said = "";
      child.stderr!.on("data", (part) => {
        said += part;
        if (said.includes("Server listening")) resolve();
      });
      child.on("exit", () => refuse(new Error(said)));
    });
    return child;
  };
  const stop = async (child: ChildProcess) => {
    const isGone = new Promise((resolve) => child.on("exit", resolve));
    child.kill();
    await isGone;
    await pause(50);
  };
  writeFileSync(file("authorized"), "");
  let child = await start("host");
  const listed = execFileSync("ssh-keygen", ["-l", "-f", file("host.pub")], { encoding: "utf8" });
  return {
    ...{ port, folder, user: userInfo().username, hostKey: listed.split(" ")[1]! },
    authorize: (publicLine) => writeFileSync(file("authorized"), `${publicLine}\n`, { mode: 0o600 }),
    async changeHostKey() {
      await stop(child);
      makeKey("other");
      child = await start("other");
    },
    files: () => readdirSync(folder),
    read: (name) => new Uint8Array(readFileSync(path.join(folder, name))),
    async close() {
      await stop(child);
      rmSync(home, { recursive: true });
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { freePort } from "./free-port.ts";

export interface CephS3 {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  stop(): Promise<void>;
}

const PROGRAMS = ["ceph-mon", "ceph-osd", "radosgw", "radosgw-admin", "ceph", "monmaptool", "ceph-authtool"];
const READY_WITHIN_MS = 60_000;
const COMMAND_LIMIT_MS = 30_000;
const command = promisify(execFile);

export const isCephInstalled = (): boolean =>
  PROGRAMS.every((program) => existsSync(`/usr/bin/${program}`) || existsSync(`/bin/${program}`));

/**
 * A real S3: one Ceph monitor, one storage daemon that keeps everything in memory, and the RADOS gateway, all on
 * 127.0.0.1 in a temporary folder. Takes about ten seconds; the daemons die with this process.
 */
export async function startCeph(): Promise<CephS3> {
  const folder = mkdtempSync(path.join(tmpdir(), "whereof-ceph-"));
  for (const name of ["mon", "osd", "run"]) mkdirSync(path.join(folder, name));
  const [port, monitorPort, legacyPort] = [await freePort(), await freePort(), await freePort()];
  const monitorAddress = `[v2:127.0.0.1:${monitorPort},v1:127.0.0.1:${legacyPort}]`;
  const fsid = randomUUID();
  const config = path.join(folder, "ceph.conf");
  const keyring = path.join(folder, "keyring");
  writeFileSync(config, clusterConfig(folder, fsid, monitorAddress, port));

  const daemons: ChildProcess[] = [];
  const run = (program: string, ...args: string[]) =>
    command(program, args, { timeout: COMMAND_LIMIT_MS, env: { ...process.env, CEPH_CONF: config } });
  const start = (program: string, ...args: string[]) => {
    const log = openSync(path.join(folder, `${program}.out`), "a");
    const whole = ["--pdeathsig", "KILL", program, "-c", config, ...args, "-f"];
    daemons.push(spawn("setpriv", whole, { stdio: ["ignore", log, log] }));
  };
  const stop = async () => {
    for (const daemon of daemons) daemon.kill("SIGKILL");
    await Promise.all(daemons.map(hasExited));
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };

  try {
    await createKeyring(run, keyring);
    const map = path.join(folder, "monmap");
    await run("monmaptool", "--create", "--fsid", fsid, "--addv", "a", monitorAddress, map);
    await run("ceph-mon", "-c", config, "--mkfs", "-i", "a", "--monmap", map, "--keyring", keyring);
    start("ceph-mon", "-i", "a");

    const osd = randomUUID();
    await run("ceph", "-c", config, "osd", "new", osd, "0");
    await run("ceph", "-c", config, "auth", "import", "-i", keyring);
    await run("ceph-osd", "-c", config, "-i", "0", "--mkfs", "--osd-uuid", osd);
    start("ceph-osd", "-i", "0");
    await eventually(async () => (await run("ceph", "-c", config, "osd", "stat")).stdout.includes("1 up"));

    start("radosgw", "-n", "client.admin");
    const endpoint = `http://127.0.0.1:${port}`;
    await eventually(async () => (await fetch(endpoint)).status < 500);
    const [accessKeyId, secretAccessKey] = ["TESTACCESSKEY", randomUUID()];
    const user = [
      "--uid=test",
      "--display-name=test",
      `--access-key=${accessKeyId}`,
      `--secret-key=${secretAccessKey}`,
    ];
    await run("radosgw-admin", "-c", config, "-n", "client.admin", "user", "create", ...user);
    return { endpoint, accessKeyId, secretAccessKey, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Run = (program: string, ...args: string[]) => Promise<{ stdout: string }>;

async function createKeyring(run: Run, keyring: string): Promise<void> {
  const holders = {
    "mon.": { mon: "allow *" },
    "client.admin": { mon: "allow *", osd: "allow *", mgr: "allow *" },
    "osd.0": { mon: "allow profile osd", osd: "allow *", mgr: "allow profile osd" },
  };
  let create = ["--create-keyring"];
  for (const [name, rights] of Object.entries(holders)) {
    const caps = Object.entries(rights).flatMap(([daemon, right]) => ["--cap", daemon, right]);
    await run("ceph-authtool", ...create, keyring, "--gen-key", "-n", name, ...caps);
    create = [];
  }
}

/** Without cephx the gateway hangs; every pool has one copy in one placement group, since this is one machine. */
function clusterConfig(folder: string, fsid: string, monitorAddress: string, port: number): string {
  return `[global]
fsid = ${fsid}
mon host = ${monitorAddress}
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon warn on pool no redundancy = false
run dir = ${folder}/run
keyring = ${folder}/keyring
admin socket = ${folder}/run/$cluster-$name.asok
log file = ${folder}/$name.log
pid file =
mon data = ${folder}/mon
osd data = ${folder}/osd
osd objectstore = memstore
memstore device bytes = 1073741824
ms bind ipv4 = true
ms bind ipv6 = false
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms type = async+posix
[client]
rgw frontends = beast endpoint=127.0.0.1:${port}
rgw crypt require ssl = false
rgw enable usage log = false
rgw thread pool size = 64
`;
}

async function eventually(isReady: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (!(await isReady().catch(() => false))) {
    if (Date.now() > deadline) throw new Error("Ceph did not become ready in time");
    await sleep(200);
  }
}

async function hasExited(daemon: ChildProcess): Promise<void> {
  if (daemon.exitCode !== null || daemon.signalCode !== null) return;
  await new Promise((resolve) => daemon.once("exit", resolve));
}

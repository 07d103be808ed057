import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { DEVICES, expect, expectAccessible, OWNER, test } from "./fixtures.ts";

test("counsel's proof: a completed envelope is under a checkpoint, which OpenSSL verifies from what is published", async ({
  page,
  server,
  request,
}, testInfo) => {
  const envelope = await server.sends({ to: [{ name: "Orla Keane" }], title: "Lease of the quay" });
  await envelope.isFinishedBy("Orla Keane");
  await envelope.isCompleted();
  await expect(async () => expect((await request.get("/log/checkpoint")).status()).toBe(200)).toPass();

  const answer = await request.get("/log/checkpoint");
  expect(answer.headers()["content-type"]).toBe("text/plain; charset=utf-8");
  expect(answer.headers()["cache-control"]).toContain("max-age=5");
  const note = await answer.text();
  const size = Number(note.split("\n")[1]);
  const kept = async (name: string, address: string) => {
    const file = testInfo.outputPath(name);
    writeFileSync(file, await (await request.get(address)).body());
    return file;
  };
  const checkpoint = await kept("checkpoint", `/log/checkpoint/${size}`);
  expect(readFileSync(checkpoint, "utf8")).toBe(note);
  const token = await kept("checkpoint.tst", `/log/timestamp/${size}`);
  const certificates = await kept("certificates.pem", "/log/certificates.pem");
  const root = await kept("root.cer", "/pki/root.cer");
  const openssl = (...args: string[]) => execFileSync("openssl", args, { encoding: "utf8", stdio: "pipe" });
  const rootPem = testInfo.outputPath("root.pem");
  openssl("x509", "-inform", "DER", "-in", root, "-out", rootPem);
  expect(openssl("verify", "-CAfile", rootPem, "-untrusted", certificates, certificates)).toContain(": OK");
  openssl("ts", "-verify", "-data", checkpoint, "-in", token, "-token_in", "-CAfile", rootPem);
  const [text, signature, key] = ["text", "signature", "log.pem"].map((name) => testInfo.outputPath(name));
  writeFileSync(text!, note.slice(0, note.indexOf("\n\n") + 1));
  writeFileSync(signature!, Buffer.from(note.trim().split(" ").at(-1)!, "base64").subarray(4));
  writeFileSync(key!, openssl("x509", "-in", certificates, "-noout", "-pubkey"));
  expect(openssl("dgst", "-sha256", "-verify", key!, "-signature", signature!, text!)).toContain(
    "Verified OK",
  );

  const tile = await request.get(size < 256 ? `/log/tile/0/000.p/${size}` : "/log/tile/0/000");
  expect((await tile.body()).length).toBe(Math.min(size, 256) * 32);
  expect(tile.headers()["cache-control"]).toContain("immutable");
  expect((await request.get(`/log/tile/0/000.p/999`)).status()).toBe(404);

  await page.goto("/sign-in");
  await page.getByLabel("E-mail").fill(OWNER.email);
  await page.getByLabel("Password").fill(OWNER.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("link", { name: "Proof" }).click();
  await page.getByRole("link", { name: "Log", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Log", exact: true })).toBeVisible();
  await expect(page.getByText("Full: every act")).toBeVisible();
  await page.getByRole("button", { name: "Check now" }).click();
  await expect(page.getByText("A check was asked for")).toBeVisible();
  await expect(page.getByRole("button", { name: "Check now" })).toBeVisible({ timeout: 90_000 });
  await expect(page.getByText("Everything holds")).toBeVisible();
  await expectAccessible(page);
  await page.setViewportSize(DEVICES.phone.viewport);
  await expectAccessible(page);
});

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Page } from "@playwright/test";
import { DOUBLE_PORTS } from "./doubles.ts";
import { expect, expectAccessible, signIn, test } from "./fixtures.ts";

/** Where another authority publishes what it revoked; the settings of these tests let the product ask there. */
const PORT = DOUBLE_PORTS.revocationLists;
const CA = `Harbour CA ${process.pid}`;
const folder = mkdtempSync(path.join(tmpdir(), "whereof-rotation-"));
const at = (name: string) => path.join(folder, name);
const openssl = (args: readonly string[]) =>
  execFileSync("openssl", [...args], { cwd: folder, stdio: "pipe" });
let lists: Server;

test.beforeAll(async () => {
  const config = `[req]
distinguished_name=dn
[dn]
[ca_ext]
basicConstraints=critical,CA:true
keyUsage=critical,keyCertSign,cRLSign
subjectKeyIdentifier=hash
[seal_ext]
keyUsage=critical,digitalSignature,nonRepudiation
extendedKeyUsage=1.3.6.1.5.5.7.3.36
authorityKeyIdentifier=keyid
crlDistributionPoints=URI:http://127.0.0.1:${PORT}/ca.crl
[ca]
default_ca=own
[own]
database=index
default_md=sha256
default_crl_days=30
crlnumber=crlnumber
crl_extensions=crl_ext
[crl_ext]
authorityKeyIdentifier=keyid:always
`;
  writeFileSync(at("config"), config);
  writeFileSync(at("index"), "");
  writeFileSync(at("crlnumber"), "01\n");
  openssl([
    ...["req", "-x509", "-config", "config", "-extensions", "ca_ext", "-newkey", "rsa:2048", "-nodes"],
    ...["-keyout", "ca.key", "-out", "ca.pem", "-days", "300", "-subj", `/CN=${CA}`],
  ]);
  // Only a list made after the signature says something of it.
  const list = () => {
    openssl("ca -config config -gencrl -keyfile ca.key -cert ca.pem -out ca.crl.pem".split(" "));
    return openssl("crl -in ca.crl.pem -outform DER".split(" "));
  };
  lists = createServer((_, response) => response.end(list()));
  await new Promise<void>((resolve) => lists.listen(PORT, "127.0.0.1", () => resolve()));
});

test.afterAll(() => void lists.close());

/** What the authority answers: the certificate for a request, with its own. */
function answerTo(request: string): string {
  openssl([
    ...["x509", "-req", "-in", request, "-CA", "ca.pem", "-CAkey", "ca.key", "-days", "200"],
    ...["-set_serial", `0x4${Date.now()}`, "-extfile", "config", "-extensions", "seal_ext", "-out", "o.pem"],
  ]);
  return readFileSync(at("o.pem"), "utf8") + readFileSync(at("ca.pem"), "utf8");
}

async function switchAndConfirm(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Switch now" }).click();
  await expect(page.getByRole("button", { name: "Confirm" })).toBeEnabled({ timeout: 30_000 });
  await page.getByRole("button", { name: "Confirm" }).click();
  await expect(page).toHaveURL(/\/keys$/);
}

test("a rotation waits for another authority's certificate, and never changes the issuer unasked", async ({
  page,
  server,
}) => {
  await signIn(page, await server.newOwner());
  await page.goto("/keys");
  await page.getByRole("link", { name: "Rotate", exact: true }).click();
  await page.getByRole("radio", { name: "Another authority" }).check();
  await page.getByLabel("Name on the certificate").fill("Harbour rotation seal");
  await page.getByLabel("Key", { exact: true }).selectOption({ label: "P-256 – small and fast" });
  await expectAccessible(page);
  await page.getByRole("button", { name: "Begin" }).click();
  await expect(page.getByText("The new key is there and waits for its certificate.")).toBeVisible({
    timeout: 30_000,
  });
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Download request (.csr)" }).click(),
  ]);
  await download.saveAs(at("request.csr"));
  await expectAccessible(page);

  // It waits, however long that takes: whoever comes back goes on.
  await page.goto("/keys");
  await page.getByRole("link", { name: "Go on with the rotation" }).click();
  await page.getByLabel("Or paste them as text").fill(answerTo("request.csr"));
  await page.getByRole("button", { name: "Check and test" }).click();
  await expect(page.getByText("Test signing: 12 of 12 fields as wanted")).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText(`that ${CA} issued.`, { exact: false })).toBeVisible();
  await expectAccessible(page);
  await switchAndConfirm(page);

  await page.goto("/keys/rotate");
  await expect(page.getByText(`issued by ${CA};`, { exact: false })).toBeVisible();
  await page.getByRole("radio", { name: "This installation" }).check();
  await expect(page.getByText(`The certificate in use was issued by ${CA}.`, { exact: false })).toBeVisible();
  await page.getByLabel("This installation’s certificate shall take its place").check();
  await page.getByRole("button", { name: "Begin" }).click();
  await expect(page.getByText("The new key passed its trial.")).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText(`Until then it is one of ${CA}.`, { exact: false })).toBeVisible();
  await switchAndConfirm(page);
});

test("a key file is written otherwise, a public certificate is registered, and nothing is taken without scripts", async ({
  page,
  browser,
  server,
}) => {
  await signIn(page, await server.newOwner());
  openssl([
    ...["pkcs12", "-export", "-inkey", "ca.key", "-in", "ca.pem", "-passout", "pass:quiet-lantern"],
    ...["-out", "ca.pfx"],
  ]);
  await page.goto("/organization/seal");
  const converting = page.getByRole("region", { name: "Convert a key file" });
  await converting.getByLabel("PFX, P12 or PEM file").setInputFiles(at("ca.pfx"));
  await converting.getByLabel("Convert to").selectOption("pem");
  await converting.getByLabel("Password of the file").fill("quiet-lantern");
  await converting.getByLabel("Password of the new file").fill("aR7#kq9Zt2!mWx4&Lp0v");
  await converting.getByRole("button", { name: "Convert", exact: true }).click();
  await expect(converting.getByText("What changed")).toBeVisible({ timeout: 30_000 });
  const [saved] = await Promise.all([
    page.waitForEvent("download"),
    converting.getByRole("link", { name: "Save converted.pem" }).click(),
  ]);
  await saved.saveAs(at("converted.pem"));
  openssl("pkey -in converted.pem -passin pass:aR7#kq9Zt2!mWx4&Lp0v -noout".split(" "));

  const known = page.getByRole("region", { name: "Certificates you know" });
  await known.getByLabel("Certificate file").setInputFiles(at("ca.pem"));
  await known.getByRole("button", { name: "Register" }).click();
  await expect(known.getByText("One certificate was registered.")).toBeVisible();
  await expect(known.getByText(CA).first()).toBeVisible();

  const context = await browser.newContext({
    storageState: await page.context().storageState(),
    javaScriptEnabled: false,
  });
  const plain = await context.newPage();
  await plain.goto("/organization/seal");
  await expect(plain.locator("main noscript > div").first()).toContainText(
    "Without them no key is taken here",
  );
  await expect(plain.getByRole("button", { name: "Import", exact: true })).toBeDisabled();
  await context.close();
});

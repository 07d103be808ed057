import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, expectAccessible, ownerTest } from "./fixtures.ts";

/** A name of this run alone: the product may have met earlier ones. */
const SEAL = `Harbour-seal-${process.pid}`;
const folder = mkdtempSync(path.join(tmpdir(), "whereof-seal-"));
const at = (name: string) => path.join(folder, name);
const openssl = (args: string) => execFileSync("openssl", args.split(" "), { cwd: folder, stdio: "pipe" });

/** A key with a certificate that vouches for itself, as a private authority of one. */
function makeKeyFile(): void {
  const config = `[req]
distinguished_name=dn
[dn]
[ext]
keyUsage=critical,digitalSignature,nonRepudiation
extendedKeyUsage=1.3.6.1.5.5.7.3.36
`;
  writeFileSync(at("config"), config);
  openssl(
    `req -x509 -config config -extensions ext -newkey rsa:3072 -nodes -keyout key.pem -out cert.pem -days 30 -subj /O=Harbour/CN=${SEAL}`,
  );
  openssl("pkcs12 -export -inkey key.pem -in cert.pem -passout pass:quiet-lantern -out seal.pfx");
}

ownerTest.beforeAll(makeKeyFile);

ownerTest(
  "an administrator reads any certificate, and a private key is refused",
  async ({ page, server: _ }) => {
    await page.goto("/certificates/inspect");
    await expect(page.getByRole("heading", { name: "Read any certificate" })).toBeVisible();
    await expectAccessible(page);
    await page.getByLabel("Or paste it as text").fill(readFileSync(at("key.pem"), "utf8"));
    await page.getByRole("button", { name: "Read", exact: true }).click();
    await expect(page.getByRole("alert").filter({ hasText: "This holds a private key" })).toBeVisible();

    await page.getByLabel("Choose a file").last().setInputFiles(at("cert.pem"));
    await expect(page.getByText("One certificate was found.")).toBeVisible();
    await expect(page.getByText(`Issued to ${SEAL} by itself for signing documents`)).toBeVisible();
    await expect(page.getByText("Not one of ours", { exact: true })).toBeVisible();
    await expect(page.getByText("readers will not trust it by themselves").first()).toBeVisible();
    await expect(page.getByText("RSA 3072", { exact: true })).toBeVisible();
    await expectAccessible(page);
  },
);

ownerTest("a signer's certificate is read and kept in four forms", async ({ page, server }) => {
  const envelope = await server.sends({ to: [{ name: "Wanda Kestrel" }], title: "Lease of the weir" });
  await envelope.isFinishedBy("Wanda Kestrel");
  await envelope.isCompleted();
  await page.goto(envelope.address);
  await page.getByRole("link", { name: "View certificate of Wanda Kestrel" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Wanda Kestrel" })).toBeVisible();
  await expect(page.getByText("One of ours", { exact: true })).toBeVisible();
  await expect(page.getByText("The chain ends at the root of this installation.")).toBeVisible();
  await expectAccessible(page);
  const save = async (name: string) => {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name }).first().click(),
    ]);
    await download.saveAs(at("kept"));
    return download.suggestedFilename();
  };
  expect(await save("Chain .p7b")).toBe("Lease of the weir - certificate - Wanda Kestrel.p7b");
  const chain = openssl("pkcs7 -inform DER -in kept -print_certs -noout").toString();
  expect(chain).toMatch(/Wanda Kestrel/);
  expect(chain).toMatch(/Issuing Authority/);
  // More than three where a root was exchanged: roots vouch for each other.
  expect(chain.match(/subject=/g)!.length).toBeGreaterThanOrEqual(3);
  expect(await save(".p7s signature of")).toMatch(/^Lease of the weir - signature - .*\.p7s$/);
  expect(openssl("cms -cmsout -print -noout -inform DER -in kept").toString()).toContain("Wanda Kestrel");
  await page.goto("/certificates?q=kestrel");
  expect(await save("Download as CSV")).toMatch(/^certificates \d{4}-\d\d-\d\d\.csv$/);
  expect(readFileSync(at("kept"), "utf8")).toMatch(/^\ufeff"certificate",[\s\S]*Wanda Kestrel/);
});

ownerTest("an imported key seals documents once its test signing held", async ({ page, server }) => {
  await page.goto("/organization");
  await page.getByRole("link", { name: "Seal of the organization" }).click();
  await expect(page.getByRole("heading", { name: "Seal of the organization" })).toBeVisible();
  await expectAccessible(page);

  const importing = page.getByRole("region", { name: "Import a key with its certificate" });
  await importing.getByLabel("PFX, P12 or PEM file").setInputFiles(at("seal.pfx"));
  await importing.getByLabel("Password of the file").fill("wrong");
  await importing.getByRole("button", { name: "Import" }).click();
  await expect(importing.getByText("The password does not open this file.")).toBeVisible();
  await importing.getByLabel("Password of the file").fill("quiet-lantern");
  await importing.getByRole("button", { name: "Import" }).click();
  await expect(importing.getByText("The key was taken and is being tested.")).toBeVisible();

  const own = page.getByRole("region", { name: "Your own certificates" });
  const card = own.getByRole("listitem").filter({ hasText: SEAL });
  await expect(card.getByText("Tested", { exact: true })).toBeVisible({ timeout: 30_000 });
  await expect(card.getByText("Test signing: 12 of 12 fields as wanted")).toBeVisible();
  await expectAccessible(page);
  await card.getByRole("button", { name: "Seal documents with it" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Seal documents with it" }).click();
  await expect(card.getByText("Seals documents", { exact: true })).toBeVisible();

  const envelope = await server.sends({ to: [{ name: "Ida Heron" }], title: "Lease of the lock" });
  await envelope.isFinishedBy("Ida Heron");
  await envelope.isCompleted();
  await page.goto(envelope.address);
  await expect(page.getByRole("link", { name: `View certificate of ${SEAL}` })).toBeVisible();

  await page.goto("/organization/seal");
  await page.getByRole("button", { name: "Let Whereof issue it again" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Let Whereof issue it again" }).click();
  await expect(card.getByText("Was the seal", { exact: true })).toBeVisible();
});

ownerTest(
  "a certificate request is made for another authority, and what does not fit it is refused",
  async ({ page, server: _ }) => {
    await page.goto("/organization/seal");
    const asking = page.getByRole("region", { name: "Ask your authority for a certificate" });
    await asking.getByLabel("Organization", { exact: true }).fill("Harbour Street Studio");
    await asking.getByLabel("Name on the certificate").fill("Harbour seal by request");
    await asking.getByLabel("Country (optional)").fill("NL");
    await asking.getByRole("button", { name: "Make key and request" }).click();
    const own = page.getByRole("region", { name: "Your own certificates" });
    const card = own.getByRole("listitem").filter({ hasText: "Harbour seal by request" });
    await expect(card.getByText("Waits for its certificate")).toBeVisible({ timeout: 30_000 });
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      card.getByRole("link", { name: "Download request (.csr)" }).click(),
    ]);
    await download.saveAs(at("request.csr"));
    const told = openssl("req -verify -noout -subject -in request.csr").toString();
    expect(told).toContain("Harbour seal by request");
    await card.getByLabel("Or paste them as text").fill(readFileSync(at("cert.pem"), "utf8"));
    await card.getByRole("button", { name: "Check and test" }).click();
    await expect(
      card.getByText("None of these certificates belongs to the key of this request."),
    ).toBeVisible();
    await card.getByRole("button", { name: "Give up" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Give up" }).click();
    await expect(card).toHaveCount(0);
  },
);

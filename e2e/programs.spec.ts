import { createHash, verify, X509Certificate } from "node:crypto";
import { openssl, opensslMakes, pem } from "#lib/pki/core/testing.ts";
import { DEVICES, expect, expectAccessible, ownerTest as test } from "./fixtures.ts";

const HASH = "2.16.840.1.101.3.4.2.1";
const RSA_SHA256 = "1.2.840.113549.1.1.11";

test.describe("keys for programs", () => {
  test("an owner lets a program in, it has a hash signed once, and its access ends", async ({
    page,
    server,
    request,
  }) => {
    const envelope = await server.sends({ to: [{ name: "Ana Ruiz" }], title: "Lease 12B" });
    await envelope.isFinishedBy("Ana Ruiz");
    await envelope.isCompleted();
    await page.goto("/keys");
    await page.getByRole("link", { name: "Offer keys to programs" }).click();
    await expect(page.getByRole("heading", { name: "Offer keys to programs" })).toBeVisible();
    await expectAccessible(page);
    await page.getByLabel("Name of the program").fill("Billing");
    await page.getByLabel("PIN for each authorization").fill("harbour-lantern");
    await page.getByRole("button", { name: "Let in", exact: true }).click();
    await expect(page.getByText("the secret is shown once")).toBeVisible();
    await expectAccessible(page);
    const [url, clientId, clientSecret] = await page.getByRole("definition").allInnerTexts();

    const login = await request.post("/csc/v2/oauth2/token", {
      form: {
        ...{ grant_type: "client_credentials", scope: "service" },
        ...{ client_id: clientId!, client_secret: clientSecret! },
      },
    });
    const { access_token: token } = await login.json();
    const call = async (method: string, data: object) => {
      const headers = { authorization: `Bearer ${token}` };
      const answer = await request.post(`/csc/v2/${method}`, { data, headers });
      return { status: answer.status(), body: await answer.json() };
    };
    expect(url).toMatch(/\/csc\/v2$/);
    expect((await call("info", {})).body).toMatchObject({
      ...{ oauth2: url, authType: ["oauth2client", "oauth2code"] },
    });
    const { body: list } = await call("credentials/list", { credentialInfo: true, certificates: "single" });
    const [{ credentialID, cert, auth }] = list.credentialInfos;
    expect(auth.objects).toMatchObject([{ id: "PIN" }]);

    const message = Buffer.from("a contract of somebody else");
    const hashes = [createHash("sha256").update(message).digest("base64")];
    const bound = { credentialID, hashes, hashAlgorithmOID: HASH };
    const wrong = { authData: [{ id: "PIN", value: "guessed" }], numSignatures: 1 };
    expect(await call("credentials/authorize", { ...bound, ...wrong })).toMatchObject({
      ...{ status: 400, body: { error: "invalid_authentication_data" } },
    });
    const { body: authorized } = await call("credentials/authorize", {
      ...{ ...bound, numSignatures: 1, authData: [{ id: "PIN", value: "harbour-lantern" }] },
    });
    const signing = { ...bound, SAD: authorized.SAD, signAlgo: RSA_SHA256 };
    const { body: signed } = await call("signatures/signHash", signing);
    const { publicKey } = new X509Certificate(Buffer.from(cert.certificates[0], "base64"));
    expect(verify("sha256", message, publicKey, Buffer.from(signed.signatures[0], "base64"))).toBe(true);
    expect(await call("signatures/signHash", signing)).toMatchObject({
      ...{ status: 400, body: { error_description: "Invalid parameter SAD" } },
    });

    const two = ["a second contract", "a third"].map((text) =>
      createHash("sha256").update(text).digest("base64"),
    );
    const several = { credentialID, hashAlgorithmOID: HASH };
    const { body: both } = await call("credentials/authorize", {
      ...{ ...several, hashes: two, numSignatures: 2, authData: [{ id: "PIN", value: "harbour-lantern" }] },
    });
    const one = { ...several, SAD: both.SAD, hashes: two.slice(0, 1), signAlgo: RSA_SHA256 };
    expect((await call("signatures/signHash", one)).status).toBe(200);
    const { body: extended } = await call("credentials/extendTransaction", {
      ...{ ...several, SAD: both.SAD, hashes: two.slice(1) },
    });
    const other = { ...one, SAD: extended.SAD, hashes: two.slice(1) };
    expect((await call("signatures/signHash", other)).status).toBe(200);
    expect(await call("credentials/extendTransaction", { ...several, SAD: both.SAD, hashes: two })).toEqual({
      ...{ status: 400, body: { error: "invalid_request", error_description: "Invalid parameter SAD" } },
    });

    const { body: described } = await call("credentials/info", { credentialID, certificates: "chain" });
    const [leaf, issuing, root] = described.cert.certificates.map((one: string) =>
      Buffer.from(one, "base64"),
    );
    const { body: stamped } = await call("signatures/timestamp", {
      hash: hashes[0],
      hashAlgo: HASH,
      nonce: "7",
    });
    const stampToken = Buffer.from(stamped.timestamp, "base64");
    const files = {
      "leaf.pem": pem(leaf),
      "issuing.pem": pem(issuing),
      "root.pem": pem(root),
      "token.der": stampToken,
      message,
    };
    const stamp = [
      "ts",
      "-verify",
      "-token_in",
      "-in",
      "token.der",
      "-data",
      "message",
      "-CAfile",
      "root.pem",
    ];
    expect(openssl(stamp, files)).toContain("Verification: OK");

    const about = ["ocsp", "-issuer", "issuing.pem", "-cert", "leaf.pem"];
    const trust = ["-CAfile", "root.pem", "-verify_other", "issuing.pem"];
    const base = new URL(url!).origin;
    const posted = openssl([...about, "-url", `${base}/pki/ocsp`, ...trust], files);
    expect(posted).toMatch(/Response verify OK[\s\S]*leaf\.pem: good/);
    const asked = opensslMakes("ask.der", [...about, "-no_nonce", "-reqout", "ask.der"], files);
    const asPath = encodeURIComponent(Buffer.from(asked).toString("base64"));
    const gotten = await (await request.get(`/pki/ocsp/${asPath}`)).body();
    const answer = { ...files, "answer.der": gotten };
    expect(openssl([...about, "-respin", "answer.der", ...trust], answer)).toMatch(
      /Response verify OK[\s\S]*leaf\.pem: good/,
    );
    const [crlUrl] = openssl(["x509", "-in", "leaf.pem", "-noout", "-text"], files).match(/http\S+\.crl/)!;
    const crl = await (await request.get(new URL(crlUrl).pathname)).body();
    const lists = { ...files, "list.crl": crl };
    const read = ["crl", "-inform", "DER", "-in", "list.crl", "-noout", "-CAfile", "issuing.pem"];
    expect(openssl(read, lists)).toContain("verify OK");
    const path509 = ["verify", "-CAfile", "root.pem", "-untrusted", "issuing.pem", "leaf.pem"];
    expect(openssl(path509, files)).toContain("leaf.pem: OK");

    await page.getByRole("button", { name: "End access" }).first().click();
    await expect(page.getByRole("dialog", { name: "End the access of Billing?" })).toBeVisible();
    await expectAccessible(page);
    await page.getByRole("dialog").getByRole("button", { name: "End access" }).click();
    await expect(page.getByText("Nobody but Whereof signs with your keys.")).toBeVisible();
    expect((await call("credentials/list", {})).status).toBe(401);
  });

  test.describe("on a phone", () => {
    test.use(DEVICES.phone);

    test("the page fits", async ({ page, server: _ }) => {
      await page.goto("/keys/programs");
      await expect(page.getByRole("heading", { name: "Offer keys to programs" })).toBeVisible();
      const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(wider).toBeLessThanOrEqual(0);
      await expectAccessible(page);
    });
  });
});

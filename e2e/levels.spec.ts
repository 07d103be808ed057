import { startOidcDouble } from "#lib/adapters/testing/oidc-double.ts";
import { DOUBLE_PORTS } from "./doubles.ts";
import { addPerson, go, startDraft } from "./editor.ts";
import { expect, expectAccessible, OWNER, ownerTest } from "./fixtures.ts";

const asks = "Olivia Owner asks you to sign";

ownerTest(
  "more is asked for by rule: the sender is told, and the signer before Finish",
  async ({ page, server, browser }) => {
    await page.goto("/organization");
    await page.getByRole("link", { name: "How signers show who they are" }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("How signers show who they are");
    await expect(page.getByText("No SMS provider is set up on this installation")).toBeVisible();
    await expectAccessible(page);
    await page.getByRole("button", { name: "Add a rule" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name", { exact: true }).fill("Rents over 50,000");
    await dialog.getByLabel("Name of the field").fill("Yearly rent");
    await dialog.getByLabel("Amount", { exact: true }).fill("much");
    await dialog.getByRole("button", { name: "Add a rule" }).click();
    await expect(dialog.getByText("Each condition needs something to compare with")).toBeVisible();
    await dialog.getByLabel("Amount", { exact: true }).fill("50000");
    await dialog.getByRole("button", { name: "Add a rule" }).click();
    await expect(
      page.getByText("Where the field “Yearly rent” holds 50000 or more, people show at least E-mail + SMS."),
    ).toBeVisible();
    await page.getByRole("button", { name: "Add a rule" }).click();
    await dialog.getByLabel("Name", { exact: true }).fill("Outside");
    await dialog.getByLabel("About").selectOption("Domain of their e-mail address");
    await dialog.getByLabel("Domain", { exact: true }).fill("elsewhere.example");
    await dialog.getByRole("button", { name: "Add a rule" }).click();
    await expect(page.getByText("their e-mail address is in elsewhere.example")).toBeVisible();
    await expectAccessible(page);

    await startDraft(page);
    await go(page, "People");
    await addPerson(page, "Ben Okafor", "ben@elsewhere.example");
    await expect(page.getByText("They will be asked for E-mail + SMS")).toContainText("“Outside”");
    await expect(page.getByLabel("Mobile number")).toBeVisible();
    await expect(page.getByText("A code by SMS needs their mobile number.")).toBeVisible();
    await page.getByRole("button", { name: "No number? Use E-mail + 2FA" }).click();
    await expect(page.getByLabel("How they show that it is them")).toHaveValue("second-factor");
    await expectAccessible(page);

    const phone = `+1512555${String(Date.now()).slice(-4)}`;
    const envelope = await server.sends({
      to: [
        {
          ...{ name: "Ana Ruiz", phone },
          fields: [
            { type: "signature", page: 1, box: [0.535, 0.572, 0.352, 0.054] },
            { type: "text", page: 1, box: [0.535, 0.7, 0.3, 0.03], label: "Yearly rent" },
          ],
        },
      ],
    });
    const ana = await (await browser.newContext()).newPage();
    await ana.goto(await envelope.linkFor("Ana Ruiz"));
    await ana.getByRole("button", { name: "Agree and continue" }).click();
    await ana.getByLabel("Yearly rent").first().fill("60,000");
    await ana.getByRole("button", { name: /^Sign/ }).first().click();
    await ana.getByRole("button", { name: "Adopt and sign" }).click();
    const review = ana.getByRole("dialog");
    await review.getByRole("button", { name: "Finish" }).click();
    await expect(ana.getByText("one more check is needed: Rents over 50,000")).toBeVisible();
    await expectAccessible(ana);
    await ana.getByRole("button", { name: "Send the code to" }).click();
    await expect(ana.getByText("The code is on its way")).toBeVisible();
    await ana.getByLabel("Code", { exact: true }).fill(await envelope.codeFor("Ana Ruiz", phone));
    await expect(ana.getByLabel("Yearly rent").first()).toHaveValue("60,000");
    await ana.getByRole("button", { name: "Finish", exact: true }).click();
    await review.getByRole("button", { name: "Finish" }).click();
    await expect(ana.getByRole("heading", { name: "You have signed" })).toBeVisible();
    await ana.context().close();

    await page.goto("/organization/signers");
    for (const name of ["Outside", "Rents over 50,000"]) {
      await page.getByRole("button", { name: `Remove ${name}` }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
      await expect(page.getByRole("button", { name: `Remove ${name}` })).toHaveCount(0);
    }
  },
);

ownerTest(
  "the organization's own people sign on where they belong, and nobody else does",
  async ({ page, server, browser, baseURL }) => {
    const provider = await startOidcDouble({
      redirectUris: [`${baseURL}/sign/sso`],
      port: DOUBLE_PORTS.identityProvider,
    });
    try {
      await page.goto("/organization/signers");
      await page.getByRole("button", { name: "Set up the sign-on" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Name", { exact: true }).fill("Harbour Street staff");
      await dialog.getByLabel("Issuer").fill(provider.issuer);
      await dialog.getByLabel("Client ID").fill(provider.clientId);
      await dialog.getByLabel("Client secret").fill("not the secret");
      await dialog.getByLabel("Your password").fill(OWNER.password);
      await dialog.getByRole("button", { name: "Save" }).click();
      await page.getByRole("button", { name: "Test connection the sign-on" }).click();
      await expect(page.getByText("The provider does not know this client")).toBeVisible();
      await page.getByRole("button", { name: "Change the sign-on" }).click();
      await dialog.getByLabel("Client secret").fill(provider.clientSecret);
      await dialog.getByLabel("Your password").fill(OWNER.password);
      await dialog.getByRole("button", { name: "Save" }).click();
      await expect(page.getByText("Not tested yet.")).toBeVisible();
      await page.getByRole("button", { name: "Test connection the sign-on" }).click();
      await expect(page.getByText("The connection works")).toBeVisible();
      await expectAccessible(page);

      const envelope = await server.sends({ to: [{ name: "Ana Ruiz", check: "sso" }] });
      const ana = await (await browser.newContext()).newPage();
      await ana.goto(await envelope.linkFor("Ana Ruiz"));
      await expectAccessible(ana);
      provider.user = { sub: "eve", email: "eve@example.com", email_verified: true, name: "Eve" };
      await ana.getByRole("button", { name: "Sign on with Harbour Street staff" }).click();
      await expect(ana.getByText("You are signed on with another address")).toBeVisible();
      await expectAccessible(ana);
      provider.user = null;
      await ana.getByRole("button", { name: "Sign on with Harbour Street staff" }).click();
      await expect(ana.getByRole("heading", { name: asks })).toBeVisible();
      await ana.context().close();
      const types = (await envelope.events()).map(({ type }) => type);
      expect(types).toEqual(expect.arrayContaining(["sso.begun", "sso.refused", "identity.proven"]));

      await page.getByRole("button", { name: "Remove the sign-on" }).click();
      await dialog.getByLabel("Your password").fill(OWNER.password);
      await dialog.getByRole("button", { name: "Remove" }).click();
      await expect(page.getByText("nobody can be asked to sign on")).toBeVisible();
    } finally {
      await provider.close();
    }
  },
);

ownerTest(
  "an identity document is shown elsewhere, and has to have the name that was asked for",
  async ({ page, server, browser, baseURL }) => {
    const provider = await startOidcDouble({
      ...{
        redirectUris: [`${baseURL}/sign/sso`],
        port: DOUBLE_PORTS.identityProvider,
        trustFrameworks: ["eidas"],
      },
    });
    const passport = (given_name: string) => ({
      sub: "person-9",
      verified: {
        verification: { trust_framework: "eidas", assurance_level: "high", time: "2026-11-20T09:30:00Z" },
        claims: { given_name, family_name: "Ruiz" },
      },
    });
    try {
      await page.goto("/organization/signers");
      await page.getByRole("button", { name: "Set up the identity check" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Name", { exact: true }).fill("Harbour ID");
      await dialog.getByLabel("Issuer").fill(provider.issuer);
      await dialog.getByLabel("Client ID").fill(provider.clientId);
      await dialog.getByLabel("Client secret").fill(provider.clientSecret);
      await dialog.getByLabel("Trust frameworks").fill("de_aml");
      await dialog.getByLabel("Your password").fill(OWNER.password);
      await expectAccessible(page);
      await dialog.getByRole("button", { name: "Save" }).click();
      await page.getByRole("button", { name: "Test connection the identity check" }).click();
      await expect(page.getByText("does not know these trust frameworks")).toBeVisible();
      await page.getByRole("button", { name: "Change the identity check" }).click();
      await dialog.getByLabel("Trust frameworks").fill("eidas");
      await dialog.getByLabel("Your password").fill(OWNER.password);
      await dialog.getByRole("button", { name: "Save" }).click();
      await page.getByRole("button", { name: "Test connection the identity check" }).click();
      await expect(page.getByText("The connection works")).toBeVisible();
      await expectAccessible(page);

      const envelope = await server.sends({ to: [{ name: "Ana Ruiz", check: "identity-document" }] });
      const ana = await (await browser.newContext({ viewport: { width: 390, height: 844 } })).newPage();
      await ana.goto(await envelope.linkFor("Ana Ruiz"));
      await expectAccessible(ana);
      provider.user = passport("Eva");
      await ana.getByRole("button", { name: "Show who you are at Harbour ID" }).click();
      await expect(ana.getByText("The name on what you showed is not the name")).toBeVisible();
      await expectAccessible(ana);
      provider.user = passport("Ana");
      await ana.getByRole("button", { name: "Show who you are at Harbour ID" }).click();
      await expect(ana.getByRole("heading", { name: asks })).toBeVisible();
      await ana.context().close();
      await page.goto(envelope.address);
      await expect(page.getByText("showed who they are at").first()).toBeVisible();

      await page.goto("/organization/signers");
      await page.getByRole("button", { name: "Remove the identity check" }).click();
      await dialog.getByLabel("Your password").fill(OWNER.password);
      await dialog.getByRole("button", { name: "Remove" }).click();
      await expect(page.getByText("nobody can be asked for an identity document")).toBeVisible();
    } finally {
      await provider.close();
    }
  },
);

/**
 * Where outside parties of these tests answer: addresses that the settings let the product ask, though they are private.
 */
const [identityProvider, signingProvider, revocationLists] = (process.env.PRIVATE_HOSTS ?? "")
  .split(",")
  .map((host) => Number(host.split(":")[1]));

export const DOUBLE_PORTS = {
  identityProvider: required(identityProvider),
  signingProvider: required(signingProvider),
  revocationLists: required(revocationLists),
};

function required(port: number | undefined): number {
  if (!port) throw new Error("PRIVATE_HOSTS names no three addresses with ports");
  return port;
}

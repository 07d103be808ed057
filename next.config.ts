import type { NextConfig } from "next";
import createNextIntlPlugin from "next-intl/plugin";

const config: NextConfig = {
  reactStrictMode: true,
  poweredByHeader: false,
  typedRoutes: true,
  // Every page comes with its title in place: a screen reader says it first.
  htmlLimitedBots: /.*/,
  // Pages are images we made ourselves: nothing is fetched and resized on anybody's behalf.
  images: { unoptimized: true },
  serverExternalPackages: [
    ...[
      "@aws-sdk/client-kms",
      "@aws-sdk/client-s3",
      "@hyzyla/pdfium",
      "@node-rs/argon2",
      "harfbuzzjs",
      "nodemailer",
    ],
    ...["pg", "pg-boss", "pino", "postgres", "react-email", "sharp"],
  ],
  headers: async () => [
    { source: "/sign/offline-worker.js", headers: [{ key: "cache-control", value: "no-cache" }] },
    { source: "/sign/manifest.webmanifest", headers: [{ key: "cache-control", value: "no-cache" }] },
  ],
  experimental: { serverActions: { bodySizeLimit: "12mb" } },
};

export default createNextIntlPlugin("./i18n/request.ts")(config);

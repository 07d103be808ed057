import { type NextRequest, NextResponse } from "next/server";

/** Shown at the width of a telephone beside what is prepared; nothing on it acts. */
const FRAMED = /^\/preview\//;

/**
 * A page of another origin, a neighbouring host's among them, changes nothing here: cookies alone would let that one.
 * Programs and old browsers say nothing of where they are.
 */
function isFromElsewhere({ method, headers }: NextRequest): boolean {
  const from = headers.get("sec-fetch-site");
  return !["GET", "HEAD", "OPTIONS"].includes(method) && (from === "cross-site" || from === "same-site");
}

/**
 * Content security policy with a fresh nonce for every page: no script but ours runs, nobody else frames us, nothing
 * is sent elsewhere. React writes style attributes, so those are allowed; style sheets are ours alone.
 */
export function proxy(request: NextRequest): NextResponse {
  if (isFromElsewhere(request)) return new NextResponse("Not from this site\n", { status: 403 });
  const nonce = btoa(crypto.randomUUID());
  const isDevelopment = process.env.NODE_ENV === "development";
  const policy = [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${isDevelopment ? " 'unsafe-eval'" : ""}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src 'self'${isDevelopment ? " ws:" : ""}`,
    "worker-src 'self'",
    "manifest-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    `frame-ancestors ${FRAMED.test(request.nextUrl.pathname) ? "'self'" : "'none'"}`,
  ].join("; ");
  const headers = new Headers(request.headers);
  headers.set("x-nonce", nonce);
  // What is read aloud and which way it is written depends on whose page it is: the layout knows no address by itself.
  headers.set("x-page-address", request.nextUrl.pathname + request.nextUrl.search);
  headers.set("content-security-policy", policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("content-security-policy", policy);
  return response;
}

export const config = {
  // Files and uploads carry no script, and an upload must not be read twice: what is over 10 MB would be cut off.
  matcher: [
    {
      source:
        "/((?!_next/static|_next/image|api/|pki/(?!policy)|log/|csc/|envelopes/[^/]+/upload|sign/[^/]+/fields/[^/]+/file|sign/[^/]+/offline/files|sign/hand-over/[^/]+/file|verify/report|certificates/inspect/report|fonts/).*)",
    },
  ],
};

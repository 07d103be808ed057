"use client";

import "./globals.css";
import { Trouble } from "./sign/trouble.tsx";

/** Where not even the frame of a page could be made: no language is known then. */
export default function GlobalError(props: { readonly error: unknown; readonly retry: () => void }) {
  return (
    <html lang="en">
      <head>
        <title>Something went wrong · Whereof</title>
      </head>
      <body>
        <Trouble {...props} />
      </body>
    </html>
  );
}

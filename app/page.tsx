import type { Route } from "next";
import { redirect } from "next/navigation";
import { requireSession } from "./_server/context.ts";

export default async function HomePage() {
  await requireSession();
  redirect("/home" as Route);
}

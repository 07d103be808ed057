"use client";

export { Trouble as default } from "../sign/trouble.tsx";

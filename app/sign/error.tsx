"use client";

export { Trouble as default } from "./trouble.tsx";

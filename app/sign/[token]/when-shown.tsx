"use client";

import dynamic from "next/dynamic";

// What stands on only some of a link's pages: its scripts come with those, and not with every document.

export const AskForLink = dynamic(() => import("./ask-for-link.tsx").then((it) => it.AskForLink));
export const AttestationForm = dynamic(() =>
  import("./attestation/attestation-form.tsx").then((it) => it.AttestationForm),
);
export const CheckForm = dynamic(() => import("./check-form.tsx").then((it) => it.CheckForm));
export const ForgetKept = dynamic(() => import("./forget-kept.tsx").then((it) => it.ForgetKept));
export const InPersonStrip = dynamic(() => import("./in-person-strip.tsx").then((it) => it.InPersonStrip));
export const OwnPasskeys = dynamic(() => import("./own-passkeys.tsx").then((it) => it.OwnPasskeys));
export const PasskeyButton = dynamic(() => import("./passkey-button.tsx").then((it) => it.PasskeyButton));
export const SendKept = dynamic(() => import("./send-kept.tsx").then((it) => it.SendKept));
export const SsoButton = dynamic(() => import("./sso-button.tsx").then((it) => it.SsoButton));
export const AnswerForm = dynamic(() => import("./provider/provider-steps.tsx").then((it) => it.AnswerForm));
export const CredentialList = dynamic(() =>
  import("./provider/provider-steps.tsx").then((it) => it.CredentialList),
);
export const GoButton = dynamic(() => import("./provider/provider-steps.tsx").then((it) => it.GoButton));

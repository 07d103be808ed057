const ADDRESS = /^[^\s@<>(),;:\\"[\]]{1,64}@[^\s@<>(),;:\\"[\]]+\.[^\s@<>(),;:\\"[\].]{2,}$/u;

/** One address and nothing else: no second one, no name around it, no line break. */
export const isEmailAddress = (text: string): boolean => text.length <= 254 && ADDRESS.test(text);

const ADDRESS = /^[^\s\p{C}@<>(),;:\\"[\]]{1,64}@[^\s\p{C}@<>(),;:\\"[\]]+\.[^\s\p{C}@<>(),;:\\"[\].]{2,}$/u;

/** One address and nothing else: no second one, no name around it, no line break, nothing that is not seen. */
export const isEmailAddress = (text: string): boolean => text.length <= 254 && ADDRESS.test(text);

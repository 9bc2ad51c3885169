/** The version of everything that is built and released together. */
export const version = "0.1.0";

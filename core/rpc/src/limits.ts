/** Largest message both ways unless both sides agree on less, in bytes. */
export const defaultMessageBytes = 4 * 1024 * 1024;

/** Details of a failed call together. Trailers of 64 KB hang a grpc-js channel. */
export const detailsMaxBytes = 4 * 1024;

/** The sentence of a failed call, in bytes of UTF-8. */
export const sentenceMaxBytes = 1024;

/** Unary calls without a timeout of their own end after this long, so that none waits forever. */
export const unaryTimeoutMs = 30_000;

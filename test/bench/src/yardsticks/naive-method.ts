/** The one method of the naive row's module. */
export const unaryPath = "/bench.Module/Poll";

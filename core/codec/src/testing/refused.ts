/** Whether `read` throws. */
export function refused(read: () => unknown): boolean {
  try {
    read();
    return false;
  } catch {
    return true;
  }
}

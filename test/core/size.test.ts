import { expect, test } from "vitest";
import { formatSize } from "../../src/core/size.ts";

test.each([
  [0, "0 bytes"],
  [1023, "1023 bytes"],
  [1024, "1.0 kB"],
  [64 * 1024 ** 2, "64 MB"],
  [1.5 * 1024 ** 3, "1.5 GB"],
  [5000 * 1024 ** 4, "5000 TB"],
])("%d bytes are said as %s", (bytes, text) => {
  expect(formatSize(bytes)).toBe(text);
});

// Bundles the element into `dist/widget/` of the repository: a script, a module and its types.

import { build } from "esbuild";
import { copyFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const common = { bundle: true, minify: true, target: "es2022", legalComments: "none" };

await build({
  ...common,
  entryPoints: [here("src/script.ts")],
  format: "iife",
  outfile: here("../../dist/widget/v1.js"),
});
await build({
  ...common,
  entryPoints: [here("src/module.ts")],
  format: "esm",
  outfile: here("../../dist/widget/v1.mjs"),
});
await copyFile(here("src/v1.d.ts"), here("../../dist/widget/v1.d.ts"));

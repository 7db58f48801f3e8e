// Writes DIST/sw.js: the service worker, told which files the app consists of.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

const dist = process.argv[2];
const files = readdirSync(dist, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && !/(^sw\.js|\.br|\.gz)$/.test(entry.name))
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
  .sort();
const version = createHash("sha256");
for (const file of files) version.update(relative(dist, file)).update(readFileSync(file));
const paths = files.map((file) => `/${relative(dist, file)}`.replace(/^\/index\.html$/, "/"));
execFileSync(
  "esbuild",
  [
    join(import.meta.dirname, "service-worker.ts"),
    ...["--bundle", "--minify", "--format=iife", "--target=es2022", "--log-level=warning"],
    `--define:FILES=${JSON.stringify(paths)}`,
    `--define:VERSION=${JSON.stringify(version.digest("hex").slice(0, 16))}`,
    `--outfile=${join(dist, "sw.js")}`,
  ],
  { stdio: "inherit" },
);
